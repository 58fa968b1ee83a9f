#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/actc.hpp"
#include "algorithms/decentralized/choco_gossip.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/dcd_psgd.hpp"
#include "algorithms/decentralized/ecd_psgd.hpp"
#include "algorithms/decentralized/gossip.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "tests/algorithms/loss_cases.hpp"
#include "tests/graphs.hpp"

// Synchronous algorithms whose messages are differences, under loss.
namespace gossamer::lost_differences_test {
namespace {

using namespace testing::loss;

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
       [](const Instance& on) {  // message 0 is the whole model; if lost, a node's own replaces it
         MatrixXd x = on.start;
         Copies copies{x};
         for (Index i = 0; i < n; ++i)
           for (Index j = 0; j < n; ++j)
             if (!on.receives(i, j, 0)) copies.at(i).row(j) = x.row(i);
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
             if (!on.receives(i, j, 0)) estimates.at(i).row(j) = x.row(i);
         for (int k = 0; k < rounds; ++k) {
           const double t = k + 1;
           const MatrixXd next = estimates.mixed(on.w) - eta * on.g(x);
           const MatrixXd z = rounded((1 - t / 2) * x + (t / 2) * next);
           for (Index i = 0; i < n; ++i)
             for (Index j = 0; j < n; ++j)
               if (i == j || on.receives(i, j, k + 1))
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

TEST_CASE("A lost difference is missing from the receiver's copy of the sender, and nothing replaces it") {
  for (const Case& one : copies_cases()) check(one, testing::ring(n));
}

TEST_CASE(
    "A lost difference moves the sum of CHOCO-Gossip's models by −γ w_ij q_j in its round and in every later one") {
  // Without Q every difference is whole. Columns of W sum to one, so Σ_i (s_i − x̂_i) = −Σ w_ij q_j over the lost
  // messages.
  const Case gossip{"CHOCO-Gossip, the sum alone", program(choco_gossip, ChocoGossip{.consensus_step = gamma}),
                    [](const Instance& on) {
                      MatrixXd x = on.start, expected = x;
                      Copies copies{0 * x};
                      Eigen::RowVectorXd missing = Eigen::RowVectorXd::Zero(d), sum = x.colwise().sum();
                      for (int k = 0; k < rounds; ++k) {
                        const MatrixXd q = x - copies.own();
                        for (Index i = 0; i < n; ++i)
                          for (Index j = 0; j < n; ++j)
                            if (i != j && !on.receives(i, j, k)) missing += on.w(i, j) * q.row(j);
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
}  // namespace gossamer::lost_differences_test
