#pragma once
#include <string>
#include <string_view>

#include "experiments/configuration/json.hpp"

namespace gossamer {

/// A key of a file: "torus.json: /network/latency".
struct Place {
  std::string file;
  std::string pointer;

  Place at(std::string_view key) const { return {file, pointer + "/" + escaped_for_pointer(key)}; }
  std::string text() const { return pointer.empty() ? file : file + ": " + pointer; }
};

}  // namespace gossamer
