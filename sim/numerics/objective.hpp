#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Scratch memory of one thread: allocated in order, freed all at once, aligned to a cache line.
class Workspace {
 public:
  /// Uninitialized memory for `count` values; valid until the workspace is cleared.
  template <class T>
  T* take(Index count) {
    return static_cast<T*>(take_bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }
  void clear();

 private:
  void* take_bytes(std::size_t bytes);

  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

/// The address of a stochastic gradient: ∇F_node(·; ξ) with the ξ of this step. Numbers from 2⁶³ on stand for a sample
/// of the node, or for all of them: ∇f_node.
struct GradientAddress {
  NodeId node = 0;
  std::uint64_t step = 0;

  static constexpr std::uint64_t first_sample = std::uint64_t{1} << 63;
  static constexpr std::uint64_t all_samples = ~std::uint64_t{0};
  static constexpr std::uint64_t of_sample(std::uint64_t j) { return first_sample + j; }
  static constexpr bool is_minibatch(std::uint64_t step) { return step < first_sample; }
};

/// The objective that the nodes minimize, as the executor sees it: node i's stochastic gradient by its address.
///
/// Const and free of hidden state: any thread may compute any gradient in any order and gets the same bits.
template <class Scalar>
class Objective {
 public:
  virtual ~Objective() = default;

  /// d, the length of a parameter vector.
  virtual Index dimension() const = 0;

  /// g ← ∇F_node(x; ξ), where the address (node, step) picks ξ. `x` and `g` have length d and do not overlap.
  virtual void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace& workspace) const = 0;

  /// p ← (∇²f_node(x))⁻¹ g, with the Hessian of all samples. Throws std::logic_error if the model has none to offer.
  virtual void newton_direction(NodeId node, const Scalar* x, const Scalar* g, Scalar* p, Workspace& workspace) const;

  /// f_node(x) over all samples, as `gradient` is its gradient. Throws std::logic_error if the model has none to offer.
  virtual double loss(NodeId node, const Scalar* x, Workspace& workspace) const;

  /// The same as `gradient`. The calling thread will probably compute the gradient `next` afterwards, so its data may be fetched from
  /// memory meanwhile.
  virtual void gradient_before(const GradientAddress& /*next*/, const GradientAddress& at, const Scalar* x, Scalar* g,
                               Workspace& workspace) const {
    gradient(at.node, at.step, x, g, workspace);
  }
};

template <class Scalar>
void Objective<Scalar>::newton_direction(NodeId, const Scalar*, const Scalar*, Scalar*, Workspace&) const {
  throw std::logic_error{"this model offers no Hessian"};
}

template <class Scalar>
double Objective<Scalar>::loss(NodeId, const Scalar*, Workspace&) const {
  throw std::logic_error{"this model offers no local loss"};
}

}  // namespace gossamer
