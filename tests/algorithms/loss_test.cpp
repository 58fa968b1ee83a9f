#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/actc.hpp"
#include "algorithms/choco_gossip.hpp"
#include "algorithms/choco_sgd.hpp"
#include "algorithms/d2.hpp"
#include "algorithms/d_psgd.hpp"
#include "algorithms/da_dmsgd.hpp"
#include "algorithms/dcd_psgd.hpp"
#include "algorithms/decentlam.hpp"
#include "algorithms/deep_squeeze.hpp"
#include "algorithms/ecd_psgd.hpp"
#include "algorithms/exact_diffusion.hpp"
#include "algorithms/extra.hpp"
#include "algorithms/gossip.hpp"
#include "algorithms/gradient_tracking.hpp"
#include "algorithms/lead.hpp"
#include "algorithms/nids.hpp"
#include "algorithms/overlap_sgp.hpp"
#include "algorithms/qdgd.hpp"
#include "algorithms/qg_dmsgd.hpp"
#include "algorithms/relay_sgd.hpp"
#include "algorithms/sgp.hpp"
#include "sim/faults/message_faults.hpp"
#include "sim/timeline.hpp"
#include "tests/codecs.hpp"
#include "tests/graphs.hpp"
#include "tests/losses.hpp"
#include "tests/matrix_form.hpp"

// Synchronous algorithms under lost messages. The timeline gives the losses. The recursions below read nothing else of
// the run, and keep every node's copies of the other nodes in dense matrices.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Losses;
using testing::Quadratics;

constexpr NodeId n = 6;
constexpr Index d = 3;
constexpr int rounds = 12;
constexpr double eta = 0.2;
constexpr double gamma = 0.4;
constexpr double zeta = 0.6;
constexpr double alpha = 0.4;
constexpr double beta = 0.5;
constexpr double spacing = 0.05;

std::shared_ptr<const Codec> rounding() { return std::make_shared<testing::Rounding>(spacing); }
MatrixXd rounded(const MatrixXd& v) {
  return v.unaryExpr([](double x) { return spacing * std::round(x / spacing); });
}

/// The input of a recursion: the objectives, W, the start, and the losses.
struct Instance {
  const Quadratics& f;
  MatrixXd w;
  MatrixXd start;
  const Losses& losses;

  MatrixXd g(const MatrixXd& x) const { return f.gradients(x); }
  bool hears(Index i, Index j, int number) const {
    return !losses.lost(static_cast<NodeId>(j), static_cast<NodeId>(i), number);
  }

  /// Σ_j w_ij y_j of what each pair's message of that number says; a node's own takes the place of what is lost.
  MatrixXd averaged(int number, const MatrixXd& y) const {
    MatrixXd result = w.diagonal().asDiagonal() * y;
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        if (i != j) result.row(i) += w(i, j) * y.row(hears(i, j, number) ? j : i);
    return result;
  }
};
using Recursion = std::function<MatrixXd(const Instance&)>;

/// For every node i the models that it holds of all nodes.
struct Copies {
  std::vector<MatrixXd> of;

  explicit Copies(const MatrixXd& common) : of(static_cast<std::size_t>(n), common) {}
  MatrixXd& at(Index i) { return of[static_cast<std::size_t>(i)]; }

  /// Node i's copy of j moves by row j of the differences, unless the message is lost. A node's own copy always moves.
  void add(const Instance& on, int number, const MatrixXd& differences) {
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        if (i == j || (on.w(i, j) != 0 && on.hears(i, j, number))) at(i).row(j) += differences.row(j);
  }
  MatrixXd own() const {
    MatrixXd result(n, d);
    for (Index i = 0; i < n; ++i) result.row(i) = of[static_cast<std::size_t>(i)].row(i);
    return result;
  }
  /// Row i is Σ_j w_ij times node i's copy of j.
  MatrixXd mixed(const MatrixXd& w) const {
    MatrixXd result(n, d);
    for (Index i = 0; i < n; ++i) result.row(i) = w.row(i) * of[static_cast<std::size_t>(i)];
    return result;
  }
};

struct Case {
  std::string name;
  Program program;
  Recursion recursion;
};

