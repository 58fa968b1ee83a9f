#pragma once
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/actc.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "tests/codecs.hpp"
#include "tests/formulas.hpp"

/// One small instance on which the iterates of many algorithms are known to 15 decimals: five nodes on a ring, w = 1/3
/// each, f_i(x) = a_i x²/2 − b_i x, η = 0.1, x = 0 at first. tests/golden.py writes them to tests/golden.txt.
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

inline constexpr double momentum = 0.8;  ///< β, and the μ of quasi-global momentum

/// Q(v) = v/2, which is contractive, deterministic, and zero for zero alone.
inline std::shared_ptr<const Codec> half() { return std::make_shared<Scaling>(0.5); }

/// A line of tests/golden.txt.
struct Row {
  std::string name;
  std::uint64_t count;  ///< of rounds, or of interactions
  std::vector<double> models;
};
inline std::vector<Row> rows() {
  std::ifstream file{"tests/golden.txt"};  // ctest starts tests in the root of the sources
  std::vector<Row> result;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words{line};
    Row row{.name = {}, .count = 0, .models = std::vector<double>(nodes)};
    words >> row.count;
    for (double& x : row.models) words >> x;
    std::getline(words >> std::ws, row.name);
    result.push_back(row);
  }
  REQUIRE_FALSE(result.empty());
  return result;
}

inline const std::map<std::string, Program> programs{
    {"D-PSGD, AWC", [](Node& node) { return d_psgd(node, {.step_size = step_size}); }},
    {"D-PSGD, ATC", [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::atc}); }},
    {"D-PSGD, CTA", [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::cta}); }},
    {"DmSGD, ATC", [](Node& node) { return dmsgd(node, {.step_size = step_size, .local = {.momentum = momentum}}); }},
    {"DmSGD, AWC",
     [](Node& node) {
       return dmsgd(node, {.step_size = step_size, .form = DPsgd::Form::awc, .local = {.momentum = momentum}});
     }},
    {"DecentLaM", [](Node& node) { return decentlam(node, {.step_size = step_size, .momentum = momentum}); }},
    {"QG-DmSGD",
     [](Node& node) {
       return qg_dmsgd(node, {.step_size = step_size, .momentum = momentum, .global_momentum = momentum});
     }},
    {"DA-DmSGD", [](Node& node) { return da_dmsgd(node, {.step_size = step_size, .momentum = momentum}); }},
    {"D²", [](Node& node) { return d2(node, {.step_size = step_size}); }},
    {"NIDS", [](Node& node) { return nids(node, {.step_size = step_size}); }},
    {"LEAD", [](Node& node) { return lead(node, {.step_size = step_size}); }},
    {"exact diffusion", [](Node& node) { return exact_diffusion(node, {.step_size = step_size}); }},
    {"EXTRA", [](Node& node) { return extra(node, {.step_size = step_size}); }},
    {"gradient tracking, ATC", [](Node& node) { return gradient_tracking(node, {.step_size = step_size}); }},
    {"gradient tracking, not ATC",
     [](Node& node) {
       return gradient_tracking(node, {.step_size = step_size, .form = GradientTracking::Form::non_atc});
     }},
    {"CHOCO-SGD",
     [](Node& node) { return choco_sgd(node, {.step_size = step_size, .consensus_step = 0.6, .compressor = half()}); }},
    {"CHOCO-SGD, AWC",
     [](Node& node) {
       return choco_sgd(
           node, {.step_size = step_size, .consensus_step = 0.6, .order = ChocoSgd::Order::awc, .compressor = half()});
     }},
    {"ACTC", [](Node& node) { return actc(node, {.step_size = step_size, .stability = 0.5}); }}};

/// The models of all nodes after some rounds on the ring.
struct Iterates {
  std::string name;
  Program program;
  std::uint64_t rounds;
  std::vector<double> models;
};
inline std::vector<Iterates> iterates() {
  std::vector<Iterates> result;
  std::set<std::string> names;
  for (const Row& row : rows()) {
    if (row.name.starts_with("SwarmSGD, ")) continue;
    result.push_back({row.name, programs.at(row.name), row.count, row.models});
    names.insert(row.name);
  }
  CHECK(names.size() == programs.size());
  return result;
}

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

inline std::vector<SwarmModels> swarm_sgd() {
  std::vector<SwarmModels> result;
  for (const Row& row : rows()) {
    if (row.name == "SwarmSGD, blocking") result.push_back({SwarmSgd::Variant::blocking, unit_step_time, row.models});
    if (row.name == "SwarmSGD, nb2") result.push_back({SwarmSgd::Variant::nb2, unit_step_time, row.models});
    if (row.name == "SwarmSGD, nb1") result.push_back({SwarmSgd::Variant::nb1, initiators_step_time, row.models});
  }
  CHECK(result.size() == 3);
  return result;
}

}  // namespace gossamer::testing::golden
