#pragma once
#include <sstream>
#include <string>
#include <vector>

#include "experiments/commands/command_line.hpp"
#include "tests/experiments/standard.hpp"

namespace gossamer::testing {

/// The output of the program, and its exit code.
struct CommandResult {
  int code = 0;
  std::string out;
  std::string err;

  bool prints(const std::string& text) const { return out.find(text) != out.npos; }
  bool warns(const std::string& text) const { return err.find(text) != err.npos; }
};

inline CommandResult run_gossamer(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  const int code = command_line({standard(), "."}, arguments, out, err);
  return {code, out.str(), err.str()};
}

}  // namespace gossamer::testing
