#include "tests/matrix_form.hpp"

#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gossip.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/matcha.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "algorithms/periodic/gossip_pga.hpp"
#include "algorithms/schedules/schedules.hpp"
#include "tests/graphs.hpp"

// Every synchronous algorithm that sends whole models, held round by round against the matrix form of its paper, which
// is written down here a second time, in dense matrices, independently of the programs.
namespace gossamer::matrix_form_test {
namespace {

using Eigen::MatrixXd;
using testing::Directions;
using testing::Quadratics;

constexpr Index d = 3;

/// W(k), and the other things that a matrix form needs.
struct Instance {
  const Quadratics& f;
  std::function<MatrixXd(int)> w;
  MatrixXd start;
  StepSize step_size;

  /// The step size of round k, in which a node makes so many local steps.
  double eta(int k, LocalSteps local) const { return step_size.at(static_cast<std::uint64_t>(k * local.steps)); }
};
const StepSize constant = 0.2;
/// Another one in every step, within rounds, too.
const StepSize varying = step_size_by(InverseTime{.base = 0.2, .halved_at = 9});

using MatrixForm = std::function<MatrixXd(const Instance&, int rounds)>;

MatrixForm gossip_form() {
  return [](const Instance& on, int rounds) {
    MatrixXd x = on.start;
    for (int k = 0; k < rounds; ++k) x = (on.w(k) * x).eval();
    return x;
  };
}

MatrixForm d_psgd_form(DPsgd::Form form, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    MatrixXd x = on.start;
    for (int k = 0; k < rounds; ++k) {
      const double eta = on.eta(k, local);
      const MatrixXd w = on.w(k);
      if (form == DPsgd::Form::awc) x = (w * x - eta * direction(x)).eval();
      if (form == DPsgd::Form::atc) x = (w * (x - eta * direction(x))).eval();
      if (form == DPsgd::Form::cta) {
        const MatrixXd y = w * x;
        x = y - eta * direction(y);
      }
    }
    return x;
  };
}

MatrixForm gossip_pga_form(int period, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    MatrixXd x = on.start;
    const MatrixXd mean = MatrixXd::Constant(x.rows(), x.rows(), 1.0 / static_cast<double>(x.rows()));
    for (int k = 0; k < rounds; ++k)
      x = (((k + 1) % period == 0 ? mean : on.w(k)) * (x - on.eta(k, local) * direction(x))).eval();
    return x;
  };
}

MatrixForm da_dmsgd_form(double beta, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    MatrixXd x = on.start, m = 0 * x;
    for (int k = 0; k < rounds; ++k) {
      const MatrixXd h = beta * m + direction(x);
      x = (on.w(k) * (x - on.eta(k, local) * h)).eval();
      m = on.w(k) * h;
    }
    return x;
  };
}

MatrixForm decentlam_form(double beta, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    MatrixXd x = on.start, m = 0 * x;
    for (int k = 0; k < rounds; ++k) {
      const double eta = on.eta(k, local);
      const MatrixXd w = on.w(k), identity = MatrixXd::Identity(w.rows(), w.rows());
      m = (beta * m + (identity - w) * x / eta + w * direction(x)).eval();
      x -= eta * m;
    }
    return x;
  };
}

MatrixForm qg_dmsgd_form(double beta, double mu, bool nesterov, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    MatrixXd x = on.start, m = 0 * x;
    for (int k = 0; k < rounds; ++k) {
      const double eta = on.eta(k, local);
      const MatrixXd g = direction(x), h = beta * m + g;
      const MatrixXd next = on.w(k) * (x - eta * (nesterov ? MatrixXd{g + beta * h} : h));
      m = mu * m + (1 - mu) * (x - next) / eta;
      x = next;
    }
    return x;
  };
}

/// D², X⁺ = M (2 X − X_prev − (η G − η_prev G_prev)) with M = W, and NIDS and exact diffusion, whose M is ½ (I + W): they
/// differ in their first step, X¹ = F (X⁰ − η G⁰), with F = I for NIDS and F = M for the others. A matrix M that mixes
/// in round k ≥ 1 of NIDS is that of round k − 1, its first round without communication.
MatrixForm difference_form(bool lazy, bool first_is_mixed, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    const auto mixing = [&](int k) -> MatrixXd {
      const MatrixXd w = on.w(k);
      return lazy ? MatrixXd{0.5 * (MatrixXd::Identity(w.rows(), w.rows()) + w)} : w;
    };
    MatrixXd before = on.start, g_before = direction(before);
    MatrixXd x = before - on.eta(0, local) * g_before;
    if (first_is_mixed) x = (mixing(0) * x).eval();
    for (int k = 1; k < rounds; ++k) {
      const MatrixXd g = direction(x), change = on.eta(k, local) * g - on.eta(k - 1, local) * g_before;
      const MatrixXd next = mixing(first_is_mixed ? k : k - 1) * (2 * x - before - change);
      before = x;
      g_before = g;
      x = next;
    }
    return x;
  };
}

