#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

// Worst cases of experiments. Values to nine digits are those of tests/sim/proof/golden_rows.hpp.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;

class WorstCaseExperiment {
 public:
  WorstCaseExperiment(const std::string& topology, const std::string& algorithm)
      : file_{folder_
                  .write("a.json", R"({"numerics": "off", "topology": )" + topology + R"(, "algorithm": )" + algorithm +
                                       R"(, "stop": {"node_steps": 8}, "network": {"kind": "alpha_beta", )" +
                                       R"("latency": "1 ms", "bandwidth": "1 MB/s", "payload": "1 kB"}})")
                  .string()} {}

  CommandResult ask(std::vector<std::string> options) const {
    options.insert(options.begin(), {"worstcase", file_});
    return run_gossamer(options);
  }

 private:
  TemporaryFolder folder_;
  std::string file_;
};

const std::string ring_of_8 = R"({"kind": "ring", "nodes": 8})";
const std::string adapt_then_combine = R"({"kind": "d_psgd", "form": "atc", "step_size": 0.5})";

TEST_CASE("worstcase prints the value for the experiment's graph, with its certificate") {
  const WorstCaseExperiment ring{ring_of_8, adapt_then_combine};
  const CommandResult answer = ring.ask({"--rounds", "6"});
  CHECK(answer.err == "");
  CHECK(answer.code == 0);
  CHECK(answer.prints("worst case      0.26744850"));
  CHECK(answer.prints(", attained by a problem of the class\n"));
  CHECK(answer.prints("matrices        the W of this ring of 8 nodes, with 4 different eigenvalues\n"));
  CHECK(answer.prints("problems        convex, L = 1, mu = 0, R = 1, zeta = 1\n"));
  CHECK(answer.prints("certificate     "));
  CHECK_FALSE(answer.prints("textbook"));
}

TEST_CASE("worstcase takes a class, any W of an interval, a measure and a start, and answers in JSON") {
  const WorstCaseExperiment ring{ring_of_8, adapt_then_combine};
  const CommandResult answer = ring.ask({"--rounds", "5", "--spectrum=-0.5,0.5", "--class", "mu=0.1", "--start",
                                         "separate", "--measure", "distance", "--json"});
  CHECK(answer.err == "");
  const Json json = parse_json(answer.out, "answer");
  CHECK(json.at("worst_case").get<double>() == doctest::Approx(0.847905804).epsilon(1e-6));
  CHECK(json.at("exact") == true);
  CHECK(json.at("class").at("mu") == 0.1);
  CHECK(json.at("certificate").get<double>() > 0);
}

TEST_CASE("An experiment of the class has its own run beside the worst case; with noise, or another class, it has none") {
  // With one curvature of 1 the mean follows x - x* <- (1 - eta) (x - x*): f - f* = (1 - eta)^(2K) R^2/2.
  const TemporaryFolder folder;
  const auto ask = [&](const std::string& noise, std::vector<std::string> options) {
    const auto file = folder.write("b.json", R"({"numerics": "float64", "topology": )" + ring_of_8 + R"(, "algorithm": )" +
                                                 adapt_then_combine + R"(, "stop": {"node_steps": 8}, "model": {"kind": )" +
                                                 R"("quadratic", "dimension": 3, "mu": 1, "L": 1, "noise": )" + noise + "}}");
    options.insert(options.begin(), {"worstcase", file.string(), "--rounds", "4", "--json"});
    return parse_json(run_gossamer(options).out, "answer");
  };
  const Json json = ask("0", {});
  const double distance = json.at("class").at("R").get<double>();
  CHECK(json.at("measured").get<double>() == doctest::Approx(std::pow(0.5, 8) * distance * distance / 2).epsilon(1e-9));
  CHECK(json.at("measured").get<double>() < json.at("worst_case").get<double>());
  CHECK_FALSE(ask("0.1", {}).contains("measured"));
  CHECK_FALSE(ask("0", {"--class", "L=1"}).contains("measured"));
  CHECK_FALSE(ask("0", {"--spectrum=-0.5,0.9"}).contains("measured"));
}

