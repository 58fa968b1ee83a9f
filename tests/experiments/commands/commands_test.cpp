#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/analysis_commands.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/run/launched_ranks.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "tests/experiments/commands/answers.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Answer;
using testing::ask;

TEST_CASE("list shows everything, or one registry under its singular or plural") {
  const Answer all = ask({"list"});
  CHECK(all.code == 0);
  for (const Section& section : testing::words().manual().sections)
    for (const Description& entry : section.entries) CHECK_MESSAGE(all.says("\n  " + entry.name + " "), entry.name);
  CHECK(ask({"list", "topologies"}).out == ask({"list", "topology"}).out);
  CHECK_FALSE(ask({"list", "topologies"}).says("swarm_sgd"));
  const Answer mistyped = ask({"list", "topologys"});
  CHECK(mistyped.code == 2);
  CHECK(mistyped.err ==
        "list: unknown kind \"topologys\"\n"
        "  expected one of: topologies, models, data, partitions, initial, algorithms, compressors, network, "
        "collectives, platforms, compute, stragglers, faults, blocks\n"
        "  did you mean \"topologies\"?\n");
}

TEST_CASE("list groups by families, each entry in one, with names at the same place of a line") {
  const Answer algorithms = ask({"list", "algorithms"});
  CHECK(algorithms.says("algorithms: momentum\n  da_dmsgd "));
  CHECK(algorithms.out.find("algorithms: with all neighbors") < algorithms.out.find("algorithms: compressed messages"));
  CHECK(ask({"list", "topologies"}).says("topologies: rounds that differ\n"));
  CHECK(ask({"list", "collectives"}).says("collectives: all_reduce\n"));
  CHECK(ask({"list", "models"}).out.starts_with("models\n  "));
  for (const Section& section : testing::words().manual().sections) {
    std::istringstream lines{ask({"list", section.name}).out};
    std::size_t entries = 0;
    for (std::string line; std::getline(lines, line);) entries += line.starts_with("  ") ? 1 : 0;
    CHECK_MESSAGE(entries == section.entries.size(), section.name);
  }
}

TEST_CASE("explain describes every name, with all its settings") {
  for (const Section& section : testing::words().manual().sections) {
    for (const Description& entry : section.entries) {
      const Answer answer = ask({"explain", entry.name});
      CHECK(answer.code == 0);
      CHECK_MESSAGE(answer.says(entry.sentence), entry.name);
      for (const Setting& setting : entry.settings)
        CHECK_MESSAGE(answer.says("\n  " + setting.name + " "), entry.name << ": " << setting.name);
    }
  }
  CHECK(ask({"explain", "d_psgd"}).says("arXiv:1705.09056"));
  CHECK(ask({"explain", "gossip"}).says("averages alone: nodes have to start from different models"));
  CHECK_FALSE(ask({"explain", "d_psgd"}).says("averages alone"));
  CHECK(ask({"explain", "choco_sgd"}).says("compressor      a compressor (`gossamer list compressors`); required"));
  CHECK(ask({"explain", "choco_sgd"}).says(R"("compressor": {"kind": "…"})"));
  CHECK(ask({"explain", "slow_nodes"}).says("a duration above 0 s such as \"2 ms\"; default \"10 ms\""));
  CHECK(ask({"explain", "stop"}).says("target_loss"));
}

TEST_CASE("explain answers a mistyped name with the nearest") {
  const Answer answer = ask({"explain", "swarm_sdg"});
  CHECK(answer.code == 2);
  CHECK(answer.err ==
        "explain: nothing is called \"swarm_sdg\"\n"
        "  expected a name that `gossamer list` shows, a key of an experiment file or of a trace, or a symbol\n"
        "  did you mean \"swarm_sgd\"?\n");
}

