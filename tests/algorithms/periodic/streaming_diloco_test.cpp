#include "algorithms/periodic/streaming_diloco.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/error.hpp"
#include "algorithms/periodic/diloco.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"
#include "tests/overlapped_times.hpp"

namespace gossamer::streaming_diloco_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using testing::Cluster;
using testing::Quadratics;
using testing::SynchronousRun;
using Boundary = StreamingDiLoCo::Boundary;
using Cut = Fragments::Cut;
using Result = StreamingDiLoCo::Result;
namespace golden = testing::outer_golden;

Program program_of(const StreamingDiLoCo& settings) {
  return [=](Node& node) { return streaming_diloco(node, settings); };
}

TEST_CASE("Streaming DiLoCo gives its golden iterates: two fragments, a step in flight, and models that are mixed") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  golden::check("G15", {.mixing = ring, .objective = f, .start = golden::start()},
                program_of({.step_size = golden::step_size,
                            .averaging_period = 4,
                            .fragments = 2,
                            .overlap = 1,
                            .mixing = 0.5,
                            .outer = OuterStep{.step_size = 0.7, .momentum = 0.9, .nesterov = true},
                            .result = Result::model}),
                2);
}

/// Two equal nodes with the models (x_1, x_2) from (1, 1), gradients of 2, and step size 1; H = 6, two fragments. The
/// outer optimizer steps by 2 without momentum. The integers were compared with the test fixtures of torchft.
struct Integers {
  int overlap;
  double mixing;
  std::vector<double> models;   ///< of both coordinates after each step
  std::vector<double> anchors;  ///< the same after each synchronization, of three steps
};

TEST_CASE("Streaming DiLoCo sends models, steps from the anchor, and mixes the models when the mean comes") {
  const testing::DiagonalQuadratics f{MatrixXd::Zero(2, 2), MatrixXd::Constant(2, 2, -2)};
  const Mixing pair = testing::complete(2);
  const SynchronousRun run{.mixing = pair, .objective = f, .start = MatrixXd::Ones(2, 2)};
  for (const Integers& expected : std::vector<Integers>{
           {0,
            0,
            {-1,  -1,  -3,  -3,  -11, -5,  -13, -7,  -15, -9,  -17, -23, -19, -25, -21,
             -27, -35, -29, -37, -31, -39, -33, -41, -47, -43, -49, -45, -51, -59, -53},
            {-11, 1, -11, -23, -35, -23, -35, -47}},
           {1,
            0,
            {-1,  -1,  -3,  -3,  -7,  -5,  -9,  -7,  -11, -9,  -13, -19, -15, -21, -17,
             -23, -27, -25, -29, -27, -31, -29, -33, -39, -35, -41, -37, -43, -47, -45},
            {-7, 1, -7, -19, -27, -19, -27, -39}},
           {1,
            0.5,
            {-1,  -1,    -3,  -3,    -6,  -5,    -8,  -7,    -10, -9,    -12, -15,   -14, -17,    -16,
             -19, -21.5, -21, -23.5, -23, -25.5, -25, -27.5, -29, -29.5, -31, -31.5, -33, -35.75, -35},
            {-7, 1, -7, -19, -25, -19, -25, -31}},
       }) {
    StreamingDiLoCo settings{.step_size = 1,
                             .averaging_period = 6,
                             .fragments = 2,
                             .overlap = expected.overlap,
                             .mixing = expected.mixing,
                             .outer = OuterStep{.step_size = 2},
                             .result = Result::model};
    CAPTURE(expected.overlap);
    CAPTURE(expected.mixing);
    for (std::size_t t = 1; 2 * t <= expected.models.size(); ++t) {
      CAPTURE(t);
      const MatrixXd x = run.models(program_of(settings), t);
      for (Index i = 0; i < 2; ++i)
        CHECK(x.row(i) == Eigen::RowVector2d{expected.models[2 * t - 2], expected.models[2 * t - 1]});
    }
    settings.result = Result::anchor;
    for (std::size_t j = 1; 2 * j <= expected.anchors.size(); ++j) {
      CAPTURE(j);
      const MatrixXd a = run.models(program_of(settings), 3 * j);
      for (Index i = 0; i < 2; ++i)
        CHECK(a.row(i) == Eigen::RowVector2d{expected.anchors[2 * j - 2], expected.anchors[2 * j - 1]});
    }
  }
}

