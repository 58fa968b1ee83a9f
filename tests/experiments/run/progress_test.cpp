#include "experiments/run/progress.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

Snapshot half_way() {
  Snapshot snapshot{.time = Seconds{5}, .total = {}, .models = {}};
  snapshot.total.node_steps = 25'000;
  snapshot.total.sent_bytes = 100;
  return snapshot;
}

TEST_CASE("Durations are given in the unit that reads best") {
  CHECK(readable(Seconds{0}) == "0 s");
  CHECK(readable(Seconds{25e-6}) == "25 µs");
  CHECK(readable(Seconds{0.43}) == "430 ms");
  CHECK(readable(Seconds{12.5}) == "12.5 s");
  CHECK(readable(Seconds{185}) == "3:05 min");
  CHECK(readable(Seconds{7800}) == "2:10:00 h");
}

TEST_CASE("The share done is that of the nearest limit") {
  const auto share = [](const Limits& limits, const StopTargets& targets) {
    return share_done(half_way(), limits, targets, 10);  // 2500 node-steps per node, 5 s, 100 bytes
  };
  CHECK(!share({}, {}));
  CHECK(share({.virtual_time = Seconds{10}, .node_steps = {}, .sent_bytes = {}}, {}) == 0.5);
  CHECK(share({.virtual_time = Seconds{10}, .node_steps = 10'000, .sent_bytes = 125}, {}) == 0.8);
  CHECK(share({}, {.train_loss = {}, .consensus_distance = {}, .mean_node_steps = 2000}) == 1);
}

TEST_CASE("A display shows share, rate, remaining time, virtual time and loss") {
  Seconds wall{100};
  Progress progress{{.nodes = 10,
                     .limits = {.virtual_time = Seconds{20}, .node_steps = {}, .sent_bytes = {}},
                     .clock = [&wall] { return wall; }}};
  wall += Seconds{2};  // a quarter in 2 s leaves 6 s
  Sample last;
  CHECK(progress.text(half_way(), last) ==
        "[#####               ]  25 %  12.5 k node-steps/s, 6 s left, virtual time 5 s");
  last.evaluation = Evaluation{};
  last.evaluation->train_loss = 0.25;
  CHECK(progress.text(half_way(), last).ends_with("virtual time 5 s, loss 0.25"));
}

TEST_CASE("A program gets the same as an object on each line, five times a second") {
  Seconds wall{100};
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const out = open_memstream(&text, &size);
  {
    Progress progress{{.nodes = 10,
                       .limits = {.virtual_time = Seconds{20}, .node_steps = {}, .sent_bytes = {}},
                       .out = out,
                       .style = Progress::Style::json,
                       .clock = [&wall] { return wall; }}};
    Sample last;
    last.evaluation = Evaluation{};
    last.evaluation->train_loss = std::numeric_limits<double>::infinity();
    wall += Seconds{2};  // a quarter in 2 s leaves 6 s
    progress.show(half_way(), last);
    wall += Seconds{0.1};
    progress.show(half_way(), last);
    wall += Seconds{0.15};
    last.evaluation->train_loss = 0.25;
    progress.show(half_way(), last);
  }
  std::fclose(out);
  const std::string lines{text, size};
  std::free(text);
  CHECK(lines.starts_with(
      R"({"progress":{"text":"[#####               ]  25 %  12.5 k node-steps/s, 6 s left, virtual time 5 s, loss inf",)"
      R"("time_s":5,"wall_s":2,"node_steps_per_node":2500,"share":0.25,"left_s":6}})"
      "\n{"));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 2);
  CHECK(lines.ends_with(",\"train_loss\":0.25}}\n"));
}

TEST_CASE("Without a known end the display shows neither share nor remaining time") {
  Seconds wall{0};
  const Progress progress{{.nodes = 10, .clock = [&wall] { return wall; }}};
  wall = Seconds{100};
  CHECK(progress.text(half_way(), {}) == "250 node-steps/s, virtual time 5 s");
}

TEST_CASE("Lines are printed every few seconds, and the next look is as far as the display needs") {
  Seconds wall{0};
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const out = open_memstream(&text, &size);
  {
    Progress progress{{.nodes = 10, .out = out, .clock = [&wall] { return wall; }}};
    CHECK(progress.next_observation(7) == 8);
    wall = Seconds{1};
    progress.show(half_way(), {});
    CHECK(progress.next_observation(2500) == 2500 + 2500 * 0.1);  // 2500 per node and second, a look each tenth
    wall = Seconds{5};
    progress.show(half_way(), {});
    wall = Seconds{6};
    progress.show(half_way(), {});
  }
  std::fclose(out);
  CHECK(std::string{text, size} == "5.0 k node-steps/s, virtual time 5 s\n");
  std::free(text);
}

}  // namespace
}  // namespace gossamer
