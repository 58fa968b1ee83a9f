#include "experiments/run/run.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment.hpp"
#include "experiments/trace/provenance.hpp"
#include "experiments/trace/trace_header.hpp"
#include "sim/learning/data/npy.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Json;
using testing::outcome;
using testing::records_in;
using testing::small_experiment;

/// The working folder, while this lives.
class InFolder {
 public:
  explicit InFolder(const std::filesystem::path& folder) : before_{std::filesystem::current_path()} {
    std::filesystem::current_path(folder);
  }
  ~InFolder() { std::filesystem::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  std::filesystem::path before_;
};

/// The file's message, without its folder.
template <class Error>
std::string message_of_run(const TemporaryFolder& folder, const RunOptions& options) {
  std::string message = message_of<Error>([&] { run(options); });
  const std::string prefix = folder.path().string() + "/";
  for (std::size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix))
    message.erase(at, prefix.size());
  return message;
}

TEST_CASE("A header contains its time, its machine and its sources") {
  const Json made = outcome(small_experiment(), {.threads = 3, .command = {"gossamer", "run", "it's.json"}})
                        .records.front()["provenance"];
  const std::string date = made["date"];
  REQUIRE(date.size() == 20);
  std::string shape = date;
  for (char& c : shape) c = c >= '0' && c <= '9' ? '0' : c;
  CHECK(shape == "0000-00-00T00:00:00Z");
  CHECK(made["host"].get<std::string>() != "");
  CHECK(made["compiler"].get<std::string>() != "");
  if (made.contains("commit")) {  // 40 hexadecimal digits, and "-dirty" if sources have changed
    const std::string commit = made["commit"];
    CHECK(commit.find_first_not_of("0123456789abcdef") == (commit.size() == 40 ? commit.npos : 40));
    CHECK((commit.size() == 40 || commit.substr(40) == "-dirty"));
  }
  CHECK(made["threads"] == 3);
  CHECK(made["command"] == R"(gossamer run 'it'\''s.json')");
  const Json none = outcome(small_experiment()).records.front()["provenance"];
  CHECK_FALSE(none.contains("command"));
}

TEST_CASE("Words are written so that a shell reads them") {
  CHECK(shell_text({"gossamer", "run", "--set", "/seed=4"}) == "gossamer run --set /seed=4");
  CHECK(shell_text({"/network/latency=2 ms", "", "$HOME"}) == "'/network/latency=2 ms' '' '$HOME'");
}

TEST_CASE("The default name of a trace is kept by one configuration, and others get a hash") {
  const TemporaryFolder folder;
  const InFolder here{folder.path()};
  folder.write("small.json", small_experiment().dump());
  const auto traces = [&] {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
      if (entry.path().extension() == ".jsonl") names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  };
  run({.file = "small.json", .quiet = true});
  run({.file = "small.json", .quiet = true});  // the same once more
  CHECK(traces() == std::vector<std::string>{"small.jsonl"});
  run({.file = "small.json", .overrides = {"/seed=4"}, .quiet = true});
  run({.file = "small.json", .overrides = {"/seed=4"}, .quiet = true});
  REQUIRE(traces().size() == 2);
  CHECK(records_in("small.jsonl").front()["seed"] == 3);
  const std::string other = traces().front();  // '-' comes before '.'
  CHECK(records_in(other).front()["seed"] == 4);
  CHECK(other.size() == std::string{"small-01234567.jsonl"}.size());
  run({.file = "small.json", .overrides = {"/seed=5"}, .quiet = true});
  CHECK(traces().size() == 3);
  run({.file = "small.json", .overrides = {"/seed=6"}, .force = true, .quiet = true});
  CHECK(traces().size() == 3);
  CHECK(records_in("small.jsonl").front()["seed"] == 6);
  // A file that is no trace is not lost either, nor one that another run has just begun.
  for (const std::string content : {"precious", ""}) {
    folder.write("small.jsonl", content);
    run({.file = "small.json", .quiet = true});
    CHECK(TemporaryFolder::read("small.jsonl") == content);
  }
  // A trace that is run again with another seed leaves itself alone.
  run({.file = other, .overrides = {"/seed=7"}, .quiet = true});
  CHECK(records_in(other).front()["seed"] == 4);
}

