#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "experiments/configuration/manual.hpp"

namespace gossamer {

/// One place at which an experiment file may have a key.
struct KeyPlace {
  const Setting* setting = nullptr;
  const std::vector<Setting>* siblings = nullptr;  ///< the settings that its rules depend on
  std::string block;                               ///< pointer of its block, "/algorithm"; empty: outside all blocks
  std::string kind = {};                           ///< the only kind of block that has it; empty: any
};

/// The names of an experiment file with the entries of a catalogue, and of traces, papers and other tools. It copies what
/// it needs, which takes about a millisecond.
class Vocabulary {
 public:
  explicit Vocabulary(const Catalogue& catalogue);
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  const Manual& manual() const { return manual_; }

  /// All keys that are settings, at all their places, in the order of an experiment file.
  const std::vector<KeyPlace>& keys() const { return keys_; }
  std::vector<KeyPlace> places_of(std::string_view key) const;

  /// Every name that `gossamer explain` explains.
  std::vector<std::string> names() const;
  bool is_known_name(std::string_view name) const;

  /// Advice on a key that a block does not have: the blocks or kinds that have it, or its name here. Empty if there is
  /// none. `block` is the block's pointer, `kind` its kind or empty.
  std::string advice_on_key(std::string_view key, std::string_view block, std::string_view kind) const;

  /// The same for a kind that a block does not have: other things with this name.
  std::string advice_on_kind(std::string_view kind) const;

 private:
  const Section* section_of_part(std::string_view key) const;
  const Section* section_at(std::string_view block) const;
  std::string home_of(const std::string& key) const;

  Manual manual_;
  std::vector<KeyPlace> keys_;  ///< points into `manual_`
};

}  // namespace gossamer
