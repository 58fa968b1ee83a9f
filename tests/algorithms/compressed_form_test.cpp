#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/actc.hpp"
#include "algorithms/decentralized/choco_gossip.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/dcd_psgd.hpp"
#include "algorithms/decentralized/deep_squeeze.hpp"
#include "algorithms/decentralized/ecd_psgd.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qdgd.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Every algorithm that sends codes, held against the matrix form of its paper with the same Q, and against the
// algorithm that it becomes without one.
namespace gossamer::compressed_form_test {
namespace {

using Eigen::MatrixXd;
using testing::Directions;
using testing::Quadratics;

constexpr Index d = 3;
constexpr double eta = 0.2;
constexpr double gamma = 0.7;
constexpr double zeta = 0.6;
constexpr double alpha = 0.4;

/// A deterministic Q: the codec, and its effect on a matrix.
struct Compression {
  std::shared_ptr<const Codec> codec;
  std::function<MatrixXd(const MatrixXd&)> apply;
};
Compression scaling() {
  return {std::make_shared<testing::Scaling>(0.9), [](const MatrixXd& v) -> MatrixXd { return 0.9 * v; }};
}
/// Two ways to compute the rounded numbers differ by 1e-15. The results differ if a coordinate is that close to a
/// boundary. Some 10⁴ coordinates with a spacing of 0.05 miss all boundaries for nearly every start.
Compression rounding() {
  return {std::make_shared<testing::Rounding>(0.05), [](const MatrixXd& v) -> MatrixXd {
            return v.unaryExpr([](double x) { return 0.05 * std::round(x / 0.05); });
          }};
}

struct Instance {
  const Quadratics& f;
  MatrixXd w;
  MatrixXd start;
  LocalSteps local;
};
using MatrixForm = std::function<MatrixXd(const Instance&, const Compression&, int rounds)>;

MatrixXd choco_gossip_form(const Instance& on, const Compression& q, int rounds) {
  MatrixXd x = on.start, copies = 0 * x;
  for (int k = 0; k < rounds; ++k) {
    copies += q.apply(x - copies);
    x += gamma * (on.w * copies - copies);
  }
  return x;
}

MatrixXd choco_paper_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start, copies = 0 * x;
  for (int k = 0; k < rounds; ++k) {
    x -= eta * direction(x);
    copies += q.apply(x - copies);
    x += gamma * (on.w * copies - copies);
  }
  return x;
}

MatrixXd choco_code_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start, copies = 0 * x;
  for (int k = 0; k < rounds; ++k) {
    x = (x - eta * direction(x) + gamma * (on.w * copies - copies)).eval();
    copies += q.apply(x - copies);
  }
  return x;
}

MatrixXd actc_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start, copies = 0 * x;
  for (int k = 0; k < rounds; ++k) {
    copies += zeta * q.apply(x - eta * direction(x) - copies);
    x = on.w * copies;
  }
  return x;
}

MatrixXd deep_squeeze_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start, error = 0 * x;
  for (int k = 0; k < rounds; ++k) {
    const MatrixXd adapted = x - eta * direction(x), v = adapted + error, c = q.apply(v);
    error = v - c;
    x = adapted + gamma * (on.w * c - c);
  }
  return x;
}

MatrixXd dcd_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start;
  for (int k = 0; k < rounds; ++k) x += q.apply(on.w * x - eta * direction(x) - x);
  return x;
}

MatrixXd ecd_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start, estimates = x;
  for (int k = 0; k < rounds; ++k) {
    const double t = k + 1;
    const MatrixXd next = on.w * estimates - eta * direction(x);
    estimates = ((1 - 2 / t) * estimates + (2 / t) * q.apply((1 - t / 2) * x + (t / 2) * next)).eval();
    x = next;
  }
  return x;
}

MatrixXd qdgd_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  const MatrixXd own = on.w.diagonal().asDiagonal(), identity = MatrixXd::Identity(own.rows(), own.rows());
  MatrixXd x = on.start;
  for (int k = 0; k < rounds; ++k)
    x = (((1 - gamma) * identity + gamma * own) * x + gamma * (on.w - own) * q.apply(x) - gamma * eta * direction(x))
            .eval();
  return x;
}

/// With H_w = W H spelled out as it is meant.
MatrixXd lead_form(const Instance& on, const Compression& q, int rounds) {
  Directions direction{on.f, eta, on.local};
  MatrixXd x = on.start - eta * direction(on.start), h = 0 * x, dual = 0 * x;
  for (int k = 1; k < rounds; ++k) {
    const MatrixXd g = direction(x), y = h + q.apply(x - eta * g - eta * dual - h);
    h = ((1 - alpha) * h + alpha * y).eval();
    dual += gamma / (2 * eta) * (y - on.w * y);
    x -= eta * g + eta * dual;
  }
  return x;
}

struct Case {
  std::string name;
  std::function<Program(std::shared_ptr<const Codec>, LocalSteps)> program;
  MatrixForm form;
};

std::vector<Case> copies_cases() {
  using Q = std::shared_ptr<const Codec>;
  return {
      {"CHOCO-Gossip",
       [](Q q, LocalSteps) -> Program {
         return [=](Node& node) { return choco_gossip(node, {.consensus_step = gamma, .compressor = q}); };
       },
       choco_gossip_form},
      {"CHOCO-SGD",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) {
           return choco_sgd(node, {.step_size = eta, .consensus_step = gamma, .compressor = q, .local = local});
         };
       },
       choco_paper_form},
      {"CHOCO-SGD, AWC",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) {
           return choco_sgd(node, {.step_size = eta,
                                   .consensus_step = gamma,
                                   .order = ChocoSgd::Order::awc,
                                   .compressor = q,
                                   .local = local});
         };
       },
       choco_code_form},
      {"ACTC",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) {
           return actc(node, {.step_size = eta, .stability = zeta, .compressor = q, .local = local});
         };
       },
       actc_form},
      {"LEAD",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) {
           return lead(
               node,
               {.step_size = eta, .consensus_step = gamma, .reference_step = alpha, .compressor = q, .local = local});
         };
       },
       lead_form},
  };
}

