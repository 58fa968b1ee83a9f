#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

// Facts about a graph, and its files.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;

TEST_CASE("topology prints the known properties of a torus") {
  // W has the eigenvalues (1 + 2 cos(2πa/8) + 2 cos(2πb/8))/5: 1 − ρ = (2 − 2 cos(π/4))/5; D − A: λ₂ = 2 − 2 cos(π/4).
  const CommandResult answer = run_gossamer({"topology", "torus:rows=8,columns=8"});
  CHECK(answer.code == 0);
  CHECK(answer.prints("nodes                       64\n"));
  CHECK(answer.prints("edges                       128\n"));
  CHECK(answer.prints("diameter                    8\n"));
  CHECK(answer.prints("bipartite                   yes\n"));
  CHECK(answer.prints("spectral gap 1 - rho        0.117157287525\n"));
  CHECK(answer.prints("lambda_2 of the Laplacian   0.585786437627\n"));
  CHECK(run_gossamer({"topology", R"({"kind": "torus", "rows": 8, "columns": 8})"}).out == answer.out);
}

TEST_CASE("topology prints the effect of a period of rounds") {
  const CommandResult exact = run_gossamer({"topology", "base_k:nodes=7,degree=2"});
  CHECK(exact.code == 0);
  CHECK(exact.prints("rounds                      a period of 4; the above is of all together\n"));
  CHECK(exact.prints("consensus factor            0 of a period, which averages exactly\n"));
  // At n = 3 a period is (C + I)(C² + I)/4, with the eigenvalue (2 + ω + ω²)/4 = 1/4 on both complex cube roots ω.
  CHECK(run_gossamer({"topology", "one_peer_exponential:nodes=3"})
            .prints("consensus factor            0.25 of a period, 0.5 per"));
  // E[W] of matchings on a ring is I − Lap/6: √(1 − (2 − 2 cos(π/4))/6) = 0.94994…
  const CommandResult random =
      run_gossamer({"topology", R"(random_matchings:of={"kind":"ring","nodes":8},laziness=0)"});
  CHECK(random.prints("consensus factor            0.949"));
  CHECK(random.prints(" in a round"));
  CHECK_FALSE(random.prints("spectral gap"));
}

TEST_CASE("topology prints the matchings of matcha, and writes the file that \"matchings\" reads") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "m.txt").string();
  const std::string matcha = R"({"kind": "matcha", "probabilities": "uniform", "budget": 0.25, )"
                             R"("of": {"kind": "ring", "nodes": 4})";
  const CommandResult found = run_gossamer({"topology", matcha + "}", "--matchings", file});
  CHECK(found.prints("matching 0                  active with probability 0.25: 0-1 2-3\n"));
  CHECK(found.prints("matching 1                  active with probability 0.25: 0-3 1-2\n"));
  const CommandResult again = run_gossamer({"topology", matcha + R"(, "matchings": ")" + file + "\"}"});
  CHECK(again.out == found.out);
  CHECK(run_gossamer({"topology", "ring:nodes=4", "--matchings", file}).err ==
        "topology: /topology: ring is not made of matchings\n  expected no --matchings\n");
}

TEST_CASE("topology prints effective neighbors at any decay, per node, and of rounds") {
  // Four nodes on a star: W has 1/4 on its edges, rows (1, 1, 1, 1)/4 of the hub and (1/4, 3/4) of a leaf, and γ = 0
  // leaves 1/‖row‖²: 4 and 1.6, whose harmonic mean is 4/(1/4 + 3 · 10/16) = 1.88235…
  const CommandResult star = run_gossamer({"topology", "star:nodes=4", "--decay", "0"});
  CHECK(star.prints("effective neighbors         1.88235 (at decay 0)\n"));
  CHECK(star.prints("  of a node                 1.6 to 4, mean 2.2\n"));
  // A pair that averages in every round.
  const CommandResult rounds = run_gossamer({"topology", "one_peer_hypercube:dimension=1", "--decay", "0"});
  CHECK(rounds.prints("effective neighbors         2 (at decay 0)\n"));
  CHECK(run_gossamer({"topology", "ring:nodes=5", "--decay", "1"}).code == 2);
}

TEST_CASE("topology prints the sums of W that are 1, if not both are") {
  const CommandResult answer = run_gossamer({"topology", "star:nodes=5,weights=out_uniform"});
  CHECK(answer.prints("W                           column-stochastic\n"));
  CHECK_FALSE(answer.prints("effective neighbors"));
}

TEST_CASE("topology leaves out the spectrum of a large graph, and prints the option that computes it") {
  const std::string left_out =
      "spectrum                    left out above 50000 nodes, where it can take minutes; "
      "`gossamer topology --spectrum` computes it\n";
  const CommandResult brief = run_gossamer({"topology", "ring:nodes=50001"});
  CHECK(brief.code == 0);
  CHECK(brief.prints("edges                       50001\n"));
  CHECK(brief.prints("bipartite                   no\n"));
  CHECK(brief.prints(left_out));
  CHECK_FALSE(brief.prints("rho"));
  CHECK_FALSE(run_gossamer({"topology", "ring:nodes=8"}).prints("left out"));
  const CommandResult full = run_gossamer({"topology", "ring:nodes=50001", "--spectrum"});
  CHECK(full.prints("lambda_2 of the Laplacian   1.579"));  // 2 − 2 cos(2π/n) = 1.5791e-8
  CHECK_FALSE(full.prints("left out"));
}

