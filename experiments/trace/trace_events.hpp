#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "experiments/trace/growing_file.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A time of a timeline, in nanoseconds.
using Instant = std::int64_t;

/// The beginning of every timeline file.
inline constexpr auto timeline_begin = R"({"displayTimeUnit":)";

/// A file in the Trace Event Format of chrome://tracing, which Perfetto opens, too: one process, whose threads are
/// rows.
///
/// Times are integer nanoseconds, so that a slice that ends when another one begins does so in the file, too. Events
/// are collected and written a megabyte at a time; the file is valid JSON after each write.
class TraceEvents {
 public:
  /// `facts` is a JSON object that describes the run. Throws TraceError, as all functions that write.
  TraceEvents(const std::filesystem::path& path, std::string_view process, std::string_view facts);
  ~TraceEvents();

  /// Adds a row; rows are ordered by their numbers. A slowdown other than 1 is an argument of the row's name.
  void row(std::int64_t row, std::string_view name, double slowdown = 1);
  /// Adds a slice, an interval of a row; `category` is also its name. `arguments` is a JSON object.
  void slice(std::int64_t row, Instant begin, Instant end, std::string_view category, std::string_view arguments);

  /// One end of an arrow. Viewers bind it to the slice of the row that contains the instant.
  enum class Arrow { tail, head };
  struct Cargo {
    const char* name = "";
    Bytes size = 0;
    const char* fate = nullptr;  ///< of a message that does not arrive
  };
  /// The event of that end, for `add`. Its category is `message`, or `lost` if there is a fate.
  static std::string arrow(Arrow end, std::int64_t row, Instant at, std::uint64_t number, const Cargo& cargo);
  /// The value of a counter from `at` on.
  void counter(Instant at, std::string_view name, std::string_view unit, std::int64_t value);
  void add(std::string_view event);

  /// Writes the collected events.
  void flush();

  /// As `GrowingFile::seal`.
  bool seal() { return file_.seal(); }

  /// The size of all events so far, in bytes.
  std::int64_t size() const { return file_.size() + static_cast<std::int64_t>(buffer_.size()); }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  GrowingFile file_;
  std::string buffer_;
  std::uint64_t buffered_ = 0;  ///< number of events in the buffer
};

}  // namespace gossamer