TEST_CASE("topology prints the known properties of a torus") {
  // W has the eigenvalues (1 + 2 cos(2πa/8) + 2 cos(2πb/8))/5: 1 − ρ = (2 − 2 cos(π/4))/5; D − A: λ₂ = 2 − 2 cos(π/4).
  const Answer answer = ask({"topology", "torus:rows=8,columns=8"});
  CHECK(answer.code == 0);
  CHECK(answer.says("nodes                       64\n"));
  CHECK(answer.says("edges                       128\n"));
  CHECK(answer.says("diameter                    8\n"));
  CHECK(answer.says("bipartite                   yes\n"));
  CHECK(answer.says("spectral gap 1 - rho        0.117157287525\n"));
  CHECK(answer.says("lambda_2 of the Laplacian   0.585786437627\n"));
  CHECK(ask({"topology", R"({"kind": "torus", "rows": 8, "columns": 8})"}).out == answer.out);
}

TEST_CASE("topology prints the effect of a period of rounds") {
  const Answer exact = ask({"topology", "base_k:nodes=7,degree=2"});
  CHECK(exact.code == 0);
  CHECK(exact.says("rounds                      a period of 4; the above is of all together\n"));
  CHECK(exact.says("consensus factor            0 of a period, which averages exactly\n"));
  // At n = 3 a period is (C + I)(C² + I)/4, with the eigenvalue (2 + ω + ω²)/4 = 1/4 on both complex cube roots ω.
  CHECK(
      ask({"topology", "one_peer_exponential:nodes=3"}).says("consensus factor            0.25 of a period, 0.5 per"));
  // E[W] of matchings on a ring is I − Lap/6: √(1 − (2 − 2 cos(π/4))/6) = 0.94994…
  const Answer random = ask({"topology", R"(random_matchings:of={"kind":"ring","nodes":8},laziness=0)"});
  CHECK(random.says("consensus factor            0.949"));
  CHECK(random.says(" in a round"));
  CHECK_FALSE(random.says("spectral gap"));
}

TEST_CASE("topology prints the matchings of matcha, and writes the file that \"matchings\" reads") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "m.txt").string();
  const std::string matcha = R"({"kind": "matcha", "probabilities": "uniform", "budget": 0.25, )"
                             R"("of": {"kind": "ring", "nodes": 4})";
  const Answer found = ask({"topology", matcha + "}", "--matchings", file});
  CHECK(found.says("matching 0                  active with probability 0.25: 0-1 2-3\n"));
  CHECK(found.says("matching 1                  active with probability 0.25: 0-3 1-2\n"));
  const Answer again = ask({"topology", matcha + R"(, "matchings": ")" + file + "\"}"});
  CHECK(again.out == found.out);
  CHECK(ask({"topology", "ring:nodes=4", "--matchings", file}).err ==
        "topology: /topology: ring is not made of matchings\n  expected no --matchings\n");
}

TEST_CASE("topology prints effective neighbors at any decay, per node, and of rounds") {
  // Four nodes on a star: W has 1/4 on its edges, rows (1, 1, 1, 1)/4 of the hub and (1/4, 3/4) of a leaf, and γ = 0
  // leaves 1/‖row‖²: 4 and 1.6, whose harmonic mean is 4/(1/4 + 3 · 10/16) = 1.88235…
  const Answer star = ask({"topology", "star:nodes=4", "--decay", "0"});
  CHECK(star.says("effective neighbors         1.88235 (at decay 0)\n"));
  CHECK(star.says("  of a node                 1.6 to 4, mean 2.2\n"));
  // A pair that averages in every round.
  const Answer rounds = ask({"topology", "one_peer_hypercube:dimension=1", "--decay", "0"});
  CHECK(rounds.says("effective neighbors         2 (at decay 0)\n"));
  CHECK(ask({"topology", "ring:nodes=5", "--decay", "1"}).code == 2);
}

TEST_CASE("topology prints the sums of W that are 1, if not both are") {
  const Answer answer = ask({"topology", "star:nodes=5,weights=out_uniform"});
  CHECK(answer.says("W                           column-stochastic\n"));
  CHECK_FALSE(answer.says("effective neighbors"));
}

TEST_CASE("explain states that matchings are those of another graph") {
  CHECK(ask({"explain", "matcha"}).says("of  the block of another topology whose rounds are all the same; required"));
  CHECK(ask({"explain", "matcha"}).says(R"("of": {"kind": "ring", "nodes": 8})"));
}

