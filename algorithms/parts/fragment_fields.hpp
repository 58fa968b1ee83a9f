#pragma once
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/fragments.hpp"

namespace gossamer {

/// The settings of the fragments in the members `fragments` and `cut`.
template <class S>
std::vector<Field<S>> fragment_settings() {
  using enum Fragments::Cut;
  return {
      {"fragments", &S::fragments, at_least(1), "P, the parts of a model that are synchronized in turn"},
      {"cut", &S::cut, choices<Fragments::Cut>({{"equal", equal}, {"strided", strided}, {"sequential", sequential}}),
       "equal ranges of coordinates, every P-th layer, or neighboring layers; equal ones if there are no layers"}};
}

}  // namespace gossamer
