#include "experiments/run/output_files.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/command_line.hpp"
#include "experiments/configuration/experiment.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Json;

TEST_CASE("A file is the same under all its names, whether it is there or not") {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "a"), other = folder.write("b.txt", "a");
  std::filesystem::create_hard_link(file, folder.path() / "hard");
  std::filesystem::create_symlink("a.txt", folder.path() / "soft");
  std::filesystem::create_symlink("soft", folder.path() / "softer");
  std::filesystem::create_directory(folder.path() / "inner");
  for (const char* const name : {"hard", "soft", "softer", "inner/../a.txt", "./a.txt"})
    CHECK_MESSAGE(same_file(folder.path() / name, file), name);
  CHECK_FALSE(same_file(other, file));
  std::filesystem::create_symlink("new.txt", folder.path() / "to_new");
  CHECK(same_file(folder.path() / "to_new", folder.path() / "new.txt"));
  CHECK(same_file(folder.path() / "inner/../new.txt", folder.path() / "new.txt"));
  CHECK_FALSE(same_file(folder.path() / "new.txt", folder.path() / "newer.txt"));
  CHECK_FALSE(same_file("/dev/null", "/dev/null"));  // nothing is lost there
}

/// The answer of the program, whose code is 2, without the folder.
std::string refusal(const TemporaryFolder& folder, const std::vector<std::string>& words) {
  std::ostringstream out, err;
  CHECK(command_line({testing::standard(), "."}, words, out, err) == 2);
  CHECK(out.str().empty());
  std::string text = err.str();
  const std::string prefix = folder.path().string() + "/";
  for (std::size_t at = text.find(prefix); at != text.npos; at = text.find(prefix)) text.erase(at, prefix.size());
  return text;
}

TEST_CASE("No output of a run overwrites a file that the run has read") {
  const TemporaryFolder folder;
  folder.write("graph.txt", "0 1\n1 2\n2 3\n3 0\n");
  folder.write("second.txt", "0 2\n1 3\n");
  folder.write("times.csv", "step_time_s\n0.01\n0.02\n");
  folder.write("list.txt", "graph.txt\nsecond.txt\n");
  folder.write("machine.json", R"({"network": {"kind": "alpha_beta", "latency": "1 ms"}})");
  Json experiment = testing::small_experiment();
  experiment["topology"] = {{"kind", "graph_list"}, {"path", "list.txt"}};
  experiment["algorithm"] = {{"kind", "d_psgd"}, {"step_size", 0.05}};
  experiment["compute"] = {{"kind", "empirical"}, {"path", "times.csv"}};
  experiment["machine"] = "machine.json";
  experiment.erase("network");
  const std::string file = folder.write("e.json", experiment.dump()).string();
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  std::filesystem::create_symlink("graph.txt", path("link.txt"));
  std::filesystem::create_hard_link(path("times.csv"), path("hard.csv"));
  const std::string before = TemporaryFolder::read(path("graph.txt"));
  for (const char* const option : {"--out", "--models", "--timeline"}) {
    for (const char* const input :
         {"list.txt", "graph.txt", "second.txt", "times.csv", "machine.json", "link.txt", "hard.csv"}) {
      std::vector<std::string> words{"run", file, "--quiet", "--force", option, path(input)};
      if (option != std::string{"--out"}) words.insert(words.end(), {"--out", path("t.jsonl")});
      const std::string text = refusal(folder, words);
      CHECK(text.starts_with(fmt::format("{}: the ", input)));
      CHECK(text.ends_with(fmt::format(" would overwrite a file that is read; name another file with {}\n", option)));
      CHECK_FALSE(std::filesystem::exists(path("t.jsonl")));
    }
  }
  CHECK(TemporaryFolder::read(path("graph.txt")) == before);
  CHECK(refusal(folder, {"topology", file, "--dot", path("graph.txt")}) ==
        "graph.txt: the graph would overwrite a file that is read; name another file with --dot\n");
  CHECK(refusal(folder, {"topology", file, "--dot", path("new"), "--graphml", path("inner/../new")})
            .ends_with("the graph would overwrite the graph; name another file with --graphml\n"));
  CHECK(refusal(folder, {"run", file, "--quiet", "--out", path("new"), "--timeline", path("./new")})
            .ends_with("the timeline would overwrite the trace; name another file with --timeline\n"));
}

}  // namespace
}  // namespace gossamer
