#pragma once
#include <iosfwd>
#include <string>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The arguments of `gossamer explain`.
struct ExplainCommand {
  std::string name;
  bool json = false;  ///< the same for programs: a list of meanings, and the text
};

/// `gossamer explain NAME`: explains everything that has the name.
///
///     entry                              its paper, and its settings with ranges, defaults and units
///     block                              its keys and kinds
///     key of an experiment file          all its places
///     key of a trace                     its meaning
///     symbol, or word of another tool    its name here
///
/// Throws ExperimentError, with the nearest name, if nothing has the name.
void explain_command(const ExplainCommand& command, const Catalogue& catalogue, std::ostream& out);

}  // namespace gossamer
