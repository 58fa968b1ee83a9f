#include "experiments/theory/theory.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"

// The constants of theory of experiments, in traces, and as `gossamer check --theory` prints them.
namespace gossamer {
namespace {

using doctest::Approx;
using testing::CommandResult;
using Json = testing::Json;
using testing::run_gossamer;

/// The object of an experiment.
Json theory_in(const Json& configuration) {
  return Json::parse(theory_json(parse_experiment(configuration.dump(), "a.json", {}, testing::standard())));
}

double value(const Json& theory, const char* key) {
  CAPTURE(key);
  REQUIRE(theory["constants"].contains(key));
  return theory["constants"][key]["value"].get<double>();
}

/// Two nodes with f_0 = (x² + 3 y²)/2 − 4 x and f_1 = (3 x² + 5 y²)/2 − 8 y, and noise of 1/2.
Json two_quadratics(const TemporaryFolder& folder) {
  const std::string file =
      folder.write("q.json", R"({"A": [[[1, 0], [0, 3]], [[3, 0], [0, 5]]], "b": [[4, 0], [0, 8]]})").string();
  return {{"topology", {{"kind", "complete"}, {"nodes", 2}}},
          {"algorithm", "d_psgd"},
          {"stop", {{"node_steps", 3}}},
          {"model", {{"kind", "quadratic_file"}, {"path", file}, {"noise", 0.5}}}};
}

TEST_CASE("The constants of two quadratics are those by hand") {
  const TemporaryFolder folder;
  const Json theory = theory_in(two_quadratics(folder));
  // f = x² + 2 y² − 2 x − 4 y, whose minimizer is (1, 1) with f = −3; there ∇f_0 = (−3, 3) = −∇f_1.
  for (const auto& [key, expected] : std::vector<std::pair<const char*, double>>{{"L", 4},
                                                                                 {"mu", 2},
                                                                                 {"L_max", 5},
                                                                                 {"mu_min", 1},
                                                                                 {"sigma_squared", 0.5},
                                                                                 {"sigma_squared_start", 0.5},
                                                                                 {"zeta_star_squared", 18},
                                                                                 {"zeta_squared_start", 20},
                                                                                 {"M_squared", 40.5},
                                                                                 {"f_star", -3},
                                                                                 {"distance_start_squared", 2},
                                                                                 {"rho", 0},
                                                                                 {"gap", 1},
                                                                                 {"effective_neighbors", 2}}) {
    CHECK(std::abs(value(theory, key) - expected) < 1e-13);
    CHECK(theory["constants"][key]["standard_error"] == 0);
    CHECK(theory["constants"][key]["source"].get<std::string>().size() > 4);
  }
  CHECK(std::abs(theory["optimum"][0].get<double>() - 1) < 1e-14);
  CHECK(theory["nodes"]["L"] == Json{3, 5});
  CHECK(theory["nodes"]["mu"] == Json{1, 3});
  CHECK(theory["nodes"]["sigma_squared"] == Json{0.5, 0.5});
  CHECK(theory["nodes"]["zeta_star_squared"].size() == 2);
  CHECK(theory["spectrum"].size() == 2);
  CHECK(theory["absent"]["compressor_delta"] == "the algorithm has no compressor");
}

TEST_CASE("Every constant has a value or a reason, and numerics change none") {
  const TemporaryFolder folder;
  Json configuration = two_quadratics(folder);
  configuration["network"] = {{"kind", "alpha_beta"}, {"payload", "8 B"}};
  const Json usual = theory_in(configuration);
  CHECK(usual["constants"].size() + usual["absent"].size() == 19);
  configuration["numerics"] = "off";
  CHECK(theory_in(configuration) == usual);
  configuration["numerics"] = "float64";
  CHECK(theory_in(configuration) == usual);
  configuration.erase("model");
  configuration["numerics"] = "off";
  const Json bare = theory_in(configuration);
  CHECK(bare["constants"].size() + bare["absent"].size() == 19);
  CHECK(bare["absent"]["L"] == "there is no model");
  CHECK(value(bare, "rho") == Approx(0));
  CHECK_FALSE(bare.contains("nodes"));
}

TEST_CASE("Nodes that start apart are compared with the optimum one by one") {
  Json configuration = testing::small_experiment();
  configuration["model"]["initial"] = {{"kind", "normal"}, {"stddev", 2}, {"per_node", true}};
  const Experiment experiment = parse_experiment(configuration.dump(), "a.json", {}, testing::standard());
  const Json theory = theory_in(configuration);
  double squares = 0;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(5);
  const auto best = theory["optimum"].get<std::vector<double>>();
  for (NodeId i = 0; i < 8; ++i) {
    Eigen::VectorXd x(5);
    experiment.initial_params.fill(i, x.data());
    mean += x / 8;
    squares += (x - Eigen::Map<const Eigen::VectorXd>(best.data(), 5)).squaredNorm() / 8;
  }
  CHECK(value(theory, "distance_start_squared") == Approx(squares).epsilon(1e-12));
  CHECK(theory["constants"]["M_squared"]["source"].get<std::string>().starts_with("at the mean of the nodes' starts"));
  // All nodes share one A, so ζ² is the same everywhere, and M² = ζ² + ‖∇f(x_0)‖² + σ².
  CHECK(value(theory, "zeta_squared_start") == Approx(value(theory, "zeta_star_squared")).epsilon(1e-10));
  const auto problem = experiment.exact_problem();
  const double slope = *problem->evaluate(mean.data(), {}).gradient_norm;
  CHECK(value(theory, "M_squared") ==
        Approx(value(theory, "zeta_squared_start") + slope * slope + 5 * 0.01).epsilon(1e-10));
}

TEST_CASE("Graphs give eigenvalues, or the consensus factor of their rounds") {
  Json configuration = testing::small_experiment();
  // The ring of eight with weights of 1/3 has the eigenvalues (1 + 2 cos(π k/4))/3.
  const Json ring = theory_in(configuration);
  const double root = std::sqrt(2.0);
  CHECK(value(ring, "lambda_2") == Approx((1 + root) / 3));
  CHECK(value(ring, "lambda_n") == Approx(-1.0 / 3));
  CHECK(value(ring, "rho") == Approx((1 + root) / 3));
  CHECK(value(ring, "gap") == Approx((2 - root) / 3));
  const auto spectrum = ring["spectrum"].get<std::vector<double>>();
  REQUIRE(spectrum.size() == 8);
  CHECK(std::is_sorted(spectrum.rbegin(), spectrum.rend()));
  CHECK(spectrum[0] == Approx(1));
  CHECK(spectrum[2] == Approx((1 + root) / 3));
  CHECK(std::abs(spectrum[3] - 1.0 / 3) + std::abs(spectrum[4] - 1.0 / 3) < 1e-14);

  configuration["algorithm"] = "d_psgd";
  configuration["topology"] = {{"kind", "one_peer_exponential"}, {"nodes", 8}};
  const Json rounds = theory_in(configuration);
  CHECK(value(rounds, "consensus_factor") == 0);  // three rounds average exactly
  CHECK(rounds["absent"]["rho"] == "W changes from round to round: see consensus_factor");
  CHECK_FALSE(rounds.contains("spectrum"));
  // Of four nodes, two random pairs average: E[WᵀW] = E[W] has 1/2 on its diagonal and 1/6 elsewhere.
  configuration["topology"] = {{"kind", "random_matchings"}, {"of", {{"kind", "complete"}, {"nodes", 4}}}};
  CHECK(std::pow(value(theory_in(configuration), "consensus_factor"), 2) == Approx(1.0 / 3));

  configuration["topology"] = {{"kind", "exponential"}, {"nodes", 7}};
  const Json directed = theory_in(configuration);
  CHECK(directed["absent"]["lambda_2"] == "W is not symmetric");
  CHECK(directed["constants"]["rho"]["source"] == "spectral norm of W - 11'/n");
  CHECK_FALSE(directed.contains("spectrum"));
}

TEST_CASE("One node and one dimension have their constants, too") {
  Json configuration = testing::small_experiment();
  configuration["algorithm"] = "d_psgd";
  configuration["topology"] = {{"kind", "complete"}, {"nodes", 1}};
  configuration["model"]["dimension"] = 1;
  const Json theory = theory_in(configuration);
  CHECK(theory["absent"]["lambda_2"] == "there is one node");
  CHECK(theory["spectrum"] == Json::array({1}));
  CHECK(value(theory, "L") == value(theory, "mu"));
  CHECK(value(theory, "zeta_squared_start") == 0);
  CHECK(std::abs(value(theory, "zeta_star_squared")) < 1e-28);
}

TEST_CASE("Compressors give their quality if they are contractions, and their variance if they are unbiased") {
  Json configuration = testing::small_experiment();
  const auto with = [&](const Json& compressor) {
    configuration["algorithm"] = {{"kind", "choco_sgd"}, {"compressor", compressor}};
    return theory_in(configuration);
  };
  CHECK(value(with({{"kind", "top_k"}, {"k", 2}}), "compressor_delta") == Approx(0.4));  // of five coordinates
  CHECK(with({{"kind", "top_k"}, {"k", 2}})["absent"]["compressor_omega"] == "the compressor is biased");
  const Json unbiased = with({{"kind", "random_k"}, {"k", 2}, {"unbiased", true}});
  CHECK(value(unbiased, "compressor_omega") == Approx(1.5));
  CHECK(unbiased["absent"]["compressor_delta"] == "it is no contraction: the error is at most 1.5 times |v|^2");
  CHECK(value(with("identity"), "compressor_delta") == 1);
  CHECK(with({{"kind", "lattice"}, {"side", 0.1}})["absent"].contains("compressor_delta"));
}

TEST_CASE("A run's header has the constants only if they are asked for, and no other number changes") {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.json", testing::small_experiment().dump()).string();
  const std::filesystem::path plain = folder.path() / "plain.jsonl", asked = folder.path() / "asked.jsonl";
  REQUIRE(run_gossamer({"run", file, "--quiet", "--out", plain.string()}).code == 0);
  REQUIRE(run_gossamer({"run", file, "--quiet", "--theory", "--out", asked.string()}).code == 0);
  const auto before = testing::records_in(plain), after = testing::records_in(asked);
  CHECK_FALSE(before.front().contains("theory"));
  CHECK(after.back()["hash"] == before.back()["hash"]);
  Json header = testing::without_provenance(after.front());
  CHECK(header["theory"] == theory_in(testing::small_experiment()));
  header.erase("theory");
  CHECK(header == testing::without_provenance(before.front()));
}

TEST_CASE("check prints the constants with their sources, or alone as JSON") {
  const TemporaryFolder folder;
  const Json configuration = two_quadratics(folder);
  const std::string file = folder.write("a.json", configuration.dump()).string();
  const CommandResult table = run_gossamer({"check", file, "--theory"});
  CHECK(table.code == 0);
  CHECK(table.warns("\ntheory\n  L                           4 "));
  CHECK(table.warns("\n  mu                          2 "));
  CHECK(table.warns(" smallest eigenvalue of the mean of the A_i\n"));
  CHECK(table.warns("\n  compressor_delta            - "));
  CHECK(table.warns(" the algorithm has no compressor\n"));
  CHECK(table.prints("\"algorithm\""));
  const CommandResult json = run_gossamer({"check", file, "--theory", "--json"});
  CHECK(json.err.empty());
  CHECK(Json::parse(json.out) == Json{{"theory", theory_in(configuration)}});
  CHECK(run_gossamer({"check", file, "--json"}).code == 2);
  CHECK_FALSE(run_gossamer({"check", file}).warns("\ntheory\n"));
}

TEST_CASE("What a constant needs and does not have is the reason for its absence") {
  Json configuration = testing::small_experiment();
  configuration["algorithm"] = "d_psgd";
  // Four samples of one feature, two of each class on its own side.
  const TemporaryFolder folder;
  const std::string file = folder.write("a.svm", "-1 1:-2\n-1 1:-1\n+1 1:1\n+1 1:3\n").string();
  configuration["topology"] = {{"kind", "complete"}, {"nodes", 2}};
  configuration["model"] = {{"kind", "logistic_regression"}, {"data", {{"kind", "libsvm"}, {"path", file}}}};
  const Json separated = theory_in(configuration);
  const std::string reason = "f has no minimizer: its gradient vanishes only at infinity";
  for (const char* key : {"sigma_squared", "zeta_star_squared", "f_star", "distance_start_squared"})
    CHECK(separated["absent"][key] == reason);
  CHECK(separated["absent"]["mu"] == "without l2 the Hessian of f has no positive lower bound");
  CHECK(value(separated, "L") == Approx((4 + 1 + 1 + 9) / 16.0));
  CHECK_FALSE(separated.contains("optimum"));
  configuration["model"]["l2"] = 0.01;
  CHECK(theory_in(configuration)["optimum"].size() == 1);
}

}  // namespace
}  // namespace gossamer