TEST_CASE("A graph whose nodes do not look alike has an upper bound") {
  // A path of four nodes: its worst case is below the bound.
  const WorstCaseExperiment path{R"({"kind": "grid", "rows": 1, "columns": 4})", adapt_then_combine};
  const CommandResult answer = path.ask({"--rounds", "2"});
  CHECK(answer.prints("at most         "));
  CHECK(answer.prints(", an upper bound\n"));
}

TEST_CASE("Tables over rounds and over eigenvalues have the textbook bound of gradient descent beside the value") {
  const WorstCaseExperiment all{ring_of_8, R"({"kind": "all_reduce_sgd", "step_size": 1})"};
  const CommandResult curve = all.ask({"--curve", "K=1..3", "--csv"});
  CHECK(curve.err == "");
  CHECK(curve.prints("K,worst_case,certificate,gap,holds,textbook\n1,0.16666666"));  // L R²/(4 K + 2)
  CHECK(curve.prints(",exact,0.166666667\n2,0.1"));
  CHECK(curve.prints(",exact,0.0714285714\n"));
  const WorstCaseExperiment ring{ring_of_8, adapt_then_combine};
  const CommandResult over = ring.ask({"--over", "lambda=0.5", "--rounds", "5", "--measure", "consensus"});
  CHECK(over.prints("lambda  worst_case"));
  CHECK(over.prints("0.5     0.29823838"));
}

TEST_CASE("The best step of gradient descent for one round is 1.5/L, and algorithms are compared with their best steps") {
  // One step: max(L R²/(4 η L + 2), L R² (1 − η L)²/2) is least where both are equal: (1 − t)² (2 t + 1) = 1, t = 3/2.
  const WorstCaseExperiment all{ring_of_8, R"({"kind": "all_reduce_sgd", "step_size": 1})"};
  const CommandResult best = all.ask({"--rounds", "1", "--tune", "step_size", "--json"});
  const Json json = parse_json(best.out, "answer");
  CHECK(json.at("best").at("value").get<double>() == doctest::Approx(1.5).epsilon(2e-3));
  CHECK(json.at("worst_case").get<double>() == doctest::Approx(0.125).epsilon(2e-3));
  const CommandResult table = all.ask({"--rounds", "1", "--compare", "all_reduce_sgd,swarm_sgd"});
  CHECK(table.prints("algorithm       best_step_size"));
  CHECK(table.prints("swarm_sgd has no worst case here: it is asynchronous"));
}

TEST_CASE("The rate of gradient descent in distance is (1 − η μ)² a round") {
  const WorstCaseExperiment all{ring_of_8, R"({"kind": "all_reduce_sgd", "step_size": 0.5})"};
  const CommandResult answer =
      all.ask({"--rounds", "2", "--class", "mu=0.1", "--measure", "mean", "--rate", "--json"});
  CHECK(parse_json(answer.out, "answer").at("rate").get<double>() == doctest::Approx(0.95 * 0.95).epsilon(1e-6));
}

TEST_CASE("What worstcase cannot answer is refused with one reason") {
  const WorstCaseExperiment ring{ring_of_8, adapt_then_combine};
  const CommandResult server =
      WorstCaseExperiment{R"({"kind": "star", "nodes": 4})", R"("fed_avg")"}.ask({});
  CHECK(server.code == 2);
  CHECK(server.warns("has no worst case here: it has a server"));
  CHECK(ring.ask({"--class", "mu=1"}).warns("mu = 1, expected at least 0 and less than L = 1"));
  CHECK(ring.ask({"--class", "nu=1"}).warns("expected one of: K, L, R, delta, lambda, mu, zeta"));
  CHECK(ring.ask({"--spectrum", "0.5"}).warns("graph, interval, or two numbers such as -0.5,0.9"));
  CHECK(ring.ask({"--over", "K=0"}).warns("a number of rounds from 1 to 1000"));
  const WorstCaseExperiment choco{ring_of_8, R"({"kind": "choco_sgd", "step_size": 0.25, "compressor": "scaled_sign"})"};
  CHECK(choco.ask({"--rounds", "2"}).warns("contraction delta is not given"));
  CHECK(choco.ask({"--rounds", "2", "--class", "delta=0.5"}).prints("worst case"));
}

}  // namespace
}  // namespace gossamer
