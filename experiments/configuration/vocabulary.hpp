#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "experiments/configuration/manual.hpp"

namespace gossamer {

/// One place at which an experiment file may have a key.
struct KeyPlace {
  const Setting* setting = nullptr;
  const std::vector<Setting>* beside = nullptr;  ///< the settings that its rules depend on
  std::string block;                             ///< pointer of its block, "/algorithm"; empty: outside all blocks
  std::string kind = {};                         ///< the only kind of block that has it; empty: any
};

/// All keys that are settings, at all their places, in the order of an experiment file.
const std::vector<KeyPlace>& all_keys();
std::vector<KeyPlace> places_of(std::string_view key);

/// Every name that `gossamer explain` explains.
const std::vector<std::string>& all_names();
bool knows(std::string_view name);

/// Advice on a key that a block does not have: the blocks or kinds that have it, or its name here. Empty if there is
/// none. `block` is the block's pointer, `kind` its kind or empty.
std::string advice_on_key(std::string_view key, std::string_view block, std::string_view kind);

/// The same for a kind that a block does not have: other things with this name.
std::string advice_on_kind(std::string_view kind);

}  // namespace gossamer
