#pragma once
#include <cmath>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/message_faults.hpp"
#include "sim/world/timeline.hpp"
#include "tests/codecs.hpp"
#include "tests/losses.hpp"
#include "tests/matrix_form.hpp"

/// Synchronous algorithms under lost messages. The timeline gives the losses. The recursions below read nothing else of
/// the run, and keep every node's copies of the other nodes in dense matrices.
namespace gossamer::testing::loss {

using namespace std::chrono_literals;
using Eigen::MatrixXd;

inline constexpr NodeId n = 6;
inline constexpr Index d = 3;
inline constexpr int rounds = 12;
inline constexpr double eta = 0.2;
inline constexpr double gamma = 0.4;
inline constexpr double zeta = 0.6;
inline constexpr double alpha = 0.4;
inline constexpr double beta = 0.5;
inline constexpr double spacing = 0.05;

inline std::shared_ptr<const Codec> rounding() { return std::make_shared<testing::Rounding>(spacing); }
inline MatrixXd rounded(const MatrixXd& v) {
  return v.unaryExpr([](double x) { return spacing * std::round(x / spacing); });
}

/// The input of a recursion: the objectives, W, the start, and the losses.
struct Instance {
  const Quadratics& f;
  MatrixXd w;
  MatrixXd start;
  const Losses& losses;

  MatrixXd g(const MatrixXd& x) const { return f.gradients(x); }
  bool receives(Index i, Index j, int number) const {
    return !losses.lost(static_cast<NodeId>(j), static_cast<NodeId>(i), number);
  }

  /// Σ_j w_ij y_j over the messages of that number; for a lost message, a node's own row replaces y_j.
  MatrixXd averaged(int number, const MatrixXd& y) const {
    MatrixXd result = w.diagonal().asDiagonal() * y;
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        if (i != j) result.row(i) += w(i, j) * y.row(receives(i, j, number) ? j : i);
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
        if (i == j || (on.w(i, j) != 0 && on.receives(i, j, number))) at(i).row(j) += differences.row(j);
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

inline void check(const Case& one, const Mixing& w) {
  CAPTURE(one.name);
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  Faults faults{.detection = 20s};  // above the time of a message; nodes also wait so long for a returned node
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

}  // namespace gossamer::testing::loss
