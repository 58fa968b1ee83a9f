#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/deep_squeeze.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gossip.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/overlap_sgp.hpp"
#include "algorithms/decentralized/qdgd.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "algorithms/decentralized/relay_sgd.hpp"
#include "algorithms/decentralized/sgp.hpp"
#include "tests/algorithms/loss_cases.hpp"
#include "tests/graphs.hpp"

// Synchronous algorithms whose messages are models, under loss.
namespace gossamer::loss_test {
namespace {

using namespace testing::loss;

std::vector<Case> averaging_cases() {
  using Form = DPsgd::Form;
  return {
      {"gossip", program(gossip, Gossip{}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         for (int k = 0; k < rounds; ++k) x = on.averaged(k, x);
         return x;
       }},
      {"D-PSGD, AWC", program(d_psgd, DPsgd{.step_size = eta}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         for (int k = 0; k < rounds; ++k) x = (on.averaged(k, x) - eta * on.g(x)).eval();
         return x;
       }},
      {"D-PSGD, ATC", program(d_psgd, DPsgd{.step_size = eta, .form = Form::atc}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         for (int k = 0; k < rounds; ++k) x = on.averaged(k, x - eta * on.g(x));
         return x;
       }},
      {"D-PSGD, CTA", program(d_psgd, DPsgd{.step_size = eta, .form = Form::cta}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd y = on.averaged(k, x);
           x = y - eta * on.g(y);
         }
         return x;
       }},
      {"DA-DmSGD", program(da_dmsgd, DaDmsgd{.step_size = eta, .momentum = beta}),
       [](const Instance& on) {
         MatrixXd x = on.start, m = 0 * x;
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd h = beta * m + on.g(x);
           x = on.averaged(2 * k, x - eta * h);
           m = on.averaged(2 * k + 1, h);
         }
         return x;
       }},
      {"DecentLaM", program(decentlam, DecentLam{.step_size = eta, .momentum = beta}),
       [](const Instance& on) {
         MatrixXd x = on.start, m = 0 * x;
         for (int k = 0; k < rounds; ++k) {
           m = (beta * m + (x - on.averaged(k, x - eta * on.g(x))) / eta).eval();
           x -= eta * m;
         }
         return x;
       }},
      {"QG-DmSGD", program(qg_dmsgd, QgDmsgd{.step_size = eta, .momentum = beta}),
       [](const Instance& on) {
         constexpr double mu = 0.9;
         MatrixXd x = on.start, m = 0 * x;
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd next = on.averaged(k, x - eta * (beta * m + on.g(x)));
           m = mu * m + (1 - mu) * (x - next) / eta;
           x = next;
         }
         return x;
       }},
  };
}

/// X⁺ = M (2 X − X_prev − η (G − G_prev)), in which M y is y, averaged, or half of both; the first step as it is.
Recursion differences(bool lazy, bool first_is_mixed) {
  return [=](const Instance& on) {
    const auto mix = [&](int number, const MatrixXd& y) -> MatrixXd {
      return lazy ? MatrixXd{0.5 * y + 0.5 * on.averaged(number, y)} : on.averaged(number, y);
    };
    MatrixXd before = on.start, g_before = on.g(before), x = before - eta * g_before;
    if (first_is_mixed) x = mix(0, x);
    for (int k = 1; k < rounds; ++k) {
      const MatrixXd g = on.g(x);
      const MatrixXd next = mix(first_is_mixed ? k : k - 1, 2 * x - before - eta * (g - g_before));
      before = x;
      g_before = g;
      x = next;
    }
    return x;
  };
}

std::vector<Case> exact_cases() {
  return {
      {"D²", program(d2, D2{.step_size = eta}), differences(false, true)},
      {"exact diffusion", program(exact_diffusion, ExactDiffusion{.step_size = eta}), differences(true, true)},
      {"NIDS", program(nids, Nids{.step_size = eta}), differences(true, false)},
      {"EXTRA", program(extra, Extra{.step_size = eta}),
       [](const Instance& on) {
         MatrixXd before = on.start, wx_before = on.averaged(0, before), g_before = on.g(before);
         MatrixXd x = wx_before - eta * g_before;
         for (int k = 1; k < rounds; ++k) {
           const MatrixXd wx = on.averaged(k, x), g = on.g(x);
           const MatrixXd next = x + wx - 0.5 * (before + wx_before) - eta * (g - g_before);
           before = x;
           wx_before = wx;
           g_before = g;
           x = next;
         }
         return x;
       }},
      {"gradient tracking, ATC", program(gradient_tracking, GradientTracking{.step_size = eta}),
       [](const Instance& on) {  // of each pair messages 0, 2, 4, … are models, 1, 3, … gradients
         MatrixXd x = on.start, g = on.g(x), y = g;
         for (int k = 0; k < rounds; ++k) {
           if (k > 0) {
             const MatrixXd before = g;
             g = on.g(x);
             y = on.averaged(2 * k - 1, y + g - before);
           }
           x = on.averaged(2 * k, x - eta * y);
         }
         return x;
       }},
      {"gradient tracking, non-ATC",
       program(gradient_tracking, GradientTracking{.step_size = eta, .form = GradientTracking::Form::non_atc}),
       [](const Instance& on) {
         MatrixXd x = on.start, g = on.g(x), y = g;
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd next = on.averaged(2 * k, x) - eta * y;
           const MatrixXd before = g;
           g = on.g(next);
           y = (on.averaged(2 * k + 1, y) + g - before).eval();
           x = next;
         }
         return x;
       }},
  };
}

