#pragma once
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/parts/fragments.hpp"
#include "algorithms/periodic/diloco.hpp"

/// The settings of the local steps of DiLoCo and of its relatives. S has the members `optimizer`, `momentum` and `adam`,
/// as DiLoCo has.
namespace gossamer {

template <class S>
std::vector<Field<S>> inner_optimizer() {
  using Inner = DiLoCo::Inner;
  std::vector<Field<S>> fields{{"optimizer", &S::optimizer,
                                choices<Inner>({{"sgd", Inner::sgd}, {"adam", Inner::adam}}),
                                "inner optimizer, of the local steps"}};
  for (Field<S>& field : read_if(where_is("optimizer", {"sgd"}), momentum<S>())) fields.push_back(std::move(field));
  for (Field<S>& field : read_if(where_is("optimizer", {"adam"}), adam<S>())) fields.push_back(std::move(field));
  return fields;
}

/// The optimizer of the local steps, SGD or Adam.
template <class S>
OptimizerSettings inner_optimizer_of(const S& settings) {
  if (settings.optimizer == DiLoCo::Inner::adam) return settings.adam;
  return Sgd::Settings{.momentum = settings.momentum};
}

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