TEST_CASE("Files that hold something else are overwritten with --force alone") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto trace = folder.path() / "a.jsonl";
  run({.file = file, .out = trace, .quiet = true});
  run({.file = file, .out = trace, .quiet = true});
  CHECK(message_of_run<TraceError>(folder, {.file = file, .overrides = {"/seed=4"}, .out = trace, .quiet = true}) ==
        "a.jsonl: holds the trace of another configuration, which would be lost\n"
        "  expected another --out, or --force to overwrite it");
  CHECK(records_in(trace).front()["seed"] == 3);
  run({.file = file, .overrides = {"/seed=4"}, .out = trace, .force = true, .quiet = true});
  CHECK(records_in(trace).front()["seed"] == 4);

  const auto notes = folder.write("notes.txt", "precious");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = notes, .quiet = true}) ==
        "notes.txt: holds something that is no trace, which would be lost\n"
        "  expected another --out, or --force to overwrite it");
  const auto fresh = folder.path() / "b.jsonl";
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = fresh, .models = notes, .quiet = true}) ==
        "notes.txt: holds something that is no NPY file, which would be lost\n"
        "  expected another --models, or --force to overwrite it");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = fresh, .quiet = true, .timeline = notes}) ==
        "notes.txt: holds something that is no timeline, which would be lost\n"
        "  expected another --timeline, or --force to overwrite it");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = fresh, .models = fresh, .quiet = true}) ==
        "b.jsonl: the models would overwrite the trace; name another file with --models");
  CHECK(TemporaryFolder::read(notes) == "precious");
  CHECK_FALSE(std::filesystem::exists(fresh));
  const auto empty = folder.write("empty.txt", "");
  const auto models = folder.path() / "x.npy", timeline = folder.path() / "t.json";
  for (int time = 0; time < 2; ++time)  // each its own kind once more
    run({.file = file, .out = fresh, .models = models, .quiet = true, .timeline = timeline});
  run({.file = file, .out = empty, .quiet = true});
}

TEST_CASE("A run on ranks is another than that in virtual time") {
  Experiment experiment = parse_experiment(small_experiment().dump(), "small.json");
  const RankSettings four{.ranks = 4, .mpi = "an MPI", .compute = "paced", .network = "real", .all_reduce = "played"};
  RankSettings eight = four;
  eight.ranks = 8;
  CHECK(identity_of(experiment) != identity_of(experiment, &four));
  CHECK(identity_of(experiment, &four) != identity_of(experiment, &eight));
  const TemporaryFolder folder;
  const auto path = folder.path() / "ranks.jsonl";
  { TraceWriter{path}.write(header_of(experiment, four, provenance(1, {}))); }
  CHECK(identity_of_trace(path) == identity_of(experiment, &four));
}

TEST_CASE("A trace of the schema before can be run again") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto first = folder.path() / "first.jsonl", second = folder.path() / "second.jsonl";
  run({.file = file, .out = first, .quiet = true});
  Json header = records_in(first).front();
  header["schema"] = 1;
  const auto old = folder.write("old.jsonl", header.dump() + "\n");
  CHECK(run({.file = old, .out = second, .quiet = true}) == ExitCode::success);
  CHECK(records_in(first).back()["hash"] == records_in(second).back()["hash"]);
  CHECK(records_in(second).front()["schema"] == 2);
}

TEST_CASE("The reported models are written as one array") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  const auto models = folder.path() / "x.npy";
  run({.file = file, .out = folder.path() / "a.jsonl", .models = models, .quiet = true});
  const Eigen::MatrixXd matrix = read_npy_matrix(models);
  CHECK(matrix.rows() == 8);
  CHECK(matrix.cols() == 5);
  // Γ of the array is Γ of the last sample, up to the rounding of float32 sums.
  const double gamma = (matrix.rowwise() - matrix.colwise().mean()).squaredNorm();
  const auto records = records_in(folder.path() / "a.jsonl");
  for (const Json& record : records)
    if (record["record"] == "sample" && record["time_s"] == 1.0)
      CHECK(record["consensus_distance"].get<double>() == doctest::Approx(gamma).epsilon(1e-5));
}

TEST_CASE("Files that cannot be written are one sentence each") {
  const TemporaryFolder folder;
  const auto file = folder.write("small.json", small_experiment().dump());
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = "/dev/full", .quiet = true}) ==
        "/dev/full: cannot write the trace: No space left on device; the 0 records before stay");
  CHECK(message_of_run<TraceError>(folder, {.file = file, .out = file, .quiet = true}) ==
        "small.json: the trace would overwrite the experiment; name another file with --out");
  CHECK(message_of_run<TraceError>(
            folder, {.file = file, .out = folder.path() / "a.jsonl", .models = "/nowhere/x.npy", .quiet = true}) ==
        "/nowhere/x.npy: cannot write the models: No such file or directory");
  CHECK(message_of_run<TraceError>(folder, {.file = file,
                                            .overrides = {"/numerics=off"},
                                            .out = folder.path() / "a.jsonl",
                                            .models = folder.path() / "x.npy",
                                            .quiet = true}) ==
        "small.json: --models x.npy: this run computes no models");
}

}  // namespace
}  // namespace gossamer
