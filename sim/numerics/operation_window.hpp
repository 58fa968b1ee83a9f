#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/codec.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/version_store.hpp"

namespace gossamer {

/// An operation, which makes a version.
///
/// Operations are executed in groups, each by one thread. A group has a head, the operations that the head absorbed
/// since only it reads their results, and perhaps a companion that reads the same memory.
struct Operation {
  enum class Kind : std::uint8_t {
    combination,  ///< Σ c_k v_k in the order of the terms
    ring_mean,    ///< the same in the order of a ring all-reduce, see `DataPlane::ring_mean`
    gradient,     ///< at its only term
    encoding,     ///< of its only term, to bytes
    decoding,     ///< of its first term; a second term is the receiver's vector `near`
  };
  enum class Role : std::uint8_t {
    head,
    absorbed,   ///< executed by its only reader, into scratch memory
    companion,  ///< executed together with another head, coordinate by coordinate
    dead,       ///< not executed: its result is not needed
  };

  Version* output = nullptr;
  void* values = nullptr;  ///< memory of the result: as planned, or scratch memory of the executing thread
  std::uint64_t step = 0;  ///< of a gradient; otherwise the position among the window's codings
  std::uint32_t first_term = 0;
  std::uint32_t terms = 0;
  NodeId node = 0;
  std::int32_t level = 0;
  std::int32_t first_absorbed = -1;  ///< head of the list of absorbed operations, in order of recording
  std::int32_t next_absorbed = -1;
  std::int32_t companion = -1;
  std::uint16_t depth = 0;  ///< of the chain of absorbed operations
  Kind kind = Kind::combination;
  Role role = Role::head;
  bool read = false;   ///< whether its result is a term of another operation of the window
  bool fresh = false;  ///< its result goes to memory that no input has
};

/// The codec and the draws of an encoding or a decoding. A decoding takes its draws from the message.
struct Coding {
  const Codec* codec;
  Draws draws;
};

/// A window: a directed acyclic graph of operations in the order of recording. `close` finds the operations that are
/// needed, the groups, and the level of each group: one above the highest level from which the group reads.
class OperationWindow {
 public:
  /// A window for `capacity` operations, at least 1.
  explicit OperationWindow(std::size_t capacity);

  std::size_t size() const { return operations_.size(); }
  bool full() const { return operations_.size() == capacity_; }

  /// Adds an operation, whose `output` must be set, and counts it as a reader of its terms.
  void record(Operation operation, std::span<const Term> terms);

  /// The same for an encoding or a decoding.
  void record(Operation operation, std::span<const Term> terms, const Coding& coding);

  /// Ends recording. Versions without a reader or a handle go back to the store.
  void close(VersionStore& versions);

  /// Removes all operations.
  void clear();

  std::span<Operation> operations() { return operations_; }
  Operation& operator[](std::int32_t position) { return operations_[static_cast<std::size_t>(position)]; }
  const Operation& operator[](std::int32_t position) const { return operations_[static_cast<std::size_t>(position)]; }
  std::span<const Term> terms(const Operation& operation) const {
    return {terms_.data() + operation.first_term, operation.terms};
  }

  const Coding& coding(const Operation& operation) const { return codings_[operation.step]; }

  // Of a closed window.
  std::int32_t levels() const { return static_cast<std::int32_t>(level_start_.size()) - 1; }
  std::span<const std::int32_t> heads(std::int32_t level) const;

 private:
  bool has_side_effect(const Operation& operation) const;
  void drop_dead_operations(VersionStore& versions);
  void join(std::int32_t position);
  void absorb(Operation& operation);
  void find_companion(std::int32_t position);
  bool is_absorbable(const Operation& producer, const Operation& reader) const;
  bool is_companion_of(const Operation& other, const Operation& operation) const;
  std::size_t reads(const Operation& operation, const Version& version) const;
  void sort_by_level();

  std::size_t capacity_;
  std::vector<Operation> operations_;
  std::vector<Term> terms_;
  std::vector<Coding> codings_;
  std::vector<std::int32_t> heads_;  ///< by level
  std::vector<std::size_t> level_start_;
};

}  // namespace gossamer