TEST_CASE("topology writes W and the graph where it is asked to") {
  const TemporaryFolder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  const CommandResult answer = run_gossamer(
      {"topology", "ring:nodes=5", "--matrix", path("w.npy"), "--dot", path("g.dot"), "--graphml", path("g.graphml")});
  CHECK(answer.code == 0);
  const std::string edges = "edges                       5\n";
  CHECK(run_gossamer({"topology", "matrix_file:path=" + path("w.npy")}).prints(edges));
  CHECK(run_gossamer({"topology", "graph_file:path=" + path("g.dot")}).prints(edges));
  CHECK(run_gossamer({"topology", "graph_file:path=" + path("g.graphml")}).prints(edges));
  CHECK(run_gossamer({"topology", "ring:nodes=5", "--dot", path("no/such/g.dot")}).code == 2);
}

TEST_CASE("topology --json has the facts of a trace's header, the whole spectrum, and the edges") {
  // W of a ring of 4 has the eigenvalues (1 + 2 cos(πk/2))/3: 1, 1/3, −1/3, 1/3; D − A: 0, 2, 4, 2.
  const Json ring = Json::parse(run_gossamer({"topology", "ring:nodes=4", "--json"}).out);
  CHECK(ring["topology"]["edges"] == 4);
  CHECK(ring["topology"]["diameter"] == 2);
  CHECK(ring["spectrum"]["rho"].get<double>() == doctest::Approx(1.0 / 3));
  CHECK(ring["spectrum"]["smallest_eigenvalue"].get<double>() == doctest::Approx(-1.0 / 3));
  CHECK(ring["spectrum"]["laplacian_largest"].get<double>() == doctest::Approx(4));
  CHECK(ring["edges"] == Json::parse("[[0,1],[0,3],[1,2],[2,3]]"));
  const Json arcs = Json::parse(run_gossamer({"topology", "exponential:nodes=5", "--json"}).out);
  CHECK(arcs["edges"].size() == 15);  // hops of 1, 2 and 4
  CHECK(arcs["topology"]["directed"] == true);
  const Json rounds = Json::parse(run_gossamer({"topology", "base_k:nodes=7,degree=2", "--json"}).out);
  CHECK(rounds["spectrum"] == Json::parse(R"({"consensus_factor": 0, "consensus_factor_per_round": 0})"));
  CHECK(Json::parse(run_gossamer({"topology", "ring:nodes=50001", "--json"}).out)["spectrum"].empty());
}

TEST_CASE("topology does not write over the experiment that it reads") {
  const TemporaryFolder folder;
  const std::string text = R"({"topology": {"kind": "ring", "nodes": 5}})";
  const std::string file = folder.write("a.json", text).string();
  for (const auto& [option, what] :
       {std::pair{"--matrix", "matrix"}, {"--matchings", "matchings"}, {"--dot", "graph"}, {"--graphml", "graph"}}) {
    CHECK(run_gossamer({"topology", file, option, file}).err ==
          fmt::format("{}: the {} would overwrite the experiment; name another file with {}\n", file, what, option));
    CHECK(TemporaryFolder::read(file) == text);
  }
}

TEST_CASE("topology answers a wrong spec like a wrong file") {
  CHECK(
      run_gossamer({"topology", "tours:rows=8"}).err.starts_with("topology: /topology/kind: unknown kind \"tours\"\n"));
  CHECK(run_gossamer({"topology", "torus:rows=8,columns"}).err ==
        "torus:rows=8,columns: \"columns\" is not a setting\n"
        "  expected key=value, as in torus:rows=8,columns=8\n");
  CHECK(run_gossamer({"topology", "matcha"}).err ==
        "topology: /topology/of: missing\n  expected a block such as {\"kind\": \"ring\", \"nodes\": 8}\n");
  CHECK(run_gossamer({"topology", R"(matcha:of={"kind":"matcha"})"})
            .err.starts_with("topology: /topology/of/kind: \"matcha\" has rounds of its own\n"));
  CHECK(run_gossamer({"topology", R"(ring:nodes=5,of="ring")"}).err ==
        "topology: /topology/of: \"ring\" is not made of another graph\n");
  CHECK(run_gossamer({"topology", R"(random_matchings:of={"kind":"ring","nods":5})"})
            .err.starts_with("topology: /topology/of/nodes: missing, and \"nods\" is not a key here\n"));
  CHECK(run_gossamer({"topology", "no/such.json"}).err ==
        "no/such.json: no such file\n  expected an experiment file or a trace\n");
}

}  // namespace
}  // namespace gossamer
