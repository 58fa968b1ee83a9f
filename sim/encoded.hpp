#pragma once
#include "sim/ground/quantities.hpp"
#include "sim/numerics/params.hpp"

namespace gossamer {

/// The content of a message: a vector that a codec encoded, or a full model, which counts as its own code; and a
/// number. A code of zero bytes is a message, too. If no message comes, the receiver gets an empty optional.
struct Encoded {
  Params vector = {};  ///< a handle to the encoded vector; empty without numerics
  Bytes size = 0;      ///< on the wire; includes the number below if the algorithm charges for it
  double weight = 1;   ///< a number sent with the vector, such as push-sum's weight; present without numerics, too
};

}  // namespace gossamer
