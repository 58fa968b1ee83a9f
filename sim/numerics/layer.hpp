#pragma once
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// One layer z = W a + c of a model. Its parameters are contiguous: the rows of W (outputs × inputs), then c.
struct Layer {
  Index inputs = 0;
  Index outputs = 0;

  /// The number of its parameters.
  Index size() const { return outputs * (inputs + 1); }
};

}  // namespace gossamer
