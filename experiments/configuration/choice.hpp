#pragma once
#include <filesystem>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/data_files.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/place.hpp"
#include "sim/ground/settings.hpp"

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

/// A block that has been read: an entry of the catalogue, the values of its settings, and the place in the file.
template <class E>
struct Choice {
  const E* entry = nullptr;
  Values values;
  Place place;

  /// The product of the entry in this context. A context that has a member `resolve` finds the files of this block.
  /// Throws ExperimentError with the place.
  template <class... Context>
  auto build(Context&&... context) const {
    return built(place, [&] { return entry->make(values, with_files(std::forward<Context>(context))...); });
  }

 private:
  template <class Context>
  decltype(auto) with_files(Context&& context) const {
    if constexpr (requires { context.resolve; }) {
      std::remove_cvref_t<Context> complete = std::forward<Context>(context);
      complete.resolve = data_finder(values, place);
      return complete;
    } else {
      return std::forward<Context>(context);
    }
  }
};

}  // namespace gossamer
