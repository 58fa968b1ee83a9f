#pragma once
#include <string>
#include <vector>

namespace gossamer {

/// The time, the machine and the program of a trace. No number of the trace depends on them.
struct Provenance {
  std::string date;      ///< of the start, UTC, as ISO 8601: "2026-11-29T23:46:10Z"
  std::string host;      ///< the machine's name
  std::string commit;    ///< of the sources when they were built, with "-dirty" if they had changes; empty if not known
  std::string compiler;  ///< its name and version
  int threads = 1;       ///< for arithmetic
  std::string command;   ///< the command line as a shell reads it; empty if there was none
};

/// The provenance of this process, now. `words` are those of the command line.
Provenance provenance(int threads, const std::vector<std::string>& words);

/// The words as a shell reads them: words with other characters than letters, digits and a few harmless signs are in
/// single quotes.
std::string shell_text(const std::vector<std::string>& words);

/// An object with a key for each member that is not empty, compact.
std::string json_of(const Provenance& provenance);

}  // namespace gossamer
