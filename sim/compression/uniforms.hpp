#pragma once
#include <span>

#include "sim/ground/random.hpp"

namespace gossamer {

/// A source of uniform numbers on (0, 1), one for each coordinate that is rounded at random.
class Uniforms {
 public:
  virtual ~Uniforms() = default;
  virtual void fill(std::span<float> u) = 0;
  virtual void fill(std::span<double> u) = 0;
};

/// Each number takes one 32-bit draw: the middle of one of 2²³ cells as float, of 2³² cells as double. The probability
/// of rounding up differs from p by half a cell at most, and is exact on average over p.
class DrawnUniforms final : public Uniforms {
 public:
  explicit DrawnUniforms(Draws draws) : draws_{draws} {}
  void fill(std::span<float> u) override;
  void fill(std::span<double> u) override;

 private:
  Draws draws_;
};

}  // namespace gossamer
