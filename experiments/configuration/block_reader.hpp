#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/configuration/json.hpp"
#include "experiments/configuration/place.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// Throws ExperimentError: "place: found", then, where they say something, the lines "  expected …" and
/// "  did you mean "…"?".
[[noreturn]] void refuse(const Place& place, std::string_view found, std::string_view expected = "",
                         const std::optional<std::string>& nearest = std::nullopt);

/// All that can be said of a value or a key that cannot be.
struct Complaint {
  std::string found;
  std::string expected = {};
  std::optional<std::string> nearest = {};
  std::string advice = {};               ///< a sentence that leads on
  std::vector<std::string> causes = {};  ///< see ExperimentError
};
[[noreturn]] void refuse(const Place& place, const Complaint& complaint);

/// What stands in the file, as messages show it: shortened where it is long.
std::string shown(const Json& json);
/// A text as messages show it: of a long one the beginning.
std::string shortened(std::string text);

/// What a block chose of a registry: the entry, the values of the entry's settings, and where in the file it did so.
template <class Offer>
struct Choice {
  const Offer* entry = nullptr;
  Values values;
  Place place;
};

/// One block of an experiment file while it is read. It keeps what was read in canonical form, every default filled in,
/// and knows which keys nobody has read. All members throw ExperimentError for what they cannot accept.
class BlockReader {
 public:
  /// A text stands for the block {"kind": text}. No value stands for the empty block.
  BlockReader(const Json* json, Place place);

  const Place& place() const { return place_; }

  /// The entry that the key "kind" names; `fallback` where the block does not say.
  template <class Offer>
  const Offer& kind(const std::vector<Offer>& entries, std::string_view fallback = "") {
    std::vector<std::string> names;
    for (const auto& entry : entries) names.push_back(entry.name);
    const std::string name = choose_kind(names, fallback);
    for (const auto& entry : entries)
      if (entry.name == name) return entry;
    std::abort();  // choose_kind returns one of the names
  }

  /// The entry that the key "kind" names, with the values of its settings.
  template <class Offer>
  Choice<Offer> choice(const std::vector<Offer>& entries, std::string_view fallback = "") {
    const auto& chosen = kind(entries, fallback);
    return {&chosen, settings(chosen.settings), place_};
  }

  /// One setting, and several. Those that have no effect beside the others are refused unless they have their default.
  Value setting(const Setting& setting);
  Values settings(const std::vector<Setting>& settings);

  /// The block at a key, to be read by another reader and handed back through `keep`; null where there is none.
  const Json* block(std::string_view key);
  /// The same for a block without which nothing can be done; `expected` says what it holds.
  const Json& required_block(std::string_view key, std::string_view expected);
  /// Declares keys that will be asked for, so that none of them passes for a mistyped one.
  void expect(const std::vector<std::string>& keys);
  void expect_settings(const std::vector<Setting>& settings);
  /// Refuses the keys of which nobody has read or declared any. A complaint about other keys may come from a mistyped
  /// one, so it has to come after this.
  void refuse_unknown() const;
  void keep(std::string_view key, Json resolved);

  /// Refuses the keys that nobody has read. Returns the block in canonical form.
  Json finish();

 private:
  void check_rules(const std::vector<Setting>& settings, const Values& values) const;
  Value compressor(const std::string& key, const Json* given, std::string_view fallback);
  std::string choose_kind(const std::vector<std::string>& names, std::string_view fallback);
  [[noreturn]] void refuse_kind(const std::string& name, const std::vector<std::string>& names) const;
  const Json* take(std::string_view key);
  std::vector<std::string> unread() const;
  /// Why a key may be one that the block does not have: it has been given, or a key within it, or another kind.
  std::vector<std::string> causes_of(std::string_view stranger) const;
  /// The unread key that was probably meant to be this one.
  std::optional<std::string> mistaken_for(std::string_view key) const;
  [[noreturn]] void refuse_missing(std::string_view key, std::string_view expected) const;

  Place place_;
  Json source_;
  Json::Object resolved_;
  std::vector<std::string> known_;  ///< keys that somebody asked for
  std::string kind_;                ///< empty for blocks without kinds
  std::string presumed_kind_;       ///< where the block does not say its kind
};

}  // namespace gossamer
