#include "experiments/sweep/expression.hpp"

#include <cmath>
#include <map>
#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

double value(const std::string& expression) {
  const std::map<std::string, double> names{{"n", 64}, {"rows", 8}, {"topology.rows", 4}, {"x_1", 0.5}};
  return evaluate(expression, [&](const std::string& name) { return names.at(name); });
}

std::string message(const std::string& expression) {
  return message_of<ExpressionError>([&] { value(expression); });
}

TEST_CASE("An expression has the value that arithmetic gives it") {
  CHECK(value("2") == 2);
  CHECK(value("1.5e3") == 1500);
  CHECK(value("sqrt(n)") == 8);
  CHECK(value("n / rows") == 8);
  CHECK(value("n/topology.rows - 1") == 15);
  CHECK(value("1 + 2 * 3 - 4 / 8") == 6.5);
  CHECK(value("(1 + 2) * 3") == 9);
  CHECK(value("10 - 3 - 2") == 5);
  CHECK(value("64 / 4 / 2") == 8);
  CHECK(value("17 % 5") == 2);
  CHECK(value("x_1 * n") == 32);
}

TEST_CASE("Powers bind from the right and more tightly than a sign") {
  CHECK(value("2 ^ 3 ^ 2") == 512);
  CHECK(value("-2 ^ 2") == -4);
  CHECK(value("2 ^ -1") == 0.5);
  CHECK(value("3 * -2") == -6);
  CHECK(value("+4") == 4);
}

TEST_CASE("Functions are those of mathematics") {
  CHECK(value("max(1, n, 3)") == 64);
  CHECK(value("min(4, 2)") == 2);
  CHECK(value("floor(2.7) + ceil(2.2) + round(2.5)") == 2 + 3 + 3);
  CHECK(value("log2(n)") == 6);
  CHECK(value("log10(1000)") == doctest::Approx(3).epsilon(1e-15));
  CHECK(value("exp(log(5))") == doctest::Approx(5).epsilon(1e-15));
  CHECK(value("abs(-3)") == 3);
}

TEST_CASE("A text that is no expression is refused with the part that is not understood") {
  CHECK(message("2 +") == "\"+\" is not understood");
  CHECK(message("2 3") == "\"3\" is not understood");
  CHECK(message("") == "the expression is incomplete");
  CHECK(message("(2") == "\"(2\" is not understood");
  CHECK(message("1 / 0") == "\"1 / 0\" is inf");
  CHECK(message("sqrt(1, 2)") == "sqrt takes one argument and not 2");
  CHECK(message("sin(1)").starts_with("there is no function \"sin\"\n  expected one of: abs, ceil"));
}

TEST_CASE("The names of an expression are found without their values") {
  CHECK(names_in("sqrt(n) + topology.rows * 2") == std::vector<std::string>{"n", "topology.rows"});
  CHECK(names_in("1 / (n - m)") == std::vector<std::string>{"n", "m"});
  CHECK(names_in("4").empty());
}

}  // namespace
}  // namespace gossamer