MatrixForm extra_form(LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    const MatrixXd w = on.w(0), identity = MatrixXd::Identity(w.rows(), w.rows());
    MatrixXd before = on.start, g_before = direction(before);
    MatrixXd x = w * before - on.eta(0, local) * g_before;
    for (int k = 1; k < rounds; ++k) {
      const MatrixXd g = direction(x), change = on.eta(k, local) * g - on.eta(k - 1, local) * g_before;
      const MatrixXd next = (identity + w) * x - 0.5 * (identity + w) * before - change;
      before = x;
      g_before = g;
      x = next;
    }
    return x;
  };
}

MatrixForm gradient_tracking_form(GradientTracking::Form form, LocalSteps local) {
  return [=](const Instance& on, int rounds) {
    Directions direction{on.f, on.step_size, local};
    const MatrixXd w = on.w(0);
    MatrixXd x = on.start, g = direction(x), y = g;
    for (int k = 0; k < rounds; ++k) {
      const double eta = on.eta(k, local);
      const bool atc = form == GradientTracking::Form::atc;
      x = atc ? MatrixXd{w * (x - eta * y)} : MatrixXd{w * x - eta * y};
      const MatrixXd g_next = direction(x);
      y = atc ? MatrixXd{w * (y + g_next - g)} : MatrixXd{w * y + g_next - g};
      g = g_next;
    }
    return x;
  };
}

struct Case {
  std::string name;
  Program program;
  MatrixForm form;
  int local_steps = 1;
  StepSize step_size = constant;
};

std::vector<Case> first_order_cases(LocalSteps local, const StepSize& eta = constant) {
  using enum DPsgd::Form;
  std::vector<Case> cases;
  for (const DPsgd::Form form : {awc, atc, cta}) {
    cases.push_back({"D-PSGD",
                     [=](Node& node) { return d_psgd(node, {.step_size = eta, .form = form, .local = local}); },
                     d_psgd_form(form, local)});
    cases.push_back({"DmSGD", [=](Node& node) { return dmsgd(node, {.step_size = eta, .form = form, .local = local}); },
                     d_psgd_form(form, local)});
  }
  cases.push_back({"MATCHA's", [=](Node& node) { return matcha(node, {.step_size = eta, .local = local}); },
                   d_psgd_form(atc, local)});
  cases.push_back({"Gossip-PGA",
                   [=](Node& node) { return gossip_pga(node, {.step_size = eta, .global_period = 4, .local = local}); },
                   gossip_pga_form(4, local)});
  for (Case& one : cases) {
    one.local_steps = local.steps;
    one.step_size = eta;
  }
  return cases;
}

std::vector<Case> momentum_cases(LocalSteps local, const StepSize& eta = constant) {
  std::vector<Case> cases{
      {"DA-DmSGD", [=](Node& node) { return da_dmsgd(node, {.step_size = eta, .momentum = 0.7, .local = local}); },
       da_dmsgd_form(0.7, local)},
      {"DecentLaM", [=](Node& node) { return decentlam(node, {.step_size = eta, .momentum = 0.7, .local = local}); },
       decentlam_form(0.7, local)}};
  for (const bool nesterov : {false, true})
    cases.push_back(
        {nesterov ? "QG-DmSGD, Nesterov" : "QG-DmSGD",
         [=](Node& node) {
           return qg_dmsgd(
               node,
               {.step_size = eta, .momentum = 0.7, .global_momentum = 0.85, .nesterov = nesterov, .local = local});
         },
         qg_dmsgd_form(0.7, 0.85, nesterov, local)});
  for (Case& one : cases) {
    one.local_steps = local.steps;
    one.step_size = eta;
  }
  return cases;
}

std::vector<Case> exact_cases(LocalSteps local, const StepSize& eta = constant) {
  using enum GradientTracking::Form;
  std::vector<Case> cases{
      {"D²", [=](Node& node) { return d2(node, {.step_size = eta, .local = local}); },
       difference_form(false, true, local)},
      {"exact diffusion", [=](Node& node) { return exact_diffusion(node, {.step_size = eta, .local = local}); },
       difference_form(true, true, local)},
      {"NIDS", [=](Node& node) { return nids(node, {.step_size = eta, .local = local}); },
       difference_form(true, false, local)},
      {"EXTRA", [=](Node& node) { return extra(node, {.step_size = eta, .local = local}); }, extra_form(local)}};
  for (const auto form : {atc, non_atc})
    cases.push_back(
        {"gradient tracking",
         [=](Node& node) { return gradient_tracking(node, {.step_size = eta, .form = form, .local = local}); },
         gradient_tracking_form(form, local)});
  for (Case& one : cases) {
    one.local_steps = local.steps;
    one.step_size = eta;
  }
  return cases;
}

