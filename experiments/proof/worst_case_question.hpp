#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/json.hpp"
#include "sim/proof/textbook_bound.hpp"
#include "sim/proof/worst_case.hpp"

namespace gossamer {

/// Constants of the class of problems. Those that are empty are the experiment's.
struct GivenConstants {
  std::optional<double> smoothness = {};         ///< L
  std::optional<double> strong_convexity = {};   ///< μ of every f_i; 0 if empty
  std::optional<double> distance = {};           ///< R
  std::optional<double> dissimilarity = {};      ///< ζ; infinite if it is unbounded
  std::optional<double> contraction = {};        ///< δ of the algorithm's compressor
};

/// Constants and properties of the experiment's problem. Constants that are not known are empty.
struct KnownProblem : GivenConstants {
  bool exact_gradients = false;
  bool shared_start = false;  ///< all nodes start from equal models
};

/// A worst case to be found: of an experiment's algorithm.
struct WorstCaseQuestion {
  std::shared_ptr<const Json> source;  ///< the content of the experiment file
  std::string file;                    ///< its name in messages
  std::vector<std::string> overrides;  ///< see `apply_override`
  int rounds = 10;
  WorstMeasure measure = WorstMeasure::value;
  SymbolicStart start = SymbolicStart::common;
  GivenConstants constants = {};
  std::optional<SpectrumInterval> spectrum = {};  ///< of all W; empty: the experiment's graph
  bool interval_of_graph = false;                 ///< all W whose eigenvalues are between the graph's
};

struct WorstCaseAnswer {
  WorstCaseSettings settings;
  std::string algorithm;              ///< the block, compact JSON
  std::string matrices;               ///< the W for which it holds, in words
  bool is_exact = true;               ///< or an upper bound
  std::string known_from_experiment;  ///< the constants that are the experiment's: "L, R, zeta"
  WorstCase worst;
  std::optional<TextbookBound> textbook;
  /// Whether the experiment's own problem is one of the class: constants, W and the kind of start are the experiment's, and
  /// gradients are exact.
  bool has_experiment = false;
};

/// Answers questions. It keeps the constants of problems that it has built.
class WorstCaseFinder {
 public:
  explicit WorstCaseFinder(const Catalogue& catalogue) : catalogue_{catalogue} {}

  /// Throws ExperimentError, also for a program that cannot run on symbols.
  WorstCaseAnswer answer(const WorstCaseQuestion& question);

  /// The measure after the same number of rounds of the experiment itself. Throws ExperimentError.
  double measured(const WorstCaseQuestion& question) const;

 private:
  const Catalogue& catalogue_;
  std::map<std::string, KnownProblem> constants_;  ///< by the blocks that make a problem
};

}  // namespace gossamer
