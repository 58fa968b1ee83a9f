#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "experiments/growing_file.hpp"

/// The files that a run may overwrite: its own trace, an empty file, and any file with --force.
namespace gossamer {

/// The identity of a trace's run. Runs with the same identity overwrite each other's traces.
struct TraceIdentity {
  std::string configuration;  ///< compact
  std::string ranks = {};     ///< how it was put on real ranks, compact; empty in virtual time

  bool operator==(const TraceIdentity&) const = default;
  /// Eight hexadecimal digits, for the name of a file.
  std::string hash() const;
};

/// That of the trace in a file; nothing if the file is no trace.
std::optional<TraceIdentity> identity_of_trace(const std::filesystem::path& file);

/// Whether something can be lost by writing to a path: a file that is not empty. Devices and pipes hold nothing.
bool holds_something(const std::filesystem::path& path);

/// Throws TraceError if `path` holds something other than a trace of the same identity.
void check_trace(const std::filesystem::path& path, const TraceIdentity& identity);

/// Where a trace goes.
struct TracePlace {
  std::filesystem::path path;
  bool created = false;  ///< whether the file is there for this trace alone
};

/// `path`, or, if it is taken by anything else than a trace of the same identity, `path` with the identity's hash
/// before its extension. A free name is taken at once, so that runs that start together do not choose the same. Throws
/// TraceError if both are taken.
TracePlace free_trace_place(const std::filesystem::path& path, const TraceIdentity& identity);

/// Throws TraceError if `path` holds something that does not begin with `beginning`: then it is no such file.
/// `what` is what messages call such a file, "timeline", and `option` how it is asked for, "--timeline".
void check_kind(const std::filesystem::path& path, const std::string& beginning, const std::string& what,
                const std::string& option);

}  // namespace gossamer