/// A round sums a few products of numbers near 1: the two ways differ by some 10 roundings of 1.1e-16 a round, which
/// averaging does not amplify, and the difference forms (whose unit eigenvalues add them up) at most by the number of
/// rounds squared, 25² · 1e-15 < 1e-12.
constexpr double tolerance = 1e-12;

void check(const Case& one, const Mixing& w, const testing::Cycle* schedule) {
  const NodeId n = w.size();
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const testing::SynchronousRun run{.mixing = w, .objective = f, .start = start, .schedule = schedule};
  const auto mixing = [&](int k) {
    return MatrixXd{schedule ? schedule->round(static_cast<std::uint64_t>(k))->matrix() : w.matrix()};
  };
  for (const int rounds : {1, 2, 25}) {
    CAPTURE(one.name);
    CAPTURE(one.local_steps);
    CAPTURE(rounds);
    const MatrixXd expected = one.form({f, mixing, start, one.step_size}, rounds);
    const MatrixXd x = run.models(one.program, static_cast<std::uint64_t>(rounds * one.local_steps));
    CHECK(testing::deviation(x, expected) < tolerance);
    CHECK(testing::deviation(x, start) > 0.01);  // there is something to compare
  }
}

const std::vector<LocalSteps> plain{{.steps = 1}, {.steps = 3}};
const std::vector<LocalSteps> all_kinds{{.steps = 1},
                                        {.steps = 3},
                                        {.steps = 1, .momentum = 0.6},
                                        {.steps = 1, .momentum = 0.6, .nesterov = true},
                                        {.steps = 3, .momentum = 0.6, .nesterov = true}};

TEST_CASE("Methods that send whole models follow their papers' matrix forms, on directed graphs, too") {
  for (const Mixing& w : {testing::ring(8), testing::exponential(8), testing::tangle(8)}) {
    for (const LocalSteps local : all_kinds)
      for (const Case& one : first_order_cases(local)) check(one, w, nullptr);
    for (const LocalSteps local : plain) {
      for (const Case& one : momentum_cases(local)) check(one, w, nullptr);
      for (const Case& one : exact_cases(local)) check(one, w, nullptr);
    }
    check({"gossip", [](Node& node) { return gossip(node, {}); }, gossip_form()}, w, nullptr);
  }
}

TEST_CASE("With a schedule, each gradient is multiplied by the step size of its step, of local steps too") {
  const Mixing w = testing::tangle(8);
  for (const LocalSteps local : all_kinds)
    for (const Case& one : first_order_cases(local, varying)) check(one, w, nullptr);
  for (const LocalSteps local : plain) {
    for (const Case& one : momentum_cases(local, varying)) check(one, w, nullptr);
    for (const Case& one : exact_cases(local, varying)) check(one, w, nullptr);
  }
}

/// The one-peer exponential graph, in most rounds of which nodes fall apart into groups; they keep 1/2 and 0.7 in turn.
testing::Cycle one_peer(NodeId n) {
  std::vector<Mixing> rounds;
  for (const NodeId step : {1, 2, 4}) {
    for (const double own : {0.5, 0.7}) {
      SparseMatrix w(n, n);
      for (NodeId i = 0; i < n; ++i) {
        w.coeffRef(i, i) = own;
        w.coeffRef(i, (i + step) % n) = 1 - own;
      }
      rounds.emplace_back(w, MixingPromise{.connectivity = Connectivity::any});
    }
  }
  return testing::Cycle{std::move(rounds)};
}

TEST_CASE("If the graph changes from round to round, round k mixes by W(k)") {
  constexpr NodeId n = 8;
  const testing::Cycle schedule = one_peer(n);
  SparseMatrix mean(n, n);
  for (std::uint64_t k = 0; k < *schedule.period(); ++k) mean += schedule.round(k)->matrix() / 6;
  const Mixing w{mean};
  for (const LocalSteps local : all_kinds)
    for (const Case& one : first_order_cases(local)) check(one, w, &schedule);
  for (const Case& one : momentum_cases({})) check(one, w, &schedule);
  for (const Case& one : exact_cases({}))
    if (one.name == "D²" || one.name == "exact diffusion" || one.name == "NIDS") check(one, w, &schedule);
  check({"gossip", [](Node& node) { return gossip(node, {}); }, gossip_form()}, w, &schedule);
}

}  // namespace
}  // namespace gossamer::matrix_form_test
