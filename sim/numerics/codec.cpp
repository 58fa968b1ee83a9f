#include "sim/numerics/codec.hpp"

#include "sim/ground/parts.hpp"

namespace gossamer {

const PartType& Codec::part_type() {
  static const PartType type{.name = "compressors",
                             .noun = "a compressor",
                             .note = "required by algorithms that always compress; none if not given in others",
                             .none = "none"};
  return type;
}

}  // namespace gossamer
