#include "experiments/sweep/expression.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/fusion/include/at_c.hpp>
#include <boost/spirit/home/x3.hpp>

namespace gossamer {
namespace {

namespace x3 = boost::spirit::x3;
namespace fusion = boost::fusion;

using Lookup = std::function<double(const std::string&)>;
using Function = std::function<double(const std::vector<double>&)>;

Function of_one(double (*function)(double)) {
  return [function](const std::vector<double>& x) { return function(x[0]); };
}

const std::map<std::string, Function, std::less<>>& functions() {
  static const std::map<std::string, Function, std::less<>> all{
      {"abs", of_one(std::fabs)},
      {"ceil", of_one(std::ceil)},
      {"exp", of_one(std::exp)},
      {"floor", of_one(std::floor)},
      {"log", of_one(std::log)},
      {"log10", of_one(std::log10)},
      {"log2", of_one(std::log2)},
      {"max", [](const std::vector<double>& x) { return *std::max_element(x.begin(), x.end()); }},
      {"min", [](const std::vector<double>& x) { return *std::min_element(x.begin(), x.end()); }},
      {"round", of_one(std::round)},
      {"sqrt", of_one(std::sqrt)}};
  return all;
}

double call(const std::string& name, const std::vector<double>& arguments) {
  const auto found = functions().find(name);
  if (found == functions().end()) {
    std::vector<std::string> names;
    for (const auto& function : functions()) names.push_back(function.first);
    throw ExpressionError{
        fmt::format("there is no function \"{}\"\n  expected one of: {}", name, fmt::join(names, ", "))};
  }
  const bool takes_several = name == "max" || name == "min";
  if (arguments.size() != 1 && !takes_several)
    throw ExpressionError{fmt::format("{} takes one argument and not {}", name, arguments.size())};
  return found->second(arguments);
}

// The actions of the grammar: `val` is the value of a rule so far, `attr` the value of the part that was just read.
struct NamesTag {};
const auto become = [](auto& context) { x3::_val(context) = x3::_attr(context); };
const auto add = [](auto& context) { x3::_val(context) += x3::_attr(context); };
const auto subtract = [](auto& context) { x3::_val(context) -= x3::_attr(context); };
const auto multiply = [](auto& context) { x3::_val(context) *= x3::_attr(context); };
const auto divide = [](auto& context) { x3::_val(context) /= x3::_attr(context); };
const auto take_remainder = [](auto& context) { x3::_val(context) = std::fmod(x3::_val(context), x3::_attr(context)); };
const auto negate = [](auto& context) { x3::_val(context) = -x3::_attr(context); };
const auto raise_to = [](auto& context) { x3::_val(context) = std::pow(x3::_val(context), x3::_attr(context)); };
const auto look_up = [](auto& context) {
  const Lookup& value_of = x3::get<NamesTag>(context).get();
  x3::_val(context) = value_of(x3::_attr(context));
};
const auto apply = [](auto& context) {
  x3::_val(context) = call(fusion::at_c<0>(x3::_attr(context)), fusion::at_c<1>(x3::_attr(context)));
};

const x3::rule<struct SumRule, double> sum = "a sum";
const x3::rule<struct ProductRule, double> product = "a product";
const x3::rule<struct SignedRule, double> with_sign = "a number with its sign";
const x3::rule<struct PowerRule, double> power = "a power";
const x3::rule<struct PrimaryRule, double> primary = "a number, a name or an expression in parentheses";
const x3::rule<struct NameRule, std::string> word = "a name";

const auto word_def = x3::lexeme[(x3::alpha | x3::char_('_')) >> *(x3::alnum | x3::char_("_."))];
const auto unsigned_number = x3::real_parser<double, x3::ureal_policies<double>>{};
const auto primary_def =
    unsigned_number[become] | (word >> '(' >> sum % ',' >> ')')[apply] | word[look_up] | ('(' >> sum >> ')')[become];
const auto power_def = primary[become] >> -('^' >> with_sign[raise_to]);
const auto with_sign_def = ('-' >> with_sign)[negate] | ('+' >> with_sign)[become] | power[become];
const auto product_def = with_sign[become] >>
                         *('*' >> with_sign[multiply] | '/' >> with_sign[divide] | '%' >> with_sign[take_remainder]);
const auto sum_def = product[become] >> *('+' >> product[add] | '-' >> product[subtract]);

BOOST_SPIRIT_DEFINE(sum, product, with_sign, power, primary, word)

}  // namespace

double evaluate(std::string_view expression, const std::function<double(const std::string&)>& value_of) {
  double result = 0;
  auto at = expression.begin();
  const bool begun =
      x3::phrase_parse(at, expression.end(), x3::with<NamesTag>(std::cref(value_of))[sum], x3::space, result);
  if (!begun || at != expression.end()) {
    const std::string_view rest = expression.substr(static_cast<std::size_t>(at - expression.begin()));
    throw ExpressionError{rest.empty() ? "the expression is incomplete"
                                       : fmt::format("\"{}\" is not understood", std::string{rest})};
  }
  if (!std::isfinite(result)) throw ExpressionError{fmt::format("\"{}\" is {}", std::string{expression}, result)};
  return result;
}

std::vector<std::string> names_in(std::string_view expression) {
  std::vector<std::string> names;
  try {
    evaluate(expression, [&names](const std::string& name) {
      names.push_back(name);
      return 1.0;
    });
  } catch (const ExpressionError&) {
    if (names.empty()) throw;  // with these values it may divide by zero
  }
  return names;
}

}  // namespace gossamer
