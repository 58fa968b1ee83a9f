#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/shared_sums.hpp"

namespace gossamer {

/// The plan by which a window is executed. It refers to memory and not to versions, so versions may change hands during
/// execution.
struct ExecutionPlan {
  /// The memory of a vector: an address, or a slot in the scratch memory of the executing thread.
  struct Place {
    void* values = nullptr;
    std::int32_t slot = -1;  ///< −1 if there is an address
    bool fresh = false;      ///< memory of its own, which no term of its operation has
  };
  /// A term of an operation: a coefficient and the vector that it scales.
  struct Input {
    double coefficient = 0;
    Place place;
    std::int32_t producer = -1;  ///< the operation that makes it, if that belongs to another group; otherwise −1
  };
  /// A vector that a block of sums reads, see `SharedTerm`.
  struct MergedTerm {
    const void* values = nullptr;
    std::int32_t producer = -1;  ///< as in `Input`
    std::array<double, sums_of_a_block> coefficients = {};
    std::uint8_t sums = 0;
    std::uint8_t first = 0;
  };
  /// Sums of a group over one sequence of terms.
  struct Block {
    std::span<const std::int32_t> operations;
    std::size_t first_term;
    std::size_t terms;
  };
  /// The unit of work of a thread: a group, or a range of coordinates of a group of long sums.
  struct Item {
    std::int32_t group;
    Index begin;
    Index end;
    std::size_t first_block = 0;  ///< of long sums that are computed together
    std::size_t blocks = 0;
  };
  using Counters = std::unique_ptr<std::atomic<std::uint32_t>[]>;

  std::vector<Input> inputs;           ///< of all operations, by the position of their terms
  std::vector<Place> outputs;          ///< by operation
  std::vector<MergedTerm> merged;      ///< of all blocks
  std::vector<Block> blocks;           ///< of all groups of long sums
  std::vector<Item> items;             ///< by level: all that an item waits for comes before it
  std::vector<std::int32_t> barriers;  ///< by level, the last level whose end its groups wait for
  Counters pieces_left;                ///< by operation, the number of its items that have not made their part
  Counters items_left;                 ///< by level, the number of items that are not done
  std::size_t capacity = 0;            ///< of the counters
  std::int32_t slots = 0;              ///< the largest number of slots of a group
};

}  // namespace gossamer