std::vector<Case> code_cases() {
  return {
      {"DeepSqueeze",
       program(deep_squeeze, DeepSqueeze{.step_size = eta, .consensus_step = gamma, .compressor = rounding()}),
       [](const Instance& on) {
         MatrixXd x = on.start, error = 0 * x;
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd adapted = x - eta * on.g(x), v = adapted + error, c = rounded(v);
           error = v - c;
           x = adapted + gamma * (on.averaged(k, c) - c);
         }
         return x;
       }},
      {"QDGD", program(qdgd, Qdgd{.step_size = eta, .consensus_step = gamma, .compressor = rounding()}),
       [](const Instance& on) {
         const MatrixXd own = on.w.diagonal().asDiagonal();
         MatrixXd x = on.start;
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd c = rounded(x);
           x = ((1 - gamma) * x + gamma * own * x + gamma * (on.averaged(k, c) - own * c) - gamma * eta * on.g(x))
                   .eval();
         }
         return x;
       }},
  };
}

/// The sum of the shares that arrive: Σ_{j ≠ i} p_ij y_j over the messages that are not lost.
MatrixXd arrived(const Instance& on, int number, const MatrixXd& y) {
  MatrixXd result = MatrixXd::Zero(y.rows(), y.cols());
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      if (i != j && on.receives(i, j, number)) result.row(i) += on.w(i, j) * y.row(j);
  return result;
}

std::vector<Case> push_sum_cases() {
  return {
      {"SGP", program(sgp, Sgp{.step_size = eta}),
       [](const Instance& on) {
         const MatrixXd kept = on.w.diagonal().asDiagonal();
         MatrixXd x = on.start, weight = MatrixXd::Ones(n, 1), z = x;
         for (int k = 0; k < rounds; ++k) {
           x -= eta * on.g(z);
           x = (kept * x + arrived(on, k, x)).eval();
           weight = (kept * weight + arrived(on, k, weight)).eval();
           z = weight.col(0).cwiseInverse().asDiagonal() * x;
         }
         return z;
       }},
      {"overlap SGP", program(overlap_sgp, OverlapSgp{.step_size = eta}),
       [](const Instance& on) {
         const MatrixXd kept = on.w.diagonal().asDiagonal();
         MatrixXd x = on.start, weight = MatrixXd::Ones(n, 1), z = x, given, given_weight;
         for (int k = 0; k < rounds; ++k) {
           x -= eta * on.g(z);
           z = x;  // in the first round nothing has come, and w = 1
           const MatrixXd late = given, late_weight = given_weight;
           given = x;
           given_weight = weight;
           x = (kept * x).eval();
           weight = (kept * weight).eval();
           if (k == 0) continue;
           x += arrived(on, k - 1, late);
           weight += arrived(on, k - 1, late_weight);
           z = weight.col(0).cwiseInverse().asDiagonal() * x;
         }
         return z;
       }},
  };
}

Case relay_case() {
  return {
      "RelaySGD", program(relay_sgd, RelaySgd{.step_size = eta}), [](const Instance& on) {
        // The message from j to i in the last round: a sum of models and their number.
        MatrixXd x = on.start, counts = MatrixXd::Zero(n, n);
        std::vector<MatrixXd> sums(static_cast<std::size_t>(n), MatrixXd::Zero(n, d));
        for (int k = 0; k < rounds; ++k) {
          x -= eta * on.g(x);
          const auto sums_before = sums;
          const MatrixXd counts_before = counts, adapted = x;
          for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
              if (i == j || on.w(i, j) == 0) continue;
              const auto& of_j = sums_before[static_cast<std::size_t>(j)];
              const bool comes = on.receives(i, j, k);
              sums[static_cast<std::size_t>(i)].row(j) = comes * (adapted.row(j) + of_j.colwise().sum() - of_j.row(i));
              counts(i, j) = comes * (1 + counts_before.row(j).sum() - counts_before(j, i));
            }
            x.row(i) = (adapted.row(i) + sums[static_cast<std::size_t>(i)].colwise().sum()) / (1 + counts.row(i).sum());
          }
        }
        return x;
      }};
}

TEST_CASE("If whole models are sent, a node's own model replaces a lost one") {
  for (const Case& one : averaging_cases()) check(one, testing::ring(n));
  for (const Case& one : averaging_cases()) check(one, testing::exponential(n));
  for (const Case& one : code_cases()) check(one, testing::ring(n));
}

TEST_CASE("A lost weight goes to the own model in exact methods, too, whose gradient estimates are lost") {
  for (const Case& one : exact_cases()) check(one, testing::ring(n));
}

TEST_CASE("Push-sum loses numerators and weights alike") {
  for (const Case& one : push_sum_cases()) check(one, testing::exponential(n));
}

TEST_CASE("RelaySGD ignores a silent neighbor's side of the tree in that round") {
  check(relay_case(), testing::line(n));
}

}  // namespace
}  // namespace gossamer::loss_test
