#include "topologies/rounds/rounds.hpp"

#include <cassert>
#include <utility>

#include "topologies/weights.hpp"

namespace gossamer {

PeriodicSchedule::PeriodicSchedule(const std::vector<Mixing>& rounds) {
  assert(!rounds.empty() && "a schedule has at least one round");
  for (const Mixing& round : rounds) rounds_.push_back(std::make_shared<const Mixing>(round));
}

std::shared_ptr<const Mixing> RandomSchedule::round(std::uint64_t k) const {
  Recent& slot = recent_[k % recent_.size()];
  if (!slot.mixing || slot.k != k) slot = {k, std::make_shared<const Mixing>(rounds_.draw(k))};
  return slot.mixing;
}

Stochasticity stochasticity_of(const std::vector<Mixing>& rounds) {
  Stochasticity result = Stochasticity::doubly;
  for (const Mixing& round : rounds) {
    const Stochasticity own = round.stochasticity();
    if (own == Stochasticity::doubly || own == result) continue;
    if (result != Stochasticity::doubly)
      throw TopologyError{"rounds: some are row-stochastic and others column-stochastic, expected one of them"};
    result = own;
  }
  return result;
}

Mixing mean_of(const std::vector<Mixing>& rounds) {
  SparseMatrix sum = rounds.front().matrix();
  for (std::size_t k = 1; k < rounds.size(); ++k) sum += rounds[k].matrix();
  return Mixing{sum / static_cast<double>(rounds.size()),
                {.diagonal = Diagonal::any_sign, .stochasticity = stochasticity_of(rounds)}};
}

std::vector<Mixing> lazy(const std::vector<Mixing>& rounds, double laziness) {
  std::vector<Mixing> result;
  for (const Mixing& round : rounds) result.push_back(lazy(round, laziness, Connectivity::any));
  return result;
}

RandomRounds lazy(RandomRounds rounds, double laziness) {
  if (laziness == 0) return rounds;
  const double theta = laziness;
  RandomRounds result;
  result.symmetric = rounds.symmetric;
  result.mean = std::make_shared<const Mixing>(lazy(*rounds.mean, theta));
  result.draw = [draw = rounds.draw, theta](std::uint64_t k) { return lazy(draw(k), theta, Connectivity::any); };
  result.square = [mean = rounds.mean, square = rounds.square, theta] {
    SparseMatrix identity(mean->size(), mean->size());
    identity.setIdentity();
    const SparseMatrix once = mean->matrix() + SparseMatrix(mean->matrix().transpose());
    return SparseMatrix(theta * theta * identity + theta * (1 - theta) * once + (1 - theta) * (1 - theta) * square());
  };
  return result;
}

}  // namespace gossamer
