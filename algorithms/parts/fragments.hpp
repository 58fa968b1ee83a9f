#pragma once
#include <memory>
#include <vector>

#include "algorithms/parts/outer_optimizer.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The fragments of a model, which a method synchronizes one at a time.
///
///     equal        fragment p of P has the coordinates ⌈p d/P⌉ to ⌈(p + 1) d/P⌉ − 1
///     strided      layer l is in fragment l mod P
///     sequential   layer l of L is in fragment ⌊l P/L⌋: neighboring layers are in one fragment
///
/// A model without layers is cut into equal fragments.
class Fragments {
 public:
  enum class Cut { equal, strided, sequential };

  /// `count` P ≥ 1. Throws AlgorithmError if the cut is by layers, and the model has some, but fewer than P.
  Fragments(Node& node, int count, Cut cut);

  int count() const { return count_; }
  /// `a` in the coordinates of fragment p, and `b` in all others.
  Params choose(int p, const Params& a, const Params& b) const;
  /// The size of fragment p on the wire. Those of equal fragments are all ⌈payload/P⌉.
  Bytes size(int p) const;

 private:
  bool has(int p, std::size_t layer) const;
  std::vector<CoordinateRange> ranges(int p) const;

  Node& node_;
  int count_;
  Cut cut_;
};

/// An outer optimizer that steps one fragment at a time, with a state for each fragment.
class FragmentOptimizer {
 public:
  /// Throws AlgorithmError if there are several fragments, and the optimizer does not step each coordinate alone.
  FragmentOptimizer(Node& node, const Fragments& fragments, const OuterOptimizerChoice& choice);

  /// x after the step of fragment p along the pseudo-gradient, which is not read elsewhere.
  Params step(int p, const Params& x, const Params& pseudo_gradient);

 private:
  const Fragments& fragments_;
  std::unique_ptr<OuterOptimizer> outer_;
};

}  // namespace gossamer