TEST_CASE("One fragment, no overlap and no mixing make DiLoCo, bit by bit") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = testing::normal_matrix(golden::nodes, 2, 3)};
  for (const OptimizerChoice& optimizer :
       {OptimizerChoice{Sgd::Settings{.momentum = 0.3}}, OptimizerChoice{Adam::Settings{}}}) {
    for (const auto result : {Result::anchor, Result::model}) {
      const StreamingDiLoCo streaming{.averaging_period = 3,
                                      .fragments = 1,
                                      .overlap = 0,
                                      .mixing = 0,
                                      .outer = OuterStep{.step_size = 0.7, .momentum = 0.9, .nesterov = true},
                                      .result = result,
                                      .optimizer = optimizer};
      const DiLoCo whole{.averaging_period = 3,
                         .outer = OuterStep{.step_size = 0.7, .momentum = 0.9, .nesterov = true},
                         .optimizer = optimizer};
      CHECK(run.models(program_of(streaming), 75) == run.models([=](Node& node) { return diloco(node, whole); }, 75));
    }
  }
}

TEST_CASE("A fragment that is synchronized leaves the states of all others as they are") {
  // Two fragments in turn, of one coordinate each, on nodes without coupling: each coordinate is one of DiLoCo's.
  constexpr NodeId nodes = 3;
  const MatrixXd a = testing::normal_matrix(2, nodes, 5).cwiseAbs(), b = testing::normal_matrix(2, nodes, 6);
  const testing::DiagonalQuadratics both{a, b};
  const Mixing w = testing::complete(nodes);
  const auto models = [&](const testing::DiagonalQuadratics& f, const Program& program, std::uint64_t steps) {
    Cluster cluster{{.mixing = w, .objective = f, .initial = MatrixXd::Ones(f.dimension(), nodes)}};
    cluster.run(program, {.node_steps = steps});
    return MatrixXd{cluster.models()};
  };
  const AdaptiveStep::Settings adam{.step_size = 0.1, .first_decay = 0.5, .second_decay = 0.8, .adaptivity = 0.1};
  const StreamingDiLoCo streaming{
      .averaging_period = 4, .fragments = 2, .overlap = 0, .mixing = 0, .outer = adam, .result = Result::model};
  const DiLoCo whole{.averaging_period = 4, .outer = adam};
  // The second fragment is synchronized after steps 4, 8, …, as a model of its own.
  const testing::DiagonalQuadratics second{a.bottomRows(1), b.bottomRows(1)};
  const MatrixXd alone = models(
      second, [=](Node& node) { return diloco(node, whole); }, 40);
  CHECK(testing::deviation(models(both, program_of(streaming), 40).bottomRows(1), alone) < 1e-14);
}

TEST_CASE("An outer optimizer that counts steps of a whole model steps no fragments") {
  const Quadratics f = golden::objective();
  const Mixing ring = golden::lazy_ring();
  const SynchronousRun run{.mixing = ring, .objective = f, .start = golden::start()};
  StreamingDiLoCo settings{.averaging_period = 3, .fragments = 3, .overlap = 0, .outer = DelayedNesterov::Settings{}};
  CHECK_THROWS_WITH_AS(
      run.models(program_of(settings), 3),
      "the outer optimizer delayed_nesterov counts the steps of a whole model, and cannot step fragments",
      AlgorithmError);
  settings.fragments = 1;
  CHECK(run.models(program_of(settings), 3) != golden::start());
}

constexpr NodeId n = 6;
constexpr Index d = 7;
constexpr double eta = 0.2;
constexpr double local_momentum = 0.2;

