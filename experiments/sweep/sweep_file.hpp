#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/place.hpp"
#include "experiments/sweep/axis.hpp"
#include "experiments/sweep/tuning.hpp"

/// A sweep: one experiment, some of whose keys take several values. experiments/formats/sweep.md describes the file.
namespace gossamer {

/// A key whose value follows from others, by an expression or a text with expressions in braces.
struct DerivedKey {
  std::string pointer;
  std::string expression;
  Place place;
};

/// A value of a measure that runs should reach.
struct SweepTarget {
  std::string quantity;  ///< a key of samples, such as "train_loss"
  double value = 0;
};

/// Labels of some axes, as texts: all combinations that have one of these labels on each of these axes.
using LabelFilter = std::map<std::string, std::vector<std::string>>;

/// A sweep as its file and its options describe it. JSON values are compact texts.
struct Sweep {
  std::string name;  ///< of the sweep's file, for messages
  std::string title;
  std::string base;                ///< the experiment, an object
  std::string base_name;           ///< of the experiment's file, beside which its data files are
  std::vector<KeyChange> changes;  ///< of the experiment in all cells
  std::vector<Axis> axes;
  std::vector<DerivedKey> derived;
  std::vector<LabelFilter> excluded;
  std::vector<std::int64_t> seeds;  ///< empty: the experiment's own
  std::vector<SweepTarget> targets;
  std::map<std::string, std::string> baseline;  ///< labels of some axes, as JSON; empty: none
  std::array<double, 2> window{0.5, 1};         ///< shares of a run's virtual time, for rates and floors
  std::optional<Tuning> tuning = {};            ///< of a key in each cell
};

/// The options of the command line that describe a sweep. Each adds to the file or replaces what it has.
struct SweepOptions {
  std::filesystem::path file;              ///< a sweep file, an experiment file or a trace
  std::vector<std::string> over = {};      ///< KEY=VALUES
  std::vector<std::string> derive = {};    ///< KEY=EXPRESSION
  std::vector<std::string> set = {};       ///< as of `gossamer run`
  std::optional<std::string> seeds = {};   ///< a number of seeds, or a list
  std::vector<std::string> targets = {};   ///< QUANTITY=VALUE
  std::vector<std::string> baseline = {};  ///< AXIS=LABEL
};

/// Reads a sweep file, or an experiment file whose axes are all in the options.
/// Throws ExperimentError for every key and value that cannot be; the cells are not yet checked.
Sweep read_sweep(const SweepOptions& options, const Catalogue& catalogue);

}  // namespace gossamer
