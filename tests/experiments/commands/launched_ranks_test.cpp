#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/run/launched_ranks.hpp"
#include "tests/experiments/commands/as_rank.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::AsRank;
using testing::CommandResult;
using testing::run_gossamer;

TEST_CASE("The launcher's variables give the number of ranks; without them there is one") {
  CHECK(launched_ranks().count == 1);
  for (const auto& [size, rank] :
       std::vector<std::pair<const char*, const char*>>{{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                                        {"PMI_SIZE", "PMI_RANK"},
                                                        {"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"},
                                                        {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"}}) {
    const std::string variable = size;
    CAPTURE(variable);
    const AsRank third{size, rank, "4", "2"};
    CHECK(launched_ranks().count == 4);
    CHECK(launched_ranks().rank == 2);
  }
  const AsRank alone{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "1", "0"};
  CHECK(launched_ranks().count == 1);
  const AsRank batch{"SLURM_NTASKS", "SLURM_PROCID", "4", "0"};  // of a batch script, which runs once
  CHECK(launched_ranks().count == 1);
}

TEST_CASE("Ranks refuse a run without --world mpi with one message, and leave no trace") {
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("a.json", R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 6},
    "algorithm": "d_psgd", "stop": {"node_steps": 7}, "network": {"payload": "30 kB"}})")
                               .string();
  const std::string trace = (folder.path() / "a.jsonl").string();
  const std::vector<std::string> words{"run", file, "--quiet", "--out", trace};
  {
    const AsRank first{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "4", "0"};
    const CommandResult refused = run_gossamer(words);
    CHECK(refused.code == 2);
    CHECK(refused.err ==
          "4 ranks have been started, and each would run all of this experiment\n"
          "  expected --world mpi, or a run without mpirun\n");
    CHECK(run_gossamer({"list", "topologies"}).prints("ring"));
  }
  {
    const AsRank second{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "4", "1"};
    const CommandResult silent = run_gossamer(words);
    CHECK(silent.out + silent.err == "");
    CHECK(run_gossamer({"list", "topologies"}).out == "");
  }
  CHECK_FALSE(std::filesystem::exists(trace));
  CHECK(run_gossamer(words).code == 0);
  CHECK(std::filesystem::exists(trace));
}

}  // namespace
}  // namespace gossamer
