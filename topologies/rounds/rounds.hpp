#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "topologies/schedule.hpp"

namespace gossamer {

/// Rounds that repeat with period P ≥ 1: W(k) is stored round k mod P.
class PeriodicSchedule final : public MixingSchedule {
 public:
  explicit PeriodicSchedule(const std::vector<Mixing>& rounds);

  std::shared_ptr<const Mixing> round(std::uint64_t k) const override { return rounds_[k % rounds_.size()]; }
  std::optional<std::uint64_t> period() const override { return rounds_.size(); }

 private:
  std::vector<std::shared_ptr<const Mixing>> rounds_;
};

/// The law of rounds that are drawn independently.
struct RandomRounds {
  std::function<Mixing(std::uint64_t k)> draw;  ///< W(k), a pure function of k
  std::shared_ptr<const Mixing> mean;           ///< E[W], exactly
  std::function<SparseMatrix()> square;         ///< E[WᵀW], exactly
  bool symmetric = true;                        ///< whether every W(k) is symmetric; E[W] can be symmetric without this
};

/// Rounds that are drawn at random; recent ones are kept, at most sixteen.
class RandomSchedule final : public MixingSchedule {
 public:
  explicit RandomSchedule(RandomRounds rounds) : rounds_{std::move(rounds)} {}

  std::shared_ptr<const Mixing> round(std::uint64_t k) const override;
  std::optional<std::uint64_t> period() const override { return std::nullopt; }

  /// E[WᵀW]. After averaging, E[Γ(k + 1)] ≤ ‖E[WᵀW] − J‖₂ Γ(k).
  SparseMatrix expected_square() const { return rounds_.square(); }

 private:
  struct Recent {
    std::uint64_t k = 0;
    std::shared_ptr<const Mixing> mixing;
  };
  RandomRounds rounds_;
  mutable std::array<Recent, 16> recent_;  ///< W(k) is at index k mod 16
};

/// The sums that are 1 in every round. Throws TopologyError if some rounds have only row sums 1, others only column
/// sums.
Stochasticity stochasticity_of(const std::vector<Mixing>& rounds);

/// The mean of W(0) … W(P − 1). Throws TopologyError if its graph, the union of all rounds, is not connected.
Mixing mean_of(const std::vector<Mixing>& rounds);

/// θ I + (1 − θ) W(k) in place of W(k). Throws TopologyError unless 0 ≤ θ < 1.
std::vector<Mixing> lazy(const std::vector<Mixing>& rounds, double laziness);
RandomRounds lazy(RandomRounds rounds, double laziness);

}  // namespace gossamer