/// A program from an algorithm and its settings.
template <class S>
Program program(Task (*algorithm)(Node&, S), S settings) {
  return [=](Node& node) { return algorithm(node, settings); };
}

void check(const Case& one, const Mixing& w) {
  CAPTURE(one.name);
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  Faults faults{.detection = 20s};  // messages fly for less, and who has returned is waited for as long
  faults.messages.push_back(message_fault(Loss{.probability = 0.2}, n, 3));
  Losses losses;
  testing::Cluster cluster{
      {.mixing = w,
       .objective = f,
       .step_time =
           [](NodeId i, std::uint64_t k) {
             return Seconds{10e-3 + 1e-3 * static_cast<double>((7 * static_cast<std::uint64_t>(i) + 3 * k) % 5)};
           },
       .message_time = 8ms,
       .initial = start.transpose(),
       .faults = &faults,
       .timeline = &losses.timeline()}};
  const End end = cluster.run(one.program, {.node_steps = rounds});
  REQUIRE(end.reason == End::Reason::node_steps);
  REQUIRE(losses.count() > 10);
  const MatrixXd expected = one.recursion({f, w.matrix(), start, losses});
  CHECK(testing::deviation(cluster.models().transpose(), expected) < 1e-12);
}

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

std::vector<Case> copies_cases() {
  using Order = ChocoSgd::Order;
  return {
      {"CHOCO-Gossip", program(choco_gossip, ChocoGossip{.consensus_step = gamma, .compressor = rounding()}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         Copies copies{0 * x};
         for (int k = 0; k < rounds; ++k) {
           copies.add(on, k, rounded(x - copies.own()));
           x += gamma * (copies.mixed(on.w) - copies.own());
         }
         return x;
       }},
      {"CHOCO-SGD", program(choco_sgd, ChocoSgd{.step_size = eta, .consensus_step = gamma, .compressor = rounding()}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         Copies copies{0 * x};
         for (int k = 0; k < rounds; ++k) {
           x -= eta * on.g(x);
           copies.add(on, k, rounded(x - copies.own()));
           x += gamma * (copies.mixed(on.w) - copies.own());
         }
         return x;
       }},
      {"CHOCO-SGD in the code's order",
       program(choco_sgd,
               ChocoSgd{.step_size = eta, .consensus_step = gamma, .order = Order::awc, .compressor = rounding()}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         Copies copies{0 * x};
         for (int k = 0; k < rounds; ++k) {
           x = (x - eta * on.g(x) + gamma * (copies.mixed(on.w) - copies.own())).eval();
           copies.add(on, k, rounded(x - copies.own()));
         }
         return x;
       }},
      {"ACTC", program(actc, Actc{.step_size = eta, .stability = zeta, .compressor = rounding()}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         Copies copies{0 * x};
         for (int k = 0; k < rounds; ++k) {
           copies.add(on, k, zeta * rounded(x - eta * on.g(x) - copies.own()));
           x = copies.mixed(on.w);
         }
         return x;
       }},
      {"DCD-PSGD", program(dcd_psgd, DcdPsgd{.step_size = eta, .compressor = rounding()}),
       [](const Instance& on) {  // message 0 is the whole model, for which a node's own stands in
         MatrixXd x = on.start;
         Copies copies{x};
         for (Index i = 0; i < n; ++i)
           for (Index j = 0; j < n; ++j)
             if (!on.hears(i, j, 0)) copies.at(i).row(j) = x.row(i);
         for (int k = 0; k < rounds; ++k) {
           const MatrixXd change = rounded(copies.mixed(on.w) - eta * on.g(x) - x);
           x += change;
           copies.add(on, k + 1, change);
         }
         return x;
       }},
      {"ECD-PSGD", program(ecd_psgd, EcdPsgd{.step_size = eta, .compressor = rounding()}),
       [](const Instance& on) {
         MatrixXd x = on.start;
         Copies estimates{x};
         for (Index i = 0; i < n; ++i)
           for (Index j = 0; j < n; ++j)
             if (!on.hears(i, j, 0)) estimates.at(i).row(j) = x.row(i);
         for (int k = 0; k < rounds; ++k) {
           const double t = k + 1;
           const MatrixXd next = estimates.mixed(on.w) - eta * on.g(x);
           const MatrixXd z = rounded((1 - t / 2) * x + (t / 2) * next);
           for (Index i = 0; i < n; ++i)
             for (Index j = 0; j < n; ++j)
               if (i == j || on.hears(i, j, k + 1))
                 estimates.at(i).row(j) = ((1 - 2 / t) * estimates.at(i).row(j) + (2 / t) * z.row(j)).eval();
           x = next;
         }
         return x;
       }},
      {"LEAD",
       program(lead,
               Lead{.step_size = eta, .consensus_step = gamma, .reference_step = alpha, .compressor = rounding()}),
       [](const Instance& on) {  // references h_j move by α Q, and Ŷ_w is of what node i has of h_j + Q_j
         MatrixXd x = on.start - eta * on.g(on.start), dual = 0 * x;
         Copies references{0 * x};
         for (int k = 1; k < rounds; ++k) {
           const MatrixXd g = on.g(x), q = rounded(x - eta * g - eta * dual - references.own());
           Copies full = references;
           full.add(on, k - 1, q);
           references.add(on, k - 1, alpha * q);
           dual += gamma / (2 * eta) * (full.own() - full.mixed(on.w));
           x -= eta * g + eta * dual;
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
      if (i != j && on.hears(i, j, number)) result.row(i) += on.w(i, j) * y.row(j);
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
              const bool comes = on.hears(i, j, k);
              sums[static_cast<std::size_t>(i)].row(j) = comes * (adapted.row(j) + of_j.colwise().sum() - of_j.row(i));
              counts(i, j) = comes * (1 + counts_before.row(j).sum() - counts_before(j, i));
            }
            x.row(i) = (adapted.row(i) + sums[static_cast<std::size_t>(i)].colwise().sum()) / (1 + counts.row(i).sum());
          }
        }
        return x;
      }};
}

