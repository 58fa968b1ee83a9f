#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "sim/ground/settings.hpp"

namespace gossamer {

/// The reason why a text is no quantity ("has no unit"), and the unit that was probably meant, if any.
struct NotAQuantity {
  std::string why;
  std::string nearest_unit = {};
};

/// Reads a number with its unit, "2 ms" or "1Gbit/s", as seconds, bytes, bytes per second, FLOPs or FLOP/s.
///
///     durations  ns us ms s min h              sizes  B kB MB GB TB, KiB MiB GiB TiB, bit kbit Mbit Gbit Tbit
///     rates      bit/s B/s with k M G T        arithmetic  FLOP FLOP/s with k M G T P
///
/// Other spellings are read if they have one meaning: "100 Mbps" and "100 Mb/s" are bits, "100 MBps" bytes, "2 sec"
/// seconds, "3 TFLOPS" a rate of arithmetic. A unit with two meanings is refused, and both are named: "KB" is 1000 or
/// 1024 bytes, "mbps" bits or bytes, "m" minutes or milliseconds.
///
/// Decimal units move the decimal point of the text before it becomes a number, so that "9 ms" is the double nearest to
/// 0.009. Unit::none takes a bare number. The result is finite.
std::variant<double, NotAQuantity> parse_quantity(std::string_view text, Unit unit);

/// The canonical text of a quantity, in the largest decimal unit that leaves at least one digit before the point ("2
/// ms", "31.4 kB", "1 Gbit/s"); reading it gives the same double.
std::string write_quantity(double value, Unit unit);
/// The same of the value rounded to four digits.
std::string write_rounded(double value, Unit unit);

/// The words for a quantity in messages, and an example: {"a duration", "2 ms"}.
struct QuantityWords {
  std::string noun;
  std::string example;
};
QuantityWords quantity_words(Unit unit);

}  // namespace gossamer
