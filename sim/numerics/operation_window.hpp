#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/codec.hpp"
#include "sim/numerics/linear_combination.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/vector_function.hpp"
#include "sim/numerics/version_store.hpp"

namespace gossamer {

/// An operation, which makes a version.
struct Operation {
  enum class Kind : std::uint8_t {
    combination,  ///< Σ c_k v_k in the order of the terms
    ring_mean,    ///< the same in the order of a ring all-reduce, see `DataPlane::ring_mean`
    gradient,     ///< at its only term
    encoding,     ///< of its only term, to bytes
    decoding,     ///< of its first term; a second term is the receiver's vector `near`
    function,     ///< of its terms, any other
  };

  Version* output = nullptr;
  std::uint64_t step = 0;  ///< of a gradient; otherwise the position among the window's codings or functions
  std::uint32_t first_term = 0;
  std::uint32_t terms = 0;
  NodeId node = 0;
  std::int32_t group = -1;  ///< −1 if it is not executed, since its result is not needed
  Kind kind = Kind::combination;
  bool elementwise = false;  ///< a function that is elementwise
  bool internal = false;     ///< only its group reads its result, which then lives in scratch memory
  bool joint = false;        ///< executed in one pass over memory with the operation of its group before it
};

/// Whether an operation reads so many vectors that one more costs nothing.
inline bool is_long(const Operation& operation) {
  constexpr std::uint32_t many_terms = 64;
  using Kind = Operation::Kind;
  return operation.kind == Kind::ring_mean ||
         ((operation.kind == Kind::combination || operation.kind == Kind::function) && operation.terms >= many_terms);
}

/// Whether each coordinate of the result is written when the terms' coordinates have been read, so that the result may
/// overwrite a term.
inline bool may_overwrite_terms(const Operation& operation) {
  return operation.elementwise || (operation.kind == Operation::Kind::combination && operation.terms <= terms_per_pass);
}

/// The codec and the draws of an encoding or a decoding. A decoding takes its draws from the message.
struct Coding {
  const Codec* codec;
  Draws draws;
};

/// A window: a directed acyclic graph of operations in the order of recording.
class OperationWindow {
 public:
  std::size_t size() const { return operations_.size(); }

  /// Adds an operation, whose `output` must be set, and counts it as a reader of its terms.
  void record(Operation operation, std::span<const Term> terms);

  /// The same for an encoding or a decoding.
  void record(Operation operation, std::span<const Term> terms, const Coding& coding);

  /// The same for a function. The window keeps it until it is cleared.
  void record(Operation operation, std::span<const Term> terms, std::shared_ptr<const VectorFunction> function);

  /// Keeps an object until the window is cleared.
  void keep(std::shared_ptr<const void> object) { kept_.push_back(std::move(object)); }

  /// Leaves out operations whose results nobody needs. Their versions, and versions that only they read, go back to the
  /// store.
  void drop_dead_operations(VersionStore& versions);

  /// Removes all operations.
  void clear();

  std::span<Operation> operations() { return operations_; }
  std::span<const Operation> operations() const { return operations_; }
  Operation& operator[](std::int32_t position) { return operations_[static_cast<std::size_t>(position)]; }
  const Operation& operator[](std::int32_t position) const { return operations_[static_cast<std::size_t>(position)]; }
  std::span<const Term> terms(const Operation& operation) const {
    return {terms_.data() + operation.first_term, operation.terms};
  }
  const Coding& coding(const Operation& operation) const { return codings_[operation.step]; }
  const VectorFunction& function(const Operation& operation) const { return *functions_[operation.step]; }

 private:
  bool has_side_effect(const Operation& operation) const;

  std::vector<Operation> operations_;
  std::vector<Term> terms_;
  std::vector<Coding> codings_;
  std::vector<std::shared_ptr<const VectorFunction>> functions_;
  std::vector<std::shared_ptr<const void>> kept_;
};

}  // namespace gossamer
