#include "experiments/trace/trace_events.hpp"

#include <utility>

#include <fmt/format.h>

#include "experiments/configuration/json.hpp"

namespace gossamer {
namespace {

constexpr std::size_t chunk = 1 << 20;
constexpr std::string_view ending = "\n]}\n";

/// A time in the format's unit.
std::string microseconds(Instant time) {
  const Instant whole = time / 1000, rest = time % 1000;
  return rest == 0 ? fmt::format("{}", whole) : fmt::format("{}.{:03}", whole, rest);
}

/// The thread of a row. Viewers show thread 0 as an idle processor, so threads begin at 1.
std::int64_t thread(std::int64_t row) { return row + 1; }

}  // namespace

TraceEvents::TraceEvents(const std::filesystem::path& path, std::string_view process, std::string_view facts)
    : file_{path, {.file = "timeline", .piece = "event"}} {
  file_.append(fmt::format(R"({}"ms","otherData":{},"traceEvents":[)"
                           "\n"
                           R"({{"ph":"M","pid":1,"name":"process_name","args":{{"name":{}}}}})",
                           timeline_begin, facts, quoted_json(process)),
               1, ending);
}

TraceEvents::~TraceEvents() {
  try {
    flush();
  } catch (const TraceError&) {
    // This happens only if the run has failed before. Otherwise `flush` was called, and nothing is left to write.
  }
}

void TraceEvents::row(std::int64_t row, std::string_view name, double slowdown) {
  add(fmt::format(R"({{"ph":"M","pid":1,"tid":{},"name":"thread_name","args":{{"name":{}{}}}}})", thread(row),
                  quoted_json(name), slowdown == 1 ? "" : fmt::format(R"(,"slowdown":{})", slowdown)));
  add(fmt::format(R"({{"ph":"M","pid":1,"tid":{},"name":"thread_sort_index","args":{{"sort_index":{}}}}})", thread(row),
                  row));
}

void TraceEvents::slice(std::int64_t row, Instant begin, Instant end, std::string_view category,
                        std::string_view arguments) {
  if (end <= begin) return;
  add(fmt::format(R"({{"ph":"X","pid":1,"tid":{},"ts":{},"dur":{},"cat":"{}","name":"{}","args":{}}})", thread(row),
                  microseconds(begin), microseconds(end - begin), category, category, arguments));
}

std::string TraceEvents::arrow(Arrow end, std::int64_t row, Instant at, std::uint64_t number, const Cargo& cargo) {
  const std::string fate = cargo.fate ? fmt::format(R"(,"fate":"{}")", cargo.fate) : "";
  return fmt::format(R"({{"ph":"{}","pid":1,"tid":{},"ts":{},"id":{},"cat":"{}","name":"{}","args":{{"bytes":{}{}}}}})",
                     end == Arrow::tail ? R"(s)" : R"(f","bp":"e)", thread(row), microseconds(at), number,
                     cargo.fate ? "lost" : "message", cargo.name, cargo.size, fate);
}

void TraceEvents::counter(Instant at, std::string_view name, std::string_view unit, std::int64_t value) {
  add(fmt::format(R"({{"ph":"C","pid":1,"ts":{},"name":"{}","args":{{"{}":{}}}}})", microseconds(at), name, unit,
                  value));
}

void TraceEvents::add(std::string_view event) {
  buffer_.append(",\n").append(event);
  ++buffered_;
  if (buffer_.size() >= chunk) flush();
}

void TraceEvents::flush() {
  if (buffered_ == 0) return;
  const std::string text = std::exchange(buffer_, {});
  file_.append(text, std::exchange(buffered_, 0), ending);
}

}  // namespace gossamer
