#include "experiments/trace/trace.hpp"

#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "experiments/configuration/json.hpp"

#include "sim/ground/settings.hpp"

namespace gossamer {

TraceRecord::TraceRecord(std::string_view kind) : line_{fmt::format("{{\"record\":\"{}\"", kind)} {}

TraceRecord& TraceRecord::append(std::string_view key, std::string_view json) {
  line_ += fmt::format(",\"{}\":{}", key, json);
  return *this;
}

TraceRecord& TraceRecord::number(std::string_view key, double value) {
  if (!std::isfinite(value)) return *this;
  numbers_.emplace_back(value);
  // Readers parse -0 as an integer and drop its sign.
  return append(key, value == 0 && std::signbit(value) ? "-0.0" : fmt::format("{}", value));
}

TraceRecord& TraceRecord::number(std::string_view key, std::optional<double> value) {
  return value ? number(key, *value) : *this;
}

TraceRecord& TraceRecord::count(std::string_view key, std::uint64_t value) {
  numbers_.emplace_back(value);
  return append(key, fmt::format("{}", value));
}

TraceRecord& TraceRecord::text(std::string_view key, std::string_view value) { return append(key, quoted_json(value)); }

TraceRecord& TraceRecord::json(std::string_view key, std::string_view value) { return append(key, value); }

void TraceRecord::add_to(Hash& hash) const {
  for (const auto& number : numbers_) std::visit([&](auto value) { hash.add(value); }, number);
}

std::uint64_t interactions(const NodeCounters& total) { return (total.interactions + 1) / 2; }

std::optional<double> idle_share(Seconds computing, Seconds time, NodeId nodes) {
  if (time <= Seconds{0}) return std::nullopt;
  return 1 - computing / (time * nodes);
}

std::optional<double> mean_staleness(const NodeCounters& counters) {
  if (counters.node_steps == 0) return std::nullopt;
  return static_cast<double>(counters.staleness_sum) / static_cast<double>(counters.node_steps);
}

namespace {

void append(TraceRecord& record, const std::optional<FaultCounters>& faults) {
  if (!faults) return;
  record.count("outages", faults->outages)
      .number("down_s", faults->down.count())
      .count("lost_messages", faults->lost_messages)
      .count("corrupted_messages", faults->corrupted_messages)
      .count("retransmitted_messages", faults->retransmitted_messages)
      .count("retransmitted_bytes", static_cast<std::uint64_t>(faults->retransmitted_bytes));
}

/// The sums over all nodes, which samples and the end contain.
void append_totals(TraceRecord& record, const Sample& sample) {
  const NodeCounters& total = sample.total;
  const double steps_per_node = static_cast<double>(total.node_steps) / sample.nodes;
  record.count("node_steps", total.node_steps).number("node_steps_per_node", steps_per_node);
  if (sample.steps_per_epoch) record.number("epochs", steps_per_node / *sample.steps_per_epoch);
  record.count("interactions", interactions(total))
      .count("messages", total.sent_messages)
      .count("sent_bytes", static_cast<std::uint64_t>(total.sent_bytes))
      .number("sent_bytes_per_node", static_cast<double>(total.sent_bytes) / sample.nodes);
  if (total.given_up > 0) record.count("given_up", total.given_up).number("wasted_s", total.wasted.count());
  if (sample.transfer) record.number("transfer_s", sample.transfer->count());
  append(record, sample.faults);
  if (sample.decode_failures) record.count("decode_failures", *sample.decode_failures);
}

/// The scores of the nodes' own models.
void append(TraceRecord& record, const LocalMeasures& local) {
  const auto quantity = [&record](const std::string& name, const std::optional<OverNodes>& value) {
    if (!value) return;
    record.number("local_" + name + "_mean", value->mean)
        .number("local_" + name + "_worst", value->worst)
        .number("local_" + name + "_best", value->best);
  };
  quantity("train_loss", local.train_loss);
  quantity("train_accuracy", local.train_accuracy);
  quantity("test_loss", local.test_loss);
  quantity("test_accuracy", local.test_accuracy);
}

/// The same keys as an object.
std::string totals(const Sample& sample) {
  TraceRecord record{"totals"};
  append_totals(record, sample);
  const std::string line = record.line();
  return "{" + line.substr(line.find(',') + 1);
}

}  // namespace

TraceRecord record_of(const Sample& sample) {
  TraceRecord record{"sample"};
  record.number("time_s", sample.time.count());
  append_totals(record, sample);
  if (sample.evaluation) {
    const Evaluation& measured = *sample.evaluation;
    record.number("train_loss", measured.train_loss)
        .number("pooled_train_loss", measured.pooled_train_loss)
        .number("train_accuracy", measured.train_accuracy)
        .number("test_loss", measured.test_loss)
        .number("test_accuracy", measured.test_accuracy)
        .number("gradient_norm", measured.gradient_norm)
        .number("distance_to_optimum", measured.distance_to_optimum)
        .number("suboptimality", measured.suboptimality);
  }
  if (sample.squares)
    record.number("gradient_norm_squared", sample.squares->gradient_norm)
        .number("distance_to_optimum_squared", sample.squares->distance_to_optimum);
  if (sample.local) append(record, *sample.local);
  return std::move(record.number("consensus_distance", sample.consensus_distance)
                       .number("idle_share", idle_share(sample.total.computing, sample.time, sample.nodes))
                       .number("staleness_mean", mean_staleness(sample.total))
                       .count("staleness_max", sample.total.staleness_max));
}

TraceRecord record_of(const NodeSummary& summary) {
  const NodeCounters& counters = summary.counters;
  TraceRecord record{"node"};
  record.count("node", static_cast<std::uint64_t>(summary.node))
      .count("node_steps", counters.node_steps)
      .count("interactions", counters.interactions)
      .count("messages", counters.sent_messages)
      .count("received_messages", counters.received_messages)
      .count("sent_bytes", static_cast<std::uint64_t>(counters.sent_bytes))
      .count("received_bytes", static_cast<std::uint64_t>(counters.received_bytes))
      .number("computing_s", counters.computing.count())
      .number("idle_s", (summary.time - counters.computing).count())
      .number("slowdown", summary.slowdown)
      .number("staleness_mean", mean_staleness(counters))
      .count("staleness_max", counters.staleness_max);
  if (counters.given_up > 0) record.count("given_up", counters.given_up).number("wasted_s", counters.wasted.count());
  append(record, summary.faults);
  return record;
}

TraceRecord record_of(const Divergence& divergence) {
  TraceRecord record{"divergence"};
  return std::move(record.number("time_s", divergence.time.count())
                       .count("node", static_cast<std::uint64_t>(divergence.node))
                       .text("what", divergence.what));
}

const std::string& name(EndReason reason) {
  using enum EndReason;
  static const auto names = choices<EndReason>({{"virtual_time", virtual_time},
                                                {"node_steps", node_steps},
                                                {"sent_bytes", sent_bytes},
                                                {"epochs", epochs},
                                                {"target_loss", target_loss},
                                                {"target_accuracy", target_accuracy},
                                                {"target_local_loss", target_local_loss},
                                                {"target_local_accuracy", target_local_accuracy},
                                                {"target_consensus_distance", target_consensus_distance},
                                                {"finished", finished},
                                                {"diverged", diverged},
                                                {"interrupted", interrupted},
                                                {"stuck", stuck}});
  return names.name(reason);
}

TraceWriter::TraceWriter(const std::filesystem::path& path, bool created)
    : file_{path, {.file = "trace", .piece = "record"}, created} {}

void TraceWriter::write_line(std::string line) {
  begun_ = true;
  file_.append(line += '\n', 1);
}

void TraceWriter::write(const TraceRecord& record) {
  const std::lock_guard lock{writing_};
  write_line(record.line());
}

void TraceWriter::write_hashed(const TraceRecord& record) {
  const std::lock_guard lock{writing_};
  write_line(record.line());
  record.add_to(hash_);
}

void TraceWriter::write_hashed(const Sample& sample) {
  write_hashed(record_of(sample));
  const std::lock_guard lock{writing_};
  last_ = sample;
}

void TraceWriter::add_model(const std::vector<double>& mean) {
  const std::lock_guard lock{writing_};
  for (const double value : mean) hash_.add(value);
}

namespace {

TraceRecord record_of(const RunEnd& end, const Hash& hash) {
  TraceRecord record{"end"};
  record.text("reason", name(end.reason));
  if (!end.detail.empty()) record.text("detail", end.detail);
  record.number("time_s", end.last.time.count())
      .json("totals", totals(end.last))
      .number("wall_time_s", end.wall_time.count());
  if (end.events) record.count("events", *end.events);
  if (end.lateness)
    record.number("lateness_mean_s", end.lateness->mean.count()).number("lateness_max_s", end.lateness->max.count());
  return std::move(record.text("hash", hash.text()));
}

}  // namespace

void TraceWriter::write(const RunEnd& end) { write(record_of(end, hash_)); }

std::optional<Seconds> TraceWriter::end_early(Seconds wall_time) {
  constexpr std::chrono::milliseconds longest{100};  // the reader of a pipe may have stopped
  if (!writing_.try_lock_for(longest)) return std::nullopt;
  if (!begun_) {
    file_.drop();
    return std::nullopt;
  }
  write_line(record_of(RunEnd{.reason = EndReason::interrupted, .last = last_, .wall_time = wall_time}, hash_).line());
  return last_.time;
}

}  // namespace gossamer