std::vector<Case> direct_cases() {
  using Q = std::shared_ptr<const Codec>;
  return {
      {"DeepSqueeze",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) {
           return deep_squeeze(node, {.step_size = eta, .consensus_step = gamma, .compressor = q, .local = local});
         };
       },
       deep_squeeze_form},
      {"DCD-PSGD",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) { return dcd_psgd(node, {.step_size = eta, .compressor = q, .local = local}); };
       },
       dcd_form},
      {"ECD-PSGD",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) { return ecd_psgd(node, {.step_size = eta, .compressor = q, .local = local}); };
       },
       ecd_form},
      {"QDGD",
       [](Q q, LocalSteps local) -> Program {
         return [=](Node& node) {
           return qdgd(node, {.step_size = eta, .consensus_step = gamma, .compressor = q, .local = local});
         };
       },
       qdgd_form},
  };
}

void check(const Case& one, const Mixing& w, const Compression& q, LocalSteps local) {
  const NodeId n = w.size();
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start};
  const int steps = one.name == "CHOCO-Gossip" ? 1 : local.steps;
  for (const int rounds : {1, 2, 25}) {
    CAPTURE(one.name);
    CAPTURE(local.steps);
    CAPTURE(rounds);
    const MatrixXd expected = one.form({f, MatrixXd{w.matrix()}, start, local}, q, rounds);
    const MatrixXd x = run.models(one.program(q.codec, local), static_cast<std::uint64_t>(rounds * steps));
    CHECK(testing::deviation(x, expected) < 1e-12);  // 25 rounds of roundings, which 2/t and z of ECD weigh by t ≤ 25
  }
}

TEST_CASE("Methods that send codes follow their papers' matrix forms, whether Q scales or rounds") {
  for (const Mixing& w : {testing::ring(8), testing::exponential(8), testing::line(7)}) {
    for (const Compression& q : {scaling(), rounding()}) {
      for (const LocalSteps local : {LocalSteps{}, LocalSteps{.steps = 3}, LocalSteps{.steps = 2, .momentum = 0.5}}) {
        for (const Case& one : copies_cases()) check(one, w, q, local);
        for (const Case& one : direct_cases()) check(one, w, q, local);
      }
    }
  }
}

TEST_CASE("ACTC follows its matrix form where rows alone sum to 1") {
  const SparseMatrix rows = testing::unequal_shares(8).transpose();
  const Mixing w{rows, {.stochasticity = Stochasticity::rows}};
  for (const Case& one : copies_cases())
    if (one.name == "ACTC") check(one, w, rounding(), {});
}

TEST_CASE("Uncompressed, methods that send codes are D-PSGD, and LEAD is NIDS, for 300 rounds") {
  constexpr NodeId n = 8;
  using enum DPsgd::Form;
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const Program in_awc = [](Node& node) { return d_psgd(node, {.step_size = eta, .form = awc}); };
  const Program in_atc = [](Node& node) { return d_psgd(node, {.step_size = eta, .form = atc}); };
  const Program by_nids = [](Node& node) { return nids(node, {.step_size = eta}); };
  struct Pair {
    std::string name;
    Program compressed, plain;
  };
  const std::vector<Pair> pairs{
      {"CHOCO-SGD", [](Node& node) { return choco_sgd(node, {.step_size = eta}); }, in_atc},
      {"DeepSqueeze", [](Node& node) { return deep_squeeze(node, {.step_size = eta}); }, in_atc},
      {"ACTC, ζ = 1", [](Node& node) { return actc(node, {.step_size = eta}); }, in_atc},
      {"DCD-PSGD", [](Node& node) { return dcd_psgd(node, {.step_size = eta}); }, in_awc},
      {"ECD-PSGD", [](Node& node) { return ecd_psgd(node, {.step_size = eta}); }, in_awc},
      {"QDGD", [](Node& node) { return qdgd(node, {.step_size = eta}); }, in_awc},
      {"LEAD", [](Node& node) { return lead(node, {.step_size = eta}); }, by_nids},
  };
  for (const Mixing& w : {testing::ring(n), testing::exponential(n)}) {
    const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start};
    for (const Pair& pair : pairs) {
      for (const std::uint64_t rounds : {1U, 5U, 300U}) {
        CAPTURE(pair.name);
        CAPTURE(rounds);
        CHECK(testing::deviation(run.models(pair.compressed, rounds), run.models(pair.plain, rounds)) < 1e-12);
      }
    }
  }
}

TEST_CASE("Uncompressed, CHOCO-SGD in the code's order is D-PSGD's AWC once copies of the start are there") {
  // Its copies are zero at first, so that its first round does not mix; from then on x⁺ = W x − η g. If all start at
  // zero, W x = x in that round, and the two are the same.
  constexpr NodeId n = 8;
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const Mixing w = testing::ring(n);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = MatrixXd::Zero(n, d)};
  const Program choco = [](Node& node) { return choco_sgd(node, {.step_size = eta, .order = ChocoSgd::Order::awc}); };
  const Program plain = [](Node& node) { return d_psgd(node, {.step_size = eta}); };
  for (const std::uint64_t rounds : {1U, 5U, 300U})
    CHECK(testing::deviation(run.models(choco, rounds), run.models(plain, rounds)) < 1e-12);
}

}  // namespace
}  // namespace gossamer::compressed_form_test