TEST_CASE("topology leaves out the spectrum of a large graph, and prints the option that computes it") {
  const std::string left_out =
      "spectrum                    left out above 50000 nodes, where it can take minutes; "
      "`gossamer topology --spectrum` computes it\n";
  const Answer brief = ask({"topology", "ring:nodes=50001"});
  CHECK(brief.code == 0);
  CHECK(brief.says("edges                       50001\n"));
  CHECK(brief.says("bipartite                   no\n"));
  CHECK(brief.says(left_out));
  CHECK_FALSE(brief.says("rho"));
  CHECK_FALSE(ask({"topology", "ring:nodes=8"}).says("left out"));
  const Answer full = ask({"topology", "ring:nodes=50001", "--spectrum"});
  CHECK(full.says("lambda_2 of the Laplacian   1.579"));  // 2 − 2 cos(2π/n) = 1.5791e-8
  CHECK_FALSE(full.says("left out"));
}

TEST_CASE("topology writes W and the graph where it is asked to") {
  const TemporaryFolder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  const Answer answer = ask(
      {"topology", "ring:nodes=5", "--matrix", path("w.npy"), "--dot", path("g.dot"), "--graphml", path("g.graphml")});
  CHECK(answer.code == 0);
  const std::string edges = "edges                       5\n";
  CHECK(ask({"topology", "matrix_file:path=" + path("w.npy")}).says(edges));
  CHECK(ask({"topology", "graph_file:path=" + path("g.dot")}).says(edges));
  CHECK(ask({"topology", "graph_file:path=" + path("g.graphml")}).says(edges));
  CHECK(ask({"topology", "ring:nodes=5", "--dot", path("no/such/g.dot")}).code == 2);
}

TEST_CASE("topology does not write over the experiment that it reads") {
  const TemporaryFolder folder;
  const std::string text = R"({"topology": {"kind": "ring", "nodes": 5}})";
  const std::string file = folder.write("a.json", text).string();
  for (const auto& [option, what] :
       {std::pair{"--matrix", "matrix"}, {"--matchings", "matchings"}, {"--dot", "graph"}, {"--graphml", "graph"}}) {
    CHECK(ask({"topology", file, option, file}).err ==
          fmt::format("{}: the {} would overwrite the experiment; name another file with {}\n", file, what, option));
    CHECK(TemporaryFolder::read(file) == text);
  }
}

TEST_CASE("topology answers a wrong spec like a wrong file") {
  CHECK(ask({"topology", "tours:rows=8"}).err.starts_with("topology: /topology/kind: unknown kind \"tours\"\n"));
  CHECK(ask({"topology", "torus:rows=8,columns"}).err ==
        "torus:rows=8,columns: \"columns\" is not a setting\n"
        "  expected key=value, as in torus:rows=8,columns=8\n");
  CHECK(ask({"topology", "matcha"}).err ==
        "topology: /topology/of: missing\n  expected a block such as {\"kind\": \"ring\", \"nodes\": 8}\n");
  CHECK(ask({"topology", R"(matcha:of={"kind":"matcha"})"})
            .err.starts_with("topology: /topology/of/kind: \"matcha\" has rounds of its own\n"));
  CHECK(ask({"topology", R"(ring:nodes=5,of="ring")"}).err ==
        "topology: /topology/of: \"ring\" is not made of another graph\n");
  CHECK(ask({"topology", R"(random_matchings:of={"kind":"ring","nods":5})"})
            .err.starts_with("topology: /topology/of/nodes: missing, and \"nods\" is not a key here\n"));
  CHECK(ask({"topology", "no/such.json"}).err ==
        "no/such.json: no such file\n  expected an experiment file or a trace\n");
}

