#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "experiments/growing_file.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// A time as a timeline has it, in nanoseconds.
using Instant = std::int64_t;

/// How every such file begins.
inline constexpr auto timeline_begin = R"({"displayTimeUnit":)";

/// A file in the Trace Event Format of chrome://tracing, which Perfetto opens too: one process, whose threads are rows.
///
/// Times are whole nanoseconds, so that what ends when another thing begins also does in the file. Events are collected
/// and written a megabyte at a time; the file is valid JSON then.
class TraceEvents {
 public:
  /// `facts` is an object that says where the events come from. Throws TraceError, as all that writes.
  TraceEvents(const std::filesystem::path& path, std::string_view process, std::string_view facts);
  ~TraceEvents();

  /// A row, with its place among the others.
  void row(std::int64_t row, std::string_view name);
  /// What a row does for a while; `category` is its name as well. `arguments` is a JSON object.
  void slice(std::int64_t row, Instant begin, Instant end, std::string_view category, std::string_view arguments);

  /// One end of an arrow, which viewers bind to the slice of the row that holds the instant.
  enum class Arrow { tail, head };
  struct Cargo {
    const char* name = "";
    Bytes size = 0;
    const char* fate = nullptr;  ///< of a message that does not arrive
  };
  /// The event of that end, for `add`. Its category is `message`, or `lost` where there is a fate.
  static std::string arrow(Arrow end, std::int64_t row, Instant at, std::uint64_t number, const Cargo& cargo);
  /// The value of a counter from `at` on.
  void counter(Instant at, std::string_view name, std::string_view unit, std::int64_t value);
  void add(std::string_view event);

  /// Writes what has been collected.
  void flush();

  /// As `GrowingFile::seal`.
  bool seal() { return file_.seal(); }

  /// Bytes of all events so far.
  std::int64_t size() const { return file_.size() + static_cast<std::int64_t>(buffer_.size()); }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  GrowingFile file_;
  std::string buffer_;
  std::uint64_t buffered_ = 0;  ///< events
};

}  // namespace gossamer