/// A model of three layers with 2, 3 and 2 parameters.
const std::vector<Layer> layers{{.inputs = 1, .outputs = 1}, {.inputs = 2, .outputs = 1}, {.inputs = 1, .outputs = 1}};

/// The fragment of coordinate k of 7.
int fragment_of(Index k, const StreamingDiLoCo& s) {
  if (s.cut == Cut::equal) return static_cast<int>(k * s.fragments / d);
  const int layer = k < 2 ? 0 : k < 5 ? 1 : 2;
  if (s.cut == Cut::strided) return layer % s.fragments;
  return layer == 0 ? 0 : s.fragments == 2 ? layer - 1 : layer;  // of three layers the first two, or each alone
}

/// The rule in matrices, by the number j of a synchronization: each node has its own anchor and momenta.
MatrixXd expected(const StreamingDiLoCo& s, const OuterStep& outer, const Quadratics& f, int steps) {
  const int unit = s.averaging_period / s.fragments, lead = s.boundary == Boundary::merge ? s.overlap : 0;
  testing::LocalRuns local{f, eta, local_momentum};
  MatrixXd x = testing::normal_matrix(n, d, 7), a = x, m = 0 * x, sent;
  for (int t = 1, j = 1; t <= steps; ++t) {
    x = local(x, 1);
    const int sends = j * unit - lead, merges = sends + s.overlap;
    if (t == sends) sent = x;
    if (t != merges) continue;
    const MatrixXd way = a - testing::averaged(sent);
    for (Index k = 0; k < d; ++k) {
      if (fragment_of(k, s) != (j - 1) % s.fragments) continue;
      m.col(k) = outer.momentum * m.col(k) + way.col(k);
      const Eigen::VectorXd ahead = way.col(k) + outer.momentum * m.col(k), along = m.col(k);
      a.col(k) -= outer.step_size * (outer.nesterov ? ahead : along);
      x.col(k) = s.mixing * x.col(k) + (1 - s.mixing) * a.col(k);
    }
    ++j;
  }
  return s.result == Result::anchor ? a : x;
}

/// The models after so many steps, of nodes with different speeds.
MatrixXd models(const StreamingDiLoCo& s, const Quadratics& f, int steps, const std::vector<Layer>& of = layers) {
  const Mixing ring = testing::ring(n);
  Cluster cluster{{.mixing = ring,
                   .objective = f,
                   .step_time =
                       [](NodeId i, std::uint64_t k) {
                         return Seconds{1e-3 * static_cast<double>(8 + (static_cast<std::uint64_t>(3 * i) + k) % 5)};
                       },
                   .message_time = 2ms,
                   .initial = testing::normal_matrix(n, d, 7).transpose(),
                   .layers = of}};
  cluster.run(program_of(s), {.node_steps = static_cast<std::uint64_t>(steps)});
  return cluster.models().transpose();
}

TEST_CASE("Streaming DiLoCo follows its rule in matrices, for every cut into fragments and both phases") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  for (const Cut cut : {Cut::equal, Cut::strided, Cut::sequential}) {
    for (const int fragments : {2, 3}) {
      for (const int overlap : {0, 1}) {
        for (const Boundary boundary : {Boundary::merge, Boundary::send}) {
          for (const Result result : {Result::anchor, Result::model}) {
            const OuterStep outer{.step_size = 0.5, .momentum = 0.4, .nesterov = fragments == 2};
            const StreamingDiLoCo settings{.step_size = eta,
                                           .averaging_period = 6,
                                           .fragments = fragments,
                                           .cut = cut,
                                           .overlap = overlap,
                                           .mixing = 0.3,
                                           .boundary = boundary,
                                           .outer = outer,
                                           .result = result,
                                           .optimizer = Sgd::Settings{.momentum = local_momentum}};
            CAPTURE(static_cast<int>(cut));
            CAPTURE(fragments);
            CAPTURE(overlap);
            for (const int steps : {1, 6, 8, 150})  // 25 rounds of six steps
              CHECK(testing::deviation(models(settings, f, steps), expected(settings, outer, f, steps)) < 1e-12);
          }
        }
      }
    }
  }
}