TEST_CASE("collectives prints the time of each collective on a network, by formula and played") {
  // t(N) = 1 ms + N / (1 MB/s). Among four a ring takes 6 t(N/4), and all messages of a parameter server come to node
  // 0.
  const std::string block = "nic:latency=1 ms,bandwidth=8 Mbit/s,all_reduce=binomial_tree";
  const Answer answer = ask({"collectives", block, "--nodes", "4", "--size", "4 kB", "--size", "8 kB"});
  CHECK(answer.code == 0);
  CHECK(answer.says("4 kB among 4 nodes by nic\n"));
  CHECK(answer.says("  all_reduce      ring                       12 ms     12 ms     +0.0 %         6      6 kB\n"));
  CHECK(answer.says("  all_reduce      binomial_tree *            20 ms     20 ms     +0.0 %         2      8 kB\n"));
  CHECK(answer.says("  all_reduce      parameter_server           26 ms     26 ms     +0.0 %         3     12 kB\n"));
  CHECK(answer.says("8 kB among 4 nodes by nic\n"));
  for (const CollectiveAlgorithm& algorithm : collective_algorithms())
    CHECK(answer.says(fmt::format("  {:<15} {}", name(algorithm.collective), algorithm.name)));
  // Among five a tree is less deep on links than its formula says: 2 instead of 3 messages down.
  const Answer five = ask({"collectives", R"({"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s"})",
                           "--nodes", "5", "--size", "4 kB"});
  CHECK(five.says("  broadcast       binomial +                 15 ms     10 ms    -33.3 %         3     12 kB\n"));
  // Gathering by doubling ends with a whole vector for node 1: t(N/5) + t(2 N/5) + t(3 N/5) + t(N) by formula, of which
  // a chain of t(N/5), t(2 N/5) and t(N) is the longest.
  CHECK(five.says("  all_gather      recursive_doubling +     12.8 ms    9.4 ms    -26.6 %         3      8 kB\n"));
}

TEST_CASE("collectives takes network, nodes and size from an experiment") {
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("a.json", R"({"numerics": "off", "topology": {"kind": "ring", "nodes": 6},
    "algorithm": "d_psgd", "stop": {"node_steps": 7}, "network": {"kind": "nic", "payload": "30 kB"}})")
                               .string();
  CHECK(ask({"collectives", file}).says("30 kB among 6 nodes by nic\n"));
  CHECK(ask({"collectives", file, "--nodes", "3"}).says("30 kB among 3 nodes by nic\n"));
  CHECK(ask({"collectives", file, "--set", "/network/kind=alpha_beta"}).says("30 kB among 6 nodes by alpha_beta\n"));
  CHECK(ask({"collectives", "nic:shards=2"}).err ==
        "collectives: /network: shards are given, but only the all_reduce \"parameter_server\" has shards\n");
  CHECK(ask({"collectives", "nic", "--size", "4"}).err.starts_with("gossamer collectives: --size: \"4\" has no unit"));
}

TEST_CASE("check and collectives print the chosen all-reduce and its time") {
  // Nine nodes, t(N) = 1 + x ms, of x kB: doubling takes 5 + 5 x, Rabenseifner's algorithm 8 + 15/4 x, a ring 16 + 16/9
  // x.
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("a.json", R"({"numerics": "off", "topology": {"kind": "complete", "nodes": 9},
    "algorithm": "local_sgd", "stop": {"node_steps": 8},
    "network": {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s", "payload": "1 kB"}})")
                               .string();
  CHECK(ask({"check", file}).notes("\n  all_reduce                  recursive_doubling, 10 ms by formula\n"));
  CHECK(ask({"collectives", file}).says("  all_reduce      recursive_doubling * "));
  CHECK(ask({"check", file, "--set", "/network/payload=9 kB"})
            .notes("\n  all_reduce                  ring, 32 ms by formula\n"));
  CHECK(ask({"collectives", file, "--set", "/network/payload=9 kB"}).says("  all_reduce      ring * "));
  CHECK(ask({"check", file, "--set", "/network/all_reduce=mpich"})
            .notes("  all_reduce                  recursive_doubling, 10 ms"));
  CHECK_FALSE(ask({"check", file, "--set", "/algorithm=d_psgd"}).notes("\n  all_reduce "));
}

TEST_CASE("check prints the resolved configuration alone, and facts to the standard error") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.write(
      "a.json", R"({"topology": {"kind": "star", "nodes": 4}, "algorithm": "d_psgd", "stop": {"node_steps": 7},
                    "model": {"kind": "softmax_regression", "data": {"kind": "synthetic_classification",
                      "samples": 40, "features": 6, "classes": 3}}})");
  const Answer answer = ask({"check", file.string(), "--set", "/seed=4"});
  CHECK(answer.code == 0);
  CHECK(answer.says("\n  \"seed\": 4,\n"));
  CHECK(answer.says("\"nodes\": \"all\""));
  CHECK(ask({"check", file.string(), "--set", "/record/nodes=none"}).says("\"nodes\": \"none\""));
  CHECK(answer.notes("samples per node            10 each\n"));
  CHECK(answer.notes("node weights                equal\n"));
  CHECK_FALSE(answer.notes("shares are unequal"));
  CHECK(answer.notes("parameters d                21\n"));
  CHECK(answer.notes("payload                     84 B\n"));
  CHECK(parse_experiment(answer.out, "b.json").configuration == read_experiment(file, {"/seed=4"}).configuration);
}

