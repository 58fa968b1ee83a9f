#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/choice.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/place.hpp"
#include "sim/ground/parts.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// The settings behind fields.
template <class S>
std::vector<Setting> settings_of(const std::vector<Field<S>>& fields) {
  std::vector<Setting> result;
  for (const auto& field : fields) result.push_back(field.setting);
  return result;
}

/// One block of an experiment file while it is read. It keeps the values read in canonical form, every default filled
/// in, and records the keys that have been read. All members throw ExperimentError for input that they cannot accept.
class BlockReader {
 public:
  /// A text means the block {"kind": text}. Null means the empty block. The catalogue must outlive the reader.
  BlockReader(const Json* json, Place place, const Catalogue& catalogue);
  ~BlockReader();
  /// A reader of the block `json` at a key of this block.
  BlockReader inner(const Json* json, std::string_view key) const { return {json, place_.at(key), catalogue()}; }

  const Place& place() const { return place_; }
  const Catalogue& catalogue() const { return *catalogue_; }

  /// The entry that the key "kind" names; `fallback` if the block has no such key.
  template <class E>
  const E& kind(const std::vector<E>& entries, std::string_view fallback = "") {
    std::vector<std::string> names;
    for (const auto& entry : entries) names.push_back(entry.name);
    const std::string name = choose_kind(names, fallback);
    for (const auto& entry : entries)
      if (entry.name == name) return entry;
    std::abort();  // choose_kind returns one of the names
  }

  /// The entry that the key "kind" names, with the values of its settings.
  template <class E>
  Choice<E> choice(const std::vector<E>& entries, std::string_view fallback = "") {
    const auto& chosen = kind(entries, fallback);
    return {&chosen, settings(chosen.settings), place_};
  }

  /// The choice of an inner block; `fallback` if there is no such block, or if it has no kind.
  template <class E>
  Choice<E> choice_at(std::string_view key, const std::vector<E>& entries, std::string_view fallback = "") {
    BlockReader reader = inner(block(key), key);
    auto chosen = reader.choice(entries, fallback);
    keep(key, reader);
    return chosen;
  }

  /// One setting, and several. Those that have no effect beside the others are refused unless they have their default.
  Value setting(const Setting& setting);
  Values settings(const std::vector<Setting>& settings);

  /// A structure with the values of its fields.
  template <class S>
  S fill(const std::vector<Field<S>>& fields) {
    const Values values = settings(settings_of(fields));
    S result{};
    for (const auto& field : fields) field.assign(result, values.at(field.setting.name));
    return result;
  }

  /// The block at a key, to be read by another reader and returned through `keep`; null if there is none.
  const Json* block(std::string_view key);
  /// The same for a block that must be there; `expected` describes its content for the message.
  const Json& required_block(std::string_view key, std::string_view expected);
  /// Reads every element of a list, whose block is at `place`, and keeps the list at `key`. `example` describes what is
  /// expected.
  void read_list(const Json& list, const Place& place, std::string_view key, std::string_view example,
                 const std::function<void(BlockReader&)>& read);
  /// Declares keys that will be read later, so that none of them is taken for a mistyped one.
  void expect(const std::vector<std::string>& keys);
  void expect_settings(const std::vector<Setting>& settings);
  /// Refuses the keys that have been neither read nor declared. A mistyped key may cause complaints about other keys,
  /// so those must come after this.
  void refuse_unknown() const;
  void keep(std::string_view key, Json resolved);
  void keep(std::string_view key, BlockReader& inner);  ///< finishes the inner block

  /// Refuses the keys that have not been read. Returns the block in canonical form.
  Json finish();

 private:
  /// The part that a block, or a number in its place, describes.
  PartValue part(const Json& given, const Setting& setting) const;
  void check_rules(const std::vector<Setting>& settings, const Values& values) const;
  std::string choose_kind(const std::vector<std::string>& names, std::string_view fallback);
  [[noreturn]] void refuse_kind(const std::string& name, const std::vector<std::string>& names) const;
  const Json* take(std::string_view key);
  std::vector<std::string> unread() const;
  /// The possible causes of a key that the block does not have: the key was set, or a key within it, or another kind.
  std::vector<std::string> causes_of(std::string_view unknown_key) const;
  /// The unread key that was probably meant to be this one.
  std::optional<std::string> misspelling_of(std::string_view key) const;
  [[noreturn]] void refuse_missing(std::string_view key, std::string_view expected) const;

  Place place_;
  const Catalogue* catalogue_;
  std::unique_ptr<const Json> source_;
  std::unique_ptr<Json> resolved_;
  std::vector<std::string> known_;  ///< keys that were read or declared
  std::string kind_;                ///< empty for blocks without kinds
  std::string presumed_kind_;       ///< if the block does not have a key "kind"
};

}  // namespace gossamer
