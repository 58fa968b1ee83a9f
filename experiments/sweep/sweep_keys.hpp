#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

/// A key of a sweep file. experiments/formats/sweep.md has examples.
struct SweepKey {
  std::string block;  ///< the pointer of its block: "", "/axes" or "/tune"
  std::string name;
  std::string sentence;  ///< its value, and the default
};

/// All keys, in the order of the file.
const std::vector<SweepKey>& sweep_keys();

/// The names of the keys of one block.
std::vector<std::string> sweep_keys_of(std::string_view block);

}  // namespace gossamer