TEST_CASE("check ends with the warnings about misleading results") {
  const TemporaryFolder folder;
  const std::string file =
      folder
          .write("a.json",
                 R"({"topology": {"kind": "ring", "nodes": 4}, "algorithm": "gossip", "stop": {"node_steps": 7},
                               "model": "quadratic"})")
          .string();
  CHECK(
      ask({"check", file})
          .err.ends_with("\nwarnings\n"
                         "  /model/initial: all nodes start from the same model, so gossip has nothing to average\n"));
  CHECK_FALSE(
      ask({"check", file, "--set", R"(/model/initial={"kind": "normal", "per_node": true})"}).notes("warnings"));
}

/// The environment in which a launcher starts a rank, while this lives.
class AsRank {
 public:
  AsRank(const char* size, const char* rank, const std::string& sizes, const std::string& ranks)
      : size_{size}, rank_{rank} {
    setenv(size_, sizes.c_str(), 1);
    setenv(rank_, ranks.c_str(), 1);
  }
  ~AsRank() {
    unsetenv(size_);
    unsetenv(rank_);
  }
  AsRank(const AsRank&) = delete;
  AsRank& operator=(const AsRank&) = delete;

 private:
  const char* size_;
  const char* rank_;
};

TEST_CASE("The launcher's variables give the number of ranks; without them there is one") {
  CHECK(launched_ranks().count == 1);
  for (const auto& [size, rank] :
       std::vector<std::pair<const char*, const char*>>{{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                                        {"PMI_SIZE", "PMI_RANK"},
                                                        {"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"},
                                                        {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"}}) {
    CAPTURE(size);
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
    const Answer refused = ask(words);
    CHECK(refused.code == 2);
    CHECK(refused.err ==
          "4 ranks have been started, and each would run all of this experiment\n"
          "  expected --world mpi, or a run without mpirun\n");
    CHECK(ask({"list", "topologies"}).says("ring"));
  }
  {
    const AsRank second{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "4", "1"};
    const Answer silent = ask(words);
    CHECK(silent.out + silent.err == "");
    CHECK(ask({"list", "topologies"}).out == "");
  }
  CHECK_FALSE(std::filesystem::exists(trace));
  CHECK(ask(words).code == 0);
  CHECK(std::filesystem::exists(trace));
}

TEST_CASE("check prints how unequal shares are, and the consequences for the measures") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.write("a.json", R"({
    "topology": {"kind": "complete", "nodes": 3}, "algorithm": "d_psgd", "stop": {"node_steps": 7},
    "model": {"kind": "softmax_regression", "partition": {"kind": "dirichlet", "alpha": 0.1},
              "data": {"kind": "synthetic_classification", "samples": 90, "features": 4, "classes": 5}}})");
  const std::string file = path.string();
  const Answer equal = ask({"check", file}), samples = ask({"check", file, "--set", "/model/node_weights=samples"});
  CHECK(equal.notes(" times the mean\n"));
  CHECK(equal.says("\"node_weights\": \"equal\""));
  CHECK(equal.notes("pooled_train_loss that over all samples\n"));
  CHECK(samples.notes("node weights                samples\n"));
  CHECK(samples.notes("gradients are scaled by a node's share, and train_loss is the mean over all samples\n"));
  CHECK(ask({"check", file, "--set", "/model/node_weights=sample"}).err.find("did you mean \"samples\"?") !=
        std::string::npos);
  // Quadratics have no samples to count.
  CHECK(ask({"check", file, "--set", "/model={\"kind\": \"quadratic\", \"node_weights\": \"samples\"}"})
            .err.find("/model/node_weights: ") != std::string::npos);
}

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
