#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/deep_squeeze.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "algorithms/decentralized/sgp.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Doubly stochastic averaging leaves the mean of all models to the gradients: x̄ ← x̄ − η ḡ, where ḡ is the mean of the
// gradients at the models, for any graph and any compression.
namespace gossamer::mean_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Quadratics;

constexpr NodeId n = 8;
constexpr Index d = 3;
constexpr double eta = 0.2;
constexpr double beta = 0.7;
constexpr double mu = 0.85;
constexpr int rounds = 12;

struct Case {
  std::string name;
  Program program;
};

/// The models at the start and after each round.
std::vector<MatrixXd> history(const Case& one, const testing::SynchronousRun& run) {
  std::vector<MatrixXd> x{run.start};
  for (std::uint64_t k = 1; k <= rounds; ++k) x.push_back(run.models(one.program, k));
  return x;
}

std::vector<Case> plain_cases() {
  using enum DPsgd::Form;
  using Tracking = GradientTracking::Form;
  const auto codec = std::make_shared<testing::Rounding>(0.05);
  return {
      {"D-PSGD, AWC", [](Node& node) { return d_psgd(node, {.step_size = eta, .form = awc}); }},
      {"D-PSGD, ATC", [](Node& node) { return d_psgd(node, {.step_size = eta, .form = atc}); }},
      {"D²", [](Node& node) { return d2(node, {.step_size = eta}); }},
      {"exact diffusion", [](Node& node) { return exact_diffusion(node, {.step_size = eta}); }},
      {"NIDS", [](Node& node) { return nids(node, {.step_size = eta}); }},
      {"EXTRA", [](Node& node) { return extra(node, {.step_size = eta}); }},
      {"GT, ATC", [](Node& node) { return gradient_tracking(node, {.step_size = eta, .form = Tracking::atc}); }},
      {"GT", [](Node& node) { return gradient_tracking(node, {.step_size = eta, .form = Tracking::non_atc}); }},
      {"SGP", [](Node& node) { return sgp(node, {.step_size = eta}); }},
      {"LEAD", [=](Node& node) { return lead(node, {.step_size = eta, .compressor = codec}); }},
      {"CHOCO-SGD",
       [=](Node& node) { return choco_sgd(node, {.step_size = eta, .consensus_step = 0.6, .compressor = codec}); }},
      {"CHOCO-SGD, AWC",
       [=](Node& node) {
         return choco_sgd(
             node, {.step_size = eta, .consensus_step = 0.6, .order = ChocoSgd::Order::awc, .compressor = codec});
       }},
      {"DeepSqueeze",
       [=](Node& node) { return deep_squeeze(node, {.step_size = eta, .consensus_step = 0.6, .compressor = codec}); }},
  };
}

TEST_CASE("The mean of all models follows the mean gradient, x̄ ← x̄ − η ḡ, through averaging and compression") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& w : {testing::ring(n), testing::tangle(n)}) {
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const Case& one : plain_cases()) {
      CAPTURE(one.name);
      const std::vector<MatrixXd> x = history(one, run);
      for (std::size_t k = 0; k < rounds; ++k) {
        const RowVectorXd expected = x[k].colwise().mean() - eta * f.gradients(x[k]).colwise().mean();
        CHECK((x[k + 1].colwise().mean() - expected).norm() < 1e-13);
      }
    }
  }
}

TEST_CASE("Under momentum the mean of all models follows the heavy ball of the mean gradient") {
  using enum DPsgd::Form;
  const std::vector<Case> cases{
      {"DmSGD, ATC",
       [](Node& node) { return dmsgd(node, {.step_size = eta, .form = atc, .local = {.momentum = beta}}); }},
      {"DmSGD, AWC",
       [](Node& node) { return dmsgd(node, {.step_size = eta, .form = awc, .local = {.momentum = beta}}); }},
      {"DecentLaM", [](Node& node) { return decentlam(node, {.step_size = eta, .momentum = beta}); }},
      {"DA-DmSGD", [](Node& node) { return da_dmsgd(node, {.step_size = eta, .momentum = beta}); }},
      {"QG-DmSGD",
       [](Node& node) { return qg_dmsgd(node, {.step_size = eta, .momentum = beta, .global_momentum = mu}); }},
  };
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Mixing& w : {testing::ring(n), testing::tangle(n)}) {
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = testing::normal_matrix(n, d, 7)};
    for (const Case& one : cases) {
      CAPTURE(one.name);
      const std::vector<MatrixXd> x = history(one, run);
      RowVectorXd m = RowVectorXd::Zero(d);
      for (std::size_t k = 0; k < rounds; ++k) {
        const RowVectorXd before = x[k].colwise().mean(), after = x[k + 1].colwise().mean();
        const RowVectorXd step = beta * m + f.gradients(x[k]).colwise().mean();
        CHECK((after - (before - eta * step)).norm() < 1e-13);
        m = one.name == "QG-DmSGD" ? RowVectorXd{mu * m + (1 - mu) * (before - after) / eta} : step;
      }
    }
  }
}

}  // namespace
}  // namespace gossamer::mean_test
