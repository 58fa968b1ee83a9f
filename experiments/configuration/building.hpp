#pragma once
#include <new>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/experiment_error.hpp"

namespace gossamer {

/// Returns the result of `build`. Its InputErrors become ExperimentErrors that name the place in the file.
template <class Build>
auto built(const Place& place, Build&& build) {
  try {
    return build();
  } catch (const ExperimentError&) {
    throw;
  } catch (const std::bad_alloc&) {
    refuse(place, "needs more memory than there is");
  } catch (const std::length_error&) {
    refuse(place, "needs more memory than there is");
  } catch (const InputError& error) {
    refuse(place, error.what());
  }
}

/// The choice of an inner block at `key`: of `given`, or of `fallback` if nothing is given.
template <class E>
Choice<E> read_inner(BlockReader& block, const char* key, const Json* given, const std::vector<E>& entries,
                     std::string_view fallback = "") {
  BlockReader inner = block.inner(given, key);
  auto choice = inner.choice(entries, fallback);
  block.keep(key, inner);
  return choice;
}

/// A structure filled from the values of its fields.
template <class S>
S filled(BlockReader& block, const std::vector<Field<S>>& fields) {
  std::vector<Setting> settings;
  for (const auto& field : fields) settings.push_back(field.setting);
  return filled(fields, block.settings(settings));
}

}  // namespace gossamer
