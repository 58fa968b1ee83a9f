#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown for a text that is no expression, with the reason.
class ExpressionError : public InputError {
 public:
  using InputError::InputError;
};

/// The value of an arithmetic expression such as "sqrt(n)" or "2 * topology.rows - 1".
///
///     + - * / % ^ ( )   abs ceil exp floor log log2 log10 max min round sqrt
///
/// `value_of` returns the value of a name, or throws. A name has letters, digits, underscores and points. % is the
/// remainder, ^ binds from the right and more tightly than the sign before it.
/// Throws ExpressionError for any other text, for an unknown function, and for a value that is not finite.
double evaluate(std::string_view expression, const std::function<double(const std::string&)>& value_of);

/// The names in an expression, in their order. Throws ExpressionError.
std::vector<std::string> names_in(std::string_view expression);

}  // namespace gossamer
