#pragma once
#include <string>
#include <vector>

#include "experiments/configuration/json.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/sweep/sweep_keys.hpp"
#include "experiments/trace/trace_columns.hpp"

/// What `gossamer list` and `gossamer explain` answer with --json. Keys without a value are left out.
namespace gossamer {

/// A setting among its `siblings`: name, type, accepted values in words and as limits, default as an experiment file has
/// it, unit of limits, words for numbers (null for infinity), rules; of a part its `kinds`, a section, and the `number` that
/// may take its place.
Json json_of(const Setting& setting, const std::vector<Setting>& siblings);

/// A section with the names, families and sentences of its entries.
Json json_of(const Section& section);

/// An entry with all its settings. `example` is the block as it would be in an experiment file.
Json json_of(const Description& entry, const Section& section, const Json& example);

/// A block with its settings and the names of its kinds.
Json json_of_block(const Description& block, const Manual& manual);

/// A key, or a value of keys, at all its places. `is` names which.
Json json_of(const std::string& name, const char* is, const std::vector<KeyPlace>& places);

/// A key of a trace, in all records that have it.
Json json_of(const std::vector<TraceColumn>& columns);

/// A key of a sweep file, in all blocks that have it.
Json json_of(const std::vector<SweepKey>& keys);

}  // namespace gossamer
