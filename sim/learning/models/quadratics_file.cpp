#include <fmt/format.h>

#include "sim/learning/models/json_arrays.hpp"
#include "sim/learning/models/quadratics.hpp"

namespace gossamer {

QuadraticTerms read_quadratics(const std::filesystem::path& file) {
  const JsonArrays arrays{file, {"A", "b"}};
  const std::size_t nodes = arrays.size("/A");
  const std::size_t d = arrays.size("/A/0");
  arrays.size("/b", nodes);
  QuadraticTerms terms;
  terms.b.resize(static_cast<Index>(d), static_cast<Index>(nodes));
  for (std::size_t i = 0; i < nodes; ++i) {
    terms.A.push_back(arrays.matrix(fmt::format("/A/{}", i), d, d));
    terms.b.col(static_cast<Index>(i)) = arrays.vector(fmt::format("/b/{}", i), d);
  }
  check_quadratics(terms, arrays.file());
  return terms;
}

}  // namespace gossamer
