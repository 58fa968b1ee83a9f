#pragma once
#include <string>
#include <utility>
#include <vector>

#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/json.hpp"
#include "sim/learning/theory/constants.hpp"

namespace gossamer {

/// One constant of theory.
struct TheoryConstant {
  double value = 0;
  double standard_error = 0;  ///< 0 if it is exact except for rounding
  std::string source = {};    ///< how it was found, for people
};

/// The constants of theory of one experiment, by the keys of experiments/formats/theory.md.
struct Theory {
  std::vector<std::pair<std::string, TheoryConstant>> constants = {};
  std::vector<std::pair<std::string, std::string>> absent = {};  ///< the reason for each constant without a value
  std::vector<double> optimum = {};                              ///< x*; empty if it is unknown or long
  std::vector<std::pair<std::string, std::vector<double>>> nodes = {};  ///< constants of each node
  std::vector<double> spectrum = {};  ///< eigenvalues of W, descending; empty if they are unknown or many

  /// Adds a constant. A number that is not finite is absent.
  void add(const std::string& key, const TheoryConstant& constant);
  void leave_out(const std::string& key, const std::string& reason) { absent.emplace_back(key, reason); }
  void add(const std::string& key, const Finding<double>& finding);
};

/// Computes all of them for the problem in float64, whatever the numerics of the run. No draw of the run changes.
///
/// Cost    some gradients over all samples and some decompositions of matrices; seconds for usual experiments.
Theory theory_of(const Experiment& experiment);

/// The object "theory" of a trace's header.
Json json_of(const Theory& theory);
/// The same of an experiment, as compact text.
std::string theory_json(const Experiment& experiment);

/// The same as a table for people: a line for each constant with its source or the reason why it is absent. Lines begin
/// with two spaces.
std::string theory_table(const Theory& theory);

}  // namespace gossamer
