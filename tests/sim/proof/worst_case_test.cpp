#include "sim/proof/worst_case.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "sim/proof/proof_error.hpp"
#include "sim/proof/semidefinite_program.hpp"
#include "sim/proof/textbook_bound.hpp"

namespace gossamer {
namespace {

Program gradient_descent(double eta) {
  return [=](Node& node) { return all_reduce_sgd(node, {.step_size = eta}); };
}

Program averaging(double eta) {
  return [=](Node& node) { return d_psgd(node, {.step_size = eta}); };
}

std::string reason(const Program& program, const WorstCaseSettings& settings) {
  try {
    worst_case(program, settings);
  } catch (const ProofError& error) {
    return error.what();
  }
  return "";
}

// Programs of what has no meaning on symbols.
Task adds_messages(Node& node) {
  const Params x = node.initial_params();
  while (node.running()) {
    node.send(1, x);
    const Params theirs = co_await node.receive(1);
    node.report(theirs);
  }
}
Task decides(Node& node) {
  const Params x = node.initial_params();
  if (co_await node.value(squared_norm(x)) < 1) node.report(x);
}
Task waits_for_nobody(Node& node) { node.report(co_await node.receive(1)); }
Task sleeps(Node& node) {
  co_await node.sleep(Seconds{1});
  node.report(node.initial_params());
}
Task ends_early(Node& node) {
  node.report(node.initial_params());
  co_return;
}

TEST_CASE("Gradient descent has the worst case L R²/(4 K η L + 2) of Drori and Teboulle, in any units") {
  for (const int K : {1, 2, 5, 10}) {
    const WorstCaseSettings settings{.rounds = K, .problems = {.smoothness = 4, .distance = 3}};
    const WorstCase worst = worst_case(gradient_descent(0.125), settings);  // η L = 1/2
    CHECK(worst.value == doctest::Approx(4 * 9 / (2.0 * K + 2)).epsilon(1e-7));
    CHECK(worst.certificate > 0);
    CHECK(worst.gap < 1e-6);
    CHECK(gradient_descent_step(worst.run).value() == doctest::Approx(0.125).epsilon(1e-12));
    CHECK(textbook_bound(worst.run, settings)->value == doctest::Approx(worst.value).epsilon(1e-7));
  }
}

TEST_CASE("A step of gradient descent contracts distances by (1 − η μ)², and no other program has its textbook bound") {
  const WorstCaseSettings settings{
      .rounds = 3, .measure = WorstMeasure::mean, .problems = {.strong_convexity = 0.1}};
  const WorstCase worst = worst_case(gradient_descent(0.5), settings);
  CHECK(worst.value == doctest::Approx(std::pow(0.95, 6)).epsilon(1e-7));
  CHECK(textbook_bound(worst.run, settings)->value == doctest::Approx(worst.value).epsilon(1e-7));
  WorstCaseSettings on_ring = settings;
  on_ring.mixing = SpectrumInterval{-0.5, 0.5};
  CHECK_FALSE(gradient_descent_step(worst_case(averaging(0.5), on_ring).run));
}

TEST_CASE("The same question has the same answer, to the last bit") {
  const WorstCaseSettings settings{.rounds = 4, .mixing = SpectrumInterval{-0.3, 0.9}};
  CHECK(worst_case(averaging(0.5), settings).value == worst_case(averaging(0.5), settings).value);
}

TEST_CASE("The bound of a dual solution is proven by its certificate alone") {
  // max X_11 + X_22 with X_11 + X_22 + 2 X_12 ≤ 1 is unbounded, and with X_11, X_22 ≤ 1 it is 2, by y = (1, 1).
  SemidefiniteProgram program{.block_sizes = {2}};
  const auto unit = [](int i) {
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(2, 2);
    matrix(i, i) = 1;
    return matrix;
  };
  program.objective.matrix = {Eigen::MatrixXd::Identity(2, 2)};
  program.rows = {{.form = {{unit(0)}, {}}, .bound = 1}, {.form = {{unit(1)}, {}}, .bound = 1}};
  CHECK(sdpa_file(program) ==
        "2\n2\n2 -2\n1 1 \n0 1 1 1 1\n0 1 2 2 1\n1 1 1 1 1\n1 2 1 1 1\n2 1 2 2 1\n2 2 2 2 1\n");
  const std::string primal = "2 1 1 1 1\n2 1 2 2 1\n";
  CHECK(read_solution(program, "1 1 \n" + primal).bound == 2);
  CHECK(read_solution(program, "1 1 \n" + primal).attained == 2);
  CHECK(read_solution(program, "1 1 \n" + primal).certificate == 0);
  CHECK(read_solution(program, "1 0.5 \n" + primal).certificate == doctest::Approx(-0.5));  // no proof of 1.5
  CHECK(read_solution(program, "-1 3 \n" + primal).certificate == doctest::Approx(-2));
  CHECK_THROWS_WITH_AS(read_solution(program, "1"), "csdp's solution is incomplete", ProofError);
  CHECK(solve(program).bound == doctest::Approx(2).epsilon(1e-7));
}

TEST_CASE("Programs that have no meaning on symbols are refused with one reason") {
  const std::string beginning = "the program cannot run on symbols: ";
  CHECK(reason(adds_messages, {}) == beginning + "it adds messages of neighbors without the weights of W");
  CHECK(reason(decides, {}) == beginning + "it decides by values of models");
  CHECK(reason(waits_for_nobody, {}) == beginning + "it waits for a message that is not sent yet");
  CHECK(reason(sleeps, {}) == beginning + "it waits for a time");
  CHECK(reason(ends_early, {.rounds = 2}) == beginning + "it ended after 1 of 2 rounds");
}

TEST_CASE("Settings out of range are refused with what was expected") {
  const Program program = gradient_descent(1);
  CHECK(reason(program, {.rounds = 0}) == "worst case: 0 rounds, expected at least 1");
  CHECK(reason(program, {.problems = {.strong_convexity = 1}}) ==
        "worst case: mu = 1, expected at least 0 and less than L = 1");
  CHECK(reason(program, {.problems = {.distance = 0}}) == "worst case: R = 0, expected a number above 0");
  CHECK(reason(program, {.mixing = SpectrumInterval{0.5, -0.5}}) ==
        "worst case: eigenvalues in [0.5, -0.5], expected an interval within [-1, 1]");
}

TEST_CASE("Without csdp one sentence names the package") {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const std::string sentence = reason(gradient_descent(1), {});
  setenv("PATH", path.c_str(), 1);
  CHECK(sentence ==
        "csdp is not installed, which solves the semidefinite programs of worst cases\n"
        "  expected a program csdp in PATH, such as that of Debian's package coinor-csdp");
}

}  // namespace
}  // namespace gossamer
