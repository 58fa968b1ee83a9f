#include "algorithms/parts/optimizer.hpp"

namespace gossamer {
namespace {

struct Start {
  using Rule = std::variant<Sgd, Adam, Muon>;

  Rule operator()(const Sgd::Settings& settings) const { return Sgd{settings}; }
  Rule operator()(const Adam::Settings& settings) const { return Adam{node, settings}; }
  Rule operator()(const Muon::Settings& settings) const { return Muon{node, settings}; }

  Node& node;
};

}  // namespace

Optimizer::Optimizer(Node& node, const OptimizerSettings& settings) : rule_{std::visit(Start{node}, settings)} {}

}  // namespace gossamer
