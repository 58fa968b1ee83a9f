#pragma once
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "algorithms/d_psgd.hpp"
#include "algorithms/swarm_sgd.hpp"
#include "tests/formulas.hpp"

/// One small instance on which every algorithm's iterates are known to 15 digits, from an independent implementation in
/// matrix form: five nodes on a ring, w = 1/3 each, f_i(x) = a_i x²/2 − b_i x, η = 0.1, x = 0 at first.
namespace gossamer::testing::golden {

inline constexpr NodeId nodes = 5;
inline constexpr double step_size = 0.1;

inline DiagonalQuadratics objective() {
  Eigen::MatrixXd a(1, nodes);
  Eigen::MatrixXd b(1, nodes);
  a << 1, 2, 3, 4, 5;
  b << 1, -1, 2, 0, 3;
  return {a, b};
}

/// The models of all nodes after some rounds on the ring.
struct DPsgdIterates {
  DPsgd::Form form;
  std::uint64_t rounds;
  std::vector<double> models;
};
inline const std::vector<DPsgdIterates> d_psgd{
    {DPsgd::Form::awc, 1, {0.1, -0.1, 0.2, 0, 0.3}},
    {DPsgd::Form::awc, 2, {0.19, -0.013333333333333333, 0.17333333333333333, 0.16666666666666667, 0.28333333333333333}},
    {DPsgd::Form::awc,
     10,
     {0.379576957128776, 0.155816953790103, 0.338956652438917, 0.239074421248539, 0.430639349567571}},
    {DPsgd::Form::awc,
     400,
     {0.397647124418053, 0.172967020713111, 0.352067129436035, 0.248027654651390, 0.441621365448412}},
    {DPsgd::Form::atc, 1, {0.1, 0.066666666666666667, 0.033333333333333333, 0.16666666666666667, 0.13333333333333333}},
    {DPsgd::Form::atc, 2, {0.17, 0.12222222222222222, 0.09222222222222222, 0.23, 0.21888888888888889}},
    {DPsgd::Form::atc,
     10,
     {0.337087106420529, 0.297677718156963, 0.233907935606112, 0.348991121585051, 0.361695598374489}},
    {DPsgd::Form::atc,
     400,
     {0.350380224931290, 0.312307147554251, 0.245333603115990, 0.357369281872292, 0.371905508624614}},
    {DPsgd::Form::cta,
     10,
     {0.398760469451212, 0.133625645936778, 0.360647039082899, 0.207451121798659, 0.478875203873596}},
    {DPsgd::Form::cta,
     400,
     {0.415342202438161, 0.149845718043401, 0.371733522181193, 0.214421569123375, 0.485952754312307}},
};

/// The interactions of the instance, (initiator, partner), with H = 2 exact gradient steps. They need a complete graph.
inline const std::vector<std::pair<NodeId, NodeId>> interactions{{0, 1}, {2, 3}, {1, 2}, {4, 0}, {3, 4}, {0, 2}};
inline constexpr int local_steps = 2;

/// The models after these interactions, each step taking a multiple of a unit of time.
struct SwarmModels {
  SwarmSgd::Variant variant;
  std::function<double(NodeId, std::uint64_t)> step_time;
  std::vector<double> models;
};

/// For the non-blocking initiators: node i's k-th pair of steps ends at the time of its k-th initiative, 0 at 1, 2 at
/// 2, 1 at 3, 4 at 4, 3 at 5 and again 0 at 6; afterwards nobody finishes for long.
inline double initiators_step_time(NodeId node, std::uint64_t step) {
  constexpr double first[] = {1, 3, 2, 5, 4};
  if (step < 2) return first[node] / 2;
  return node == 0 && step < 4 ? 2.5 : 1e6;
}
inline double unit_step_time(NodeId, std::uint64_t) { return 1; }

inline const std::vector<SwarmModels> swarm_sgd{
    {SwarmSgd::Variant::blocking, unit_step_time, {0.425616375, 0.12325, 0.425616375, 0.295853125, 0.295853125}},
    {SwarmSgd::Variant::nb2, unit_step_time, {0.390459, -0.0352, 0.461984, 0.2725, 0.31375}},
    {SwarmSgd::Variant::nb1, initiators_step_time, {0.2864, -0.01, 0.1325, 0.2725, 0.2725}},
};

}  // namespace gossamer::testing::golden
