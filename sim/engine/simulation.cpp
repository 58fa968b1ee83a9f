#include "sim/engine/simulation.hpp"

#include "sim/engine/world.hpp"

namespace gossamer {

Simulation::Simulation(Setup setup) : world_{std::make_unique<World>(std::move(setup))} {}
Simulation::~Simulation() = default;

End Simulation::run(const Program& program, const Limits& limits, Observer* observer,
                    const std::atomic<bool>* interrupt) {
  return world_->run(program, limits, observer, interrupt);
}

Snapshot Simulation::snapshot() const { return world_->snapshot(); }

Seconds Simulation::now() const { return world_->now_; }

std::span<const Params> Simulation::models() const { return world_->models_; }

NodeCounters Simulation::counters(NodeId node) const { return world_->counters(node); }

FaultCounters Simulation::fault_counters(NodeId node) const { return world_->fault_counters(node); }

}  // namespace gossamer
