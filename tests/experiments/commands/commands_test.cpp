#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/analysis_commands.hpp"
#include "tests/experiments/commands/as_rank.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::AsRank;
using testing::run_gossamer;

TEST_CASE("A command line that makes no sense ends with 2 and one sentence") {
  CHECK(
      run_gossamer({"chekc", "a.json"}).err ==
      "gossamer: unknown command \"chekc\"\n"
      "  expected one of: run, sweep, moments, check, list, explain, topology, collectives, worstcase, calibrate, new, demo, "
      "plot, table, report, study, crosscheck, theory, validate, advise, python, test, help\n"
      "  did you mean \"check\"?\n");
  CHECK(run_gossamer({"chekc"}).code == 2);
  CHECK(run_gossamer({"check"}).code == 2);
  CHECK(run_gossamer({"check", "a.json", "--sett", "/seed=1"}).code == 2);
  CHECK(run_gossamer({"run", "a.json", "--threads", "0"}).code == 2);
}

TEST_CASE("Commands that are written in Python are known by name, and start nothing but Python") {
  for (const char* const command : {"demo", "plot", "table", "report", "study", "crosscheck", "theory", "validate",
                                  "advise", "python"}) {
    CHECK(run_gossamer({"--help"}).prints(fmt::format("\n  {}  ", command)));
    CHECK(asks_for_analysis(std::vector<std::string>{command, "a.jsonl"}));
    CHECK(asks_for_analysis(std::vector<std::string>{"help", command}));
  }
  CHECK_FALSE(asks_for_analysis(std::vector<std::string>{"run", "plot"}));
  CHECK_FALSE(asks_for_analysis(std::vector<std::string>{"help", "run"}));
  CHECK_FALSE(asks_for_analysis({}));
  CHECK(run_gossamer({"tabel"}).err.ends_with("did you mean \"table\"?\n"));
  CHECK(run_gossamer({"corsscheck"}).err.ends_with("did you mean \"crosscheck\"?\n"));
}

TEST_CASE("A command that Python cannot run ends with 2 and one message, of one rank alone") {
  const TemporaryFolder folder;
  const auto answer_in = [&](const std::vector<std::string>& words) {
    std::ostringstream err;
    const int code = run_analysis(words, folder.path(), err);
    return std::pair{code, err.str()};
  };
  const std::string package = (folder.path() / "analysis").string();
  CHECK(answer_in({"help", "plot"}) ==
        std::pair{2, fmt::format("gossamer plot: there is no folder \"{}\"\n"
                                 "  expected an installation by `cmake --install`, which has it\n",
                                 package)});
  {
    const AsRank first{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "4", "0"};
    CHECK(answer_in({"table", "a.jsonl"}) ==
          std::pair{2, std::string{"gossamer table: 4 ranks have been started, and each would do all of it\n"
                                   "  expected a start without mpirun\n"}});
  }
  const AsRank second{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "4", "1"};
  CHECK(answer_in({"table", "a.jsonl"}) == std::pair{0, std::string{}});
}

TEST_CASE("help has the options of a command, or the explanation of another name") {
  CHECK(run_gossamer({"help"}).out == run_gossamer({"--help"}).out);
  CHECK(run_gossamer({"help", "run"}).out == run_gossamer({"run", "--help"}).out);
  CHECK(run_gossamer({"help", "swarm_sgd"}).out == run_gossamer({"explain", "swarm_sgd"}).out);
  CHECK(run_gossamer({"help", "virtual", "time"}).out == run_gossamer({"explain", "virtual", "time"}).out);
  CHECK(run_gossamer({"help", "swram_sgd"}).warns("did you mean \"swarm_sgd\"?"));
  CHECK(run_gossamer({"test"}).err == "test is a command of Gossamer's repository alone: ./gossamer test\n");
  CHECK(run_gossamer({"test"}).code == 2);
}

TEST_CASE("--version and --help are answered with 0") {
  CHECK(run_gossamer({"--version"}).code == 0);
  CHECK(run_gossamer({"--version"}).out.starts_with("gossamer "));
  CHECK(run_gossamer({"--help"}).prints("topology"));
  CHECK(run_gossamer({}).out == run_gossamer({"--help"}).out);
}

}  // namespace
}  // namespace gossamer
