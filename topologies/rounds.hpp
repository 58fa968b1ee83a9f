#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "topologies/schedule.hpp"

namespace gossamer {

/// Rounds that repeat, all of them held: W(k) is number k mod P of P ≥ 1.
class PeriodicSchedule final : public MixingSchedule {
 public:
  explicit PeriodicSchedule(const std::vector<Mixing>& rounds);

  std::shared_ptr<const Mixing> round(std::uint64_t k) const override { return rounds_[k % rounds_.size()]; }
  std::optional<std::uint64_t> period() const override { return rounds_.size(); }

 private:
  std::vector<std::shared_ptr<const Mixing>> rounds_;
};

/// What there is to know of rounds that are drawn independently, all from one law.
struct RandomRounds {
  std::function<Mixing(std::uint64_t k)> draw;  ///< W(k), a pure function of k
  std::shared_ptr<const Mixing> mean;           ///< E[W], exactly
  std::function<SparseMatrix()> square;         ///< E[WᵀW], exactly
  bool symmetric = true;                        ///< whether every W(k) is, which E[W] does not show
};

/// Rounds drawn at random, of which the sixteen most recent ones are kept.
class RandomSchedule final : public MixingSchedule {
 public:
  explicit RandomSchedule(RandomRounds rounds) : rounds_{std::move(rounds)} {}

  std::shared_ptr<const Mixing> round(std::uint64_t k) const override;
  std::optional<std::uint64_t> period() const override { return std::nullopt; }

  /// E[WᵀW]: averaging takes E[Γ(k + 1)] to at most ‖E[WᵀW] − J‖₂ Γ(k).
  SparseMatrix expected_square() const { return rounds_.square(); }

 private:
  struct Recent {
    std::uint64_t k = 0;
    std::shared_ptr<const Mixing> mixing;
  };
  RandomRounds rounds_;
  mutable std::array<Recent, 16> recent_;  ///< W(k) stands at k mod 16
};

/// The sums that are 1 in every one of the rounds. Throws TopologyError where some keep rows alone and others columns.
Stochasticity stochasticity_of(const std::vector<Mixing>& rounds);

/// The mean of W(0) … W(P − 1). Throws TopologyError where its graph, all edges of all rounds, is not connected.
Mixing mean_of(const std::vector<Mixing>& rounds);

/// θ I + (1 − θ) W(k) in place of W(k). Needs 0 ≤ θ < 1, else throws TopologyError.
std::vector<Mixing> lazy(const std::vector<Mixing>& rounds, double laziness);
RandomRounds lazy(RandomRounds rounds, double laziness);

}  // namespace gossamer
