#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/analysis_commands.hpp"
#include "tests/experiments/commands/answers.hpp"
#include "tests/experiments/commands/as_rank.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::ask;
using testing::AsRank;

TEST_CASE("A command line that makes no sense ends with 2 and one sentence") {
  CHECK(ask({"chekc", "a.json"}).err ==
        "gossamer: unknown command \"chekc\"\n"
        "  expected one of: run, check, list, explain, topology, collectives, calibrate, demo, plot, table, study, "
        "crosscheck, test, help\n"
        "  did you mean \"check\"?\n");
  CHECK(ask({"chekc"}).code == 2);
  CHECK(ask({"check"}).code == 2);
  CHECK(ask({"check", "a.json", "--sett", "/seed=1"}).code == 2);
  CHECK(ask({"run", "a.json", "--threads", "0"}).code == 2);
}

TEST_CASE("Commands that are written in Python are known by name, and start nothing but Python") {
  for (const char* const command : {"demo", "plot", "table", "study", "crosscheck"}) {
    CHECK(ask({"--help"}).says(fmt::format("\n  {}  ", command)));
    CHECK(asks_for_analysis(std::vector<std::string>{command, "a.jsonl"}));
    CHECK(asks_for_analysis(std::vector<std::string>{"help", command}));
  }
  CHECK_FALSE(asks_for_analysis(std::vector<std::string>{"run", "plot"}));
  CHECK_FALSE(asks_for_analysis(std::vector<std::string>{"help", "run"}));
  CHECK_FALSE(asks_for_analysis({}));
  CHECK(ask({"tabel"}).err.ends_with("did you mean \"table\"?\n"));
  CHECK(ask({"corsscheck"}).err.ends_with("did you mean \"crosscheck\"?\n"));
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
  CHECK(ask({"help"}).out == ask({"--help"}).out);
  CHECK(ask({"help", "run"}).out == ask({"run", "--help"}).out);
  CHECK(ask({"help", "swarm_sgd"}).out == ask({"explain", "swarm_sgd"}).out);
  CHECK(ask({"help", "virtual", "time"}).out == ask({"explain", "virtual", "time"}).out);
  CHECK(ask({"help", "swram_sgd"}).notes("did you mean \"swarm_sgd\"?"));
  CHECK(ask({"test"}).err == "test is a command of Gossamer's repository alone: ./gossamer test\n");
  CHECK(ask({"test"}).code == 2);
}

TEST_CASE("--version and --help are answered with 0") {
  CHECK(ask({"--version"}).code == 0);
  CHECK(ask({"--version"}).out.starts_with("gossamer "));
  CHECK(ask({"--help"}).says("topology"));
  CHECK(ask({}).out == ask({"--help"}).out);
}

}  // namespace
}  // namespace gossamer