TEST_CASE("A model without layers is cut into equal fragments") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  const MatrixXd equal = models({.step_size = eta}, f, 40, {});
  for (const Cut cut : {Cut::strided, Cut::sequential})
    CHECK(models({.step_size = eta, .cut = cut}, f, 40, {}) == equal);
}

TEST_CASE("Where only the own model counts, nodes make local steps alone, and anchors move") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  StreamingDiLoCo settings{.step_size = eta, .mixing = 1, .result = Result::model};
  testing::LocalRuns local{f, eta};
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  CHECK(testing::deviation(models(settings, f, 40), local(start, 40)) < 1e-12);
  settings.result = Result::anchor;
  CHECK((models(settings, f, 40) - start).norm() > 0.1);
}

TEST_CASE("A fragment's H/P steps take as long as without communication if its mean takes at most τ of them") {
  const auto steps = [](NodeId, std::uint64_t) { return Seconds{10ms}; };
  for (const int overlap : {0, 1, 3}) {
    for (const Seconds all_reduce : {Seconds{5ms}, Seconds{25ms}, Seconds{100ms}}) {
      const StreamingDiLoCo settings{.averaging_period = 8, .fragments = 2, .overlap = overlap};
      const Seconds unit = Seconds{40ms} + std::max(Seconds{0}, all_reduce - overlap * Seconds{10ms});
      CHECK(testing::end_of(program_of(settings), 5, 80, steps, all_reduce).count() ==
            doctest::Approx((20 * unit).count()));
    }
  }
}

TEST_CASE("A mean of a fragment is that of its share of the payload, of its layers or of an equal part") {
  // Around a ring of two nodes a mean takes 2 messages of half of its bytes, at a byte a second.
  const testing::DiagonalQuadratics f{MatrixXd::Zero(7, 2), MatrixXd::Zero(7, 2)};
  const Mixing pair = testing::complete(2);
  const auto end = [&](Cut cut, std::uint64_t node_steps) {
    Cluster cluster{{.mixing = pair,
                     .objective = f,
                     .step_time = [](NodeId, std::uint64_t) { return Seconds{1}; },
                     .payload = 28,
                     .layers = layers}};
    const StreamingDiLoCo settings{.averaging_period = 2, .fragments = 2, .cut = cut, .overlap = 0};
    cluster.run(program_of(settings), {.node_steps = node_steps});
    return cluster.now().count();
  };
  CHECK(end(Cut::equal, 2) == doctest::Approx(2 + 14 + 14));
  CHECK(end(Cut::strided, 1) == doctest::Approx(1 + 16));
  CHECK(end(Cut::strided, 2) == doctest::Approx(2 + 16 + 12));
  CHECK(end(Cut::sequential, 1) == doctest::Approx(1 + 20));
  CHECK(end(Cut::sequential, 2) == doctest::Approx(2 + 20 + 8));
}

TEST_CASE("Streaming DiLoCo refuses fragments that do not fit the period, the overlap or the model") {
  const Quadratics f = testing::heterogeneous_quadratics(n, d);
  CHECK_THROWS_WITH_AS(models({.averaging_period = 8, .fragments = 3}, f, 8),
                       "streaming_diloco: 3 fragments do not divide a period of 8 steps", AlgorithmError);
  CHECK_THROWS_WITH_AS(models({.averaging_period = 8, .fragments = 2, .overlap = 4}, f, 8),
                       "streaming_diloco: an overlap of 4 steps is not less than the 4 steps from fragment to fragment",
                       AlgorithmError);
  CHECK_THROWS_WITH_AS(models({.averaging_period = 8, .fragments = 4, .cut = Cut::strided}, f, 8),
                       "4 fragments of whole layers need a model of as many layers, and this one has 3",
                       AlgorithmError);
}

}  // namespace
}  // namespace gossamer::streaming_diloco_test
