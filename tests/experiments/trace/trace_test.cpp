#include "experiments/trace/trace.hpp"

#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using Json = nlohmann::json;

std::vector<Json> records_in(const std::filesystem::path& path) {
  std::istringstream lines{TemporaryFolder::read(path)};
  std::vector<Json> records;
  for (std::string line; std::getline(lines, line);) records.push_back(Json::parse(line));
  return records;
}

/// Two nodes after 4 s: 6 gradients of 1 s, 3 exchanges.
Sample small_sample() {
  return {.time = Seconds{4},
          .total = {.node_steps = 6,
                    .interactions = 6,
                    .sent_messages = 7,
                    .received_messages = 6,
                    .sent_bytes = 700,
                    .received_bytes = 600,
                    .computing = Seconds{6},
                    .staleness_sum = 3,
                    .staleness_max = 2},
          .transfer = Seconds{0.5},
          .nodes = 2,
          .steps_per_epoch = 12.0,
          .evaluation = Evaluation{.train_loss = 0.1,
                                   .pooled_train_loss = 0.2,
                                   .train_accuracy = {},
                                   .test_loss = {},
                                   .test_accuracy = 0.75,
                                   .gradient_norm = {},
                                   .distance_to_optimum = {},
                                   .suboptimality = 1e-20},
          .consensus_distance = 1e-300};
}

TEST_CASE("A sample has its known values under keys that end in their unit") {
  CHECK(Json::parse(record_of(small_sample()).line()) == Json{{"record", "sample"},
                                                              {"time_s", 4},
                                                              {"node_steps", 6},
                                                              {"node_steps_per_node", 3},
                                                              {"epochs", 0.25},
                                                              {"interactions", 3},
                                                              {"messages", 7},
                                                              {"sent_bytes", 700},
                                                              {"sent_bytes_per_node", 350},
                                                              {"transfer_s", 0.5},
                                                              {"train_loss", 0.1},
                                                              {"pooled_train_loss", 0.2},
                                                              {"test_accuracy", 0.75},
                                                              {"suboptimality", 1e-20},
                                                              {"consensus_distance", 1e-300},
                                                              {"idle_share", 0.25},  // 2 of 8 seconds
                                                              {"staleness_mean", 0.5},
                                                              {"staleness_max", 2}});
}

TEST_CASE("A sample has mean, worst and best of the known scores of the nodes' own models") {
  Sample sample = small_sample();
  sample.local = LocalMeasures{.nodes = 2,
                               .train_loss = {.mean = 0.5, .worst = 0.75, .best = 0.25},
                               .test_accuracy = OverNodes{.mean = 0.5, .worst = 0.125, .best = 0.875}};
  const Json record = Json::parse(record_of(sample).line());
  CHECK(record["local_train_loss_mean"] == 0.5);
  CHECK(record["local_train_loss_worst"] == 0.75);
  CHECK(record["local_train_loss_best"] == 0.25);
  CHECK(record["local_test_accuracy_mean"] == 0.5);
  CHECK(record["local_test_accuracy_worst"] == 0.125);
  CHECK(record["local_test_accuracy_best"] == 0.875);
  CHECK(!record.contains("local_train_accuracy_mean"));
  CHECK(!record.contains("local_test_loss_mean"));
}

TEST_CASE("At time zero and without numerics only counters are written") {
  const Json sample = Json::parse(record_of(Sample{}).line());
  CHECK(sample == Json{{"record", "sample"},
                       {"time_s", 0},
                       {"node_steps", 0},
                       {"node_steps_per_node", 0},
                       {"interactions", 0},
                       {"messages", 0},
                       {"sent_bytes", 0},
                       {"sent_bytes_per_node", 0},
                       {"staleness_max", 0}});
}

TEST_CASE("A node's summary distinguishes computing from waiting") {
  const NodeSummary summary{.node = 1, .counters = small_sample().total, .time = Seconds{10}, .slowdown = 5};
  CHECK(Json::parse(record_of(summary).line()) == Json{{"record", "node"},
                                                       {"node", 1},
                                                       {"node_steps", 6},
                                                       {"interactions", 6},
                                                       {"messages", 7},
                                                       {"received_messages", 6},
                                                       {"sent_bytes", 700},
                                                       {"received_bytes", 600},
                                                       {"computing_s", 6},
                                                       {"idle_s", 4},
                                                       {"slowdown", 5},
                                                       {"staleness_mean", 0.5},
                                                       {"staleness_max", 2}});
}

TEST_CASE("Numbers come back bit by bit") {
  for (const double value : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, 123456789.125, 1e22, -0.0}) {
    const Json record = Json::parse(TraceRecord{"x"}.number("value", value).line());
    CHECK(std::bit_cast<std::uint64_t>(record["value"].get<double>()) == std::bit_cast<std::uint64_t>(value));
  }
  const std::uint64_t large = 18446744073709551615u;
  CHECK(Json::parse(TraceRecord{"x"}.count("value", large).line())["value"].get<std::uint64_t>() == large);
}

TEST_CASE("Numbers that are not finite are left out, and texts are escaped") {
  TraceRecord record{"x"};
  record.number("a", std::numeric_limits<double>::quiet_NaN()).number("b", std::numeric_limits<double>::infinity());
  record.number("c", std::optional<double>{}).text("d", "a \"title\"\n\xff");
  CHECK(Json::parse(record.line()) == Json{{"record", "x"}, {"d", "a \"title\"\n\ufffd"}});
}

