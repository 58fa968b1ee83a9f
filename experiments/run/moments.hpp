#pragma once
#include <iosfwd>

#include "experiments/run/run.hpp"

namespace gossamer {

/// The command `gossamer moments`: as `run` in virtual time, but the columns of the trace are exact expectations over the
/// noise of gradients, given all that else is random: see experiments/formats/moments.md. Without `out` the trace has the
/// file's stem with -moments.jsonl.
///
/// Throws the same errors as `run`; ExperimentError also if the expectations cannot be computed exactly.
ExitCode moments_command(RunOptions options, const Catalogue& catalogue, std::ostream& out, std::ostream& err);

}  // namespace gossamer