TEST_CASE("Where whole models travel, a node's own takes the place of one that is lost") {
  for (const Case& one : averaging_cases()) check(one, testing::ring(n));
  for (const Case& one : averaging_cases()) check(one, testing::exponential(n));
  for (const Case& one : code_cases()) check(one, testing::ring(n));
}

TEST_CASE("So it does in exact methods, whose gradients' estimates are lost, too") {
  for (const Case& one : exact_cases()) check(one, testing::ring(n));
}

TEST_CASE("A difference that is lost is missing from the receiver's copy of the sender, and nothing stands in for it") {
  for (const Case& one : copies_cases()) check(one, testing::ring(n));
}

TEST_CASE("Push-sum loses numerators and weights alike") {
  for (const Case& one : push_sum_cases()) check(one, testing::exponential(n));
}

TEST_CASE("RelaySGD takes a neighbor from whom nothing comes, and all behind it, as not there") {
  check(relay_case(), testing::line(n));
}

TEST_CASE(
    "A lost difference moves the sum of CHOCO-Gossip's models by −γ w_ij q_j in its round and in every later one") {
  // Without Q every difference is whole. Columns of W sum to one, so Σ_i (s_i − x̂_i) = −Σ w_ij q_j over what is
  // missing.
  const Case gossip{"CHOCO-Gossip, the sum alone", program(choco_gossip, ChocoGossip{.consensus_step = gamma}),
                    [](const Instance& on) {
                      MatrixXd x = on.start, expected = x;
                      Copies copies{0 * x};
                      Eigen::RowVectorXd missing = Eigen::RowVectorXd::Zero(d), sum = x.colwise().sum();
                      for (int k = 0; k < rounds; ++k) {
                        const MatrixXd q = x - copies.own();
                        for (Index i = 0; i < n; ++i)
                          for (Index j = 0; j < n; ++j)
                            if (i != j && !on.hears(i, j, k)) missing += on.w(i, j) * q.row(j);
                        sum -= gamma * missing;
                        copies.add(on, k, q);
                        x += gamma * (copies.mixed(on.w) - copies.own());
                      }
                      CHECK((x.colwise().sum() - sum).norm() < 1e-12);
                      CHECK((sum - on.start.colwise().sum()).norm() > 1);
                      return x;
                    }};
  check(gossip, testing::ring(n));
}

}  // namespace
}  // namespace gossamer
