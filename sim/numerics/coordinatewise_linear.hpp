#pragma once

namespace gossamer {

/// A mark, as a base class, of codecs and functions of vectors: for given draws, coordinate k of the value is a linear
/// function of coordinate k of the arguments alone. For a codec the value is the decoded message.
class CoordinatewiseLinear {
 protected:
  ~CoordinatewiseLinear() = default;
};

}  // namespace gossamer
