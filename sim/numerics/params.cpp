#include "sim/numerics/params.hpp"

#include <cassert>

namespace gossamer {

Params::Params(const Combination& sum) {
  const auto terms = sum.terms();
  if (terms.empty()) return;
  if (terms.size() == 1 && terms[0].coefficient == 1.0) {
    version_ = terms[0].version;
    ++version_->handles;
  } else {
    version_ = terms[0].version->plane->combine(terms);
  }
}

void Combination::release() {
  for (const Term& term : terms())
    if (--term.version->handles == 0) term.version->plane->release(term.version);
}

Combination& Combination::scale(double factor) {
  for (std::size_t k = 0; k < size_; ++k) inline_[k].coefficient *= factor;
  if (spilled_)
    for (Term& term : *spilled_) term.coefficient *= factor;
  return *this;
}

void Combination::append(double coefficient, Version* version) {
  ++version->handles;
  if (!spilled_ && size_ < inline_terms) {
    inline_[size_++] = {coefficient, version};
    return;
  }
  if (!spilled_) spilled_ = std::make_unique<std::vector<Term>>(inline_.begin(), inline_.end());
  size_ = 0;
  spilled_->push_back({coefficient, version});
}

Combination& Combination::append(double factor, const Combination& other) {
  assert(this != &other && "a sum is not appended to itself");
  for (const Term& term : other.terms()) append(factor * term.coefficient, term.version);
  return *this;
}

}  // namespace gossamer
