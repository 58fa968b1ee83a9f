#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "experiments/trace/growing_file.hpp"

/// The files that a run may overwrite: its own trace, an empty file, and any file with --force.
namespace gossamer {

/// The identity of a trace's run. Runs with the same identity overwrite each other's traces.
struct TraceIdentity {
  std::string configuration;  ///< compact
  std::string ranks = {};     ///< the settings of real ranks, compact; empty in virtual time
  bool moments = false;       ///< whether it has exact expectations in place of one run's numbers

  bool operator==(const TraceIdentity&) const = default;
  /// Eight hexadecimal digits, for the name of a file.
  std::string hash() const;
};

/// The identity of the trace in a file; empty if the file is not a trace.
std::optional<TraceIdentity> identity_of_trace(const std::filesystem::path& file);

/// Whether a write to a path would destroy content: a file that is not empty. Devices and pipes have no content.
bool has_content(const std::filesystem::path& path);

/// Throws TraceError if `path` contains anything else than a trace of the same identity.
void check_trace(const std::filesystem::path& path, const TraceIdentity& identity);

/// The file of a trace.
struct TraceFile {
  std::filesystem::path path;
  bool created = false;  ///< whether the file was created for this trace
};

/// `path`; or, if it contains anything else than a trace of the same identity, `path` with the identity's hash before
/// its extension. A free name is reserved at once, so that runs that start together choose different names. Throws
/// TraceError if both are taken.
TraceFile free_trace_file(const std::filesystem::path& path, const TraceIdentity& identity);

/// Throws TraceError if `path` has content that does not begin with `beginning`: then it is a file of another kind.
/// `what` is the kind's name in messages, "timeline", and `option` the option that names the file, "--timeline".
void check_kind(const std::filesystem::path& path, const std::string& beginning, const std::string& what,
                const std::string& option);

}  // namespace gossamer
