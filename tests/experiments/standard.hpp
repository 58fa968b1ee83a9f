#pragma once
#include "experiments/catalogue.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer::testing {

/// The standard catalogue, and the words for its entries.
inline const Catalogue& standard() {
  static const Catalogue catalogue = standard_catalogue();
  return catalogue;
}
inline const Vocabulary& words() {
  static const Vocabulary vocabulary{standard()};
  return vocabulary;
}

}  // namespace gossamer::testing
