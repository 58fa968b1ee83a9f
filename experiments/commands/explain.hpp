#pragma once
#include <iosfwd>
#include <string>

namespace gossamer {

/// `gossamer explain NAME`: everything that has the name. Of an entry its paper, and its settings with ranges, defaults
/// and units; of a block its keys and kinds; of a key all its places; of a key of a trace what it means; of a symbol or
/// another tool's word what it is called here. Throws ExperimentError, with the nearest name, if nothing has the name.
void explain_command(const std::string& name, std::ostream& out);

}  // namespace gossamer