TEST_CASE("A trace is a line for each record, and its last line has the totals and the hash") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.jsonl";
  std::string hash;
  {
    TraceWriter trace{path};
    trace.write(TraceRecord{"header"}.count("schema", 1));
    trace.write_hashed(record_of(small_sample()));
    hash = trace.hash();
    CHECK(records_in(path).size() == 2);  // each record is in the file at once
    trace.write({.reason = EndReason::virtual_time,
                 .detail = "",
                 .last = small_sample(),
                 .wall_time = Seconds{0.5},
                 .events = 9});
  }
  const auto records = records_in(path);
  REQUIRE(records.size() == 3);
  CHECK(records[2] == Json{{"record", "end"},
                           {"reason", "virtual_time"},
                           {"time_s", 4},
                           {"totals",
                            {{"node_steps", 6},
                             {"node_steps_per_node", 3},
                             {"epochs", 0.25},
                             {"interactions", 3},
                             {"messages", 7},
                             {"sent_bytes", 700},
                             {"sent_bytes_per_node", 350},
                             {"transfer_s", 0.5}}},
                           {"wall_time_s", 0.5},
                           {"events", 9},
                           {"hash", hash}});
}

TEST_CASE("A run that is cut short ends at its last sample, and nothing follows") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.jsonl";
  std::string hash;
  {
    TraceWriter trace{path};
    trace.write(TraceRecord{"header"}.count("schema", 1));
    Sample first = small_sample();
    first.time = Seconds{1};
    trace.write_hashed(first);
    trace.write_hashed(small_sample());
    hash = trace.hash();
    CHECK(trace.end_early(Seconds{0.5}) == Seconds{4});
  }
  const auto records = records_in(path);
  REQUIRE(records.size() == 4);
  CHECK(records[3]["record"] == "end");
  CHECK(records[3]["reason"] == "interrupted");
  CHECK(records[3]["time_s"] == 4);
  CHECK(records[3]["totals"]["node_steps"] == 6);
  CHECK(records[3]["hash"] == hash);
  CHECK_FALSE(records[3].contains("events"));  // they were not counted
}

TEST_CASE("A trace of nothing leaves no file that was not there before") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.jsonl";
  { TraceWriter trace{path}; }
  CHECK_FALSE(std::filesystem::exists(path));
  {
    TraceWriter trace{path};
    CHECK_FALSE(trace.end_early(Seconds{1}));
    CHECK_FALSE(std::filesystem::exists(path));
  }
  for (const std::string content : {"", "OLD"}) {
    folder.write("a.jsonl", content);
    { TraceWriter trace{path}; }
    CHECK(TemporaryFolder::read(path) == content);
  }
  { TraceWriter trace{folder.write("a.jsonl", ""), true}; }  // created for this trace before
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("The hash covers the numbers of samples and the final model, but not the header") {
  const TemporaryFolder folder;
  const auto hash_of = [&](int seed, const Sample& sample, const std::vector<double>& model) {
    TraceWriter trace{folder.path() / "a.jsonl"};
    trace.write(TraceRecord{"header"}.count("seed", static_cast<std::uint64_t>(seed)));
    trace.write_hashed(record_of(sample));
    trace.add_model(model);
    return trace.hash();
  };
  const std::string hash = hash_of(1, small_sample(), {1, 2});
  CHECK(hash_of(2, small_sample(), {1, 2}) == hash);
  CHECK(hash_of(1, small_sample(), {1, 2.0000000000000004}) != hash);
  Sample other = small_sample();
  other.evaluation->train_loss = 0.10000000000000002;
  CHECK(hash_of(1, other, {1, 2}) != hash);

  // By definition: the numbers in the order of the line, then the model.
  Hash expected;
  const std::uint64_t staleness_max = 2;
  expected.add(4.0);
  expected.add(std::uint64_t{6});
  expected.add(3.0);
  expected.add(0.25);
  for (const std::uint64_t count : {3u, 7u, 700u}) expected.add(count);
  for (const double number : {350.0, 0.5, 0.1, 0.2, 0.75, 1e-20, 1e-300, 0.25, 0.5}) expected.add(number);
  expected.add(staleness_max);
  expected.add(1.0);
  expected.add(2.0);
  CHECK(hash == expected.text());
}

TEST_CASE("A full disk is one sentence") {
  TraceWriter trace{"/dev/full"};
  CHECK(message_of<TraceError>([&] { trace.write(TraceRecord{"header"}); }) ==
        "/dev/full: cannot write the trace: No space left on device; the 0 records before stay");
}

TEST_CASE("The content of a file stays until the first record, and until another run has ended") {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jsonl", "a longer old trace\n");
  { TraceWriter opened{path}; }
  CHECK(TemporaryFolder::read(path) == "a longer old trace\n");
  {
    TraceWriter trace{path};
    trace.write(TraceRecord{"header"});
    CHECK(TemporaryFolder::read(path) == "{\"record\":\"header\"}\n");
    CHECK(message_of<TraceError>([&] { TraceWriter{path}; }).ends_with("a.jsonl: another run is writing this trace"));
    CHECK(TemporaryFolder::read(path) == "{\"record\":\"header\"}\n");
  }
  { TraceWriter again{path}; }
}

TEST_CASE("A folder that is not there is one sentence") {
  CHECK(message_of<TraceError>([] { TraceWriter{"/nowhere/a.jsonl"}; }) ==
        "/nowhere/a.jsonl: cannot create the trace: No such file or directory");
}

}  // namespace
}  // namespace gossamer
