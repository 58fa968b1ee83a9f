#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"
#include "sim/ground/settings.hpp"
#include "sim/proof/worst_case.hpp"

namespace gossamer {

/// The arguments of `gossamer worstcase`.
struct WorstCaseCommand {
  enum class Output { text, csv, json };

  std::string file;  ///< an experiment file, or a trace
  std::vector<std::string> overrides = {};
  int rounds = 10;
  WorstMeasure measure = WorstMeasure::value;
  SymbolicStart start = SymbolicStart::common;
  std::vector<std::string> constants = {};  ///< "L=1", "mu=0.1", "R=1", "zeta=inf", "delta=0.5"
  std::string spectrum = "graph";           ///< or "interval", or "l,u"
  bool changing = false;                    ///< whether W changes from round to round; of an interval
  std::vector<std::string> over = {};       ///< axes: "K=1..20", "lambda=0.5,0.9", "/algorithm/step_size=0.1,0.2"
  std::string tuned = {};                   ///< the setting that gets its best value, such as "step_size"; empty: none
  std::string compared = {};                ///< algorithms, as of --over algorithm=…, each tuned; empty: none
  bool rate = false;                        ///< whether the rate per round is found, by the worst cases at K and K + 2
  std::optional<std::filesystem::path> instance = {};  ///< the folder of a problem that attains the worst case
  Output output = Output::text;
};

/// The names of measures on the command line.
inline const Choices<WorstMeasure> worst_measures{{{"value", WorstMeasure::value},
                                                   {"mean", WorstMeasure::mean},
                                                   {"distance", WorstMeasure::distance},
                                                   {"consensus", WorstMeasure::consensus},
                                                   {"gradient", WorstMeasure::gradient},
                                                   {"average", WorstMeasure::average}}};
inline const Choices<SymbolicStart> symbolic_starts{
    {{"common", SymbolicStart::common}, {"separate", SymbolicStart::separate}}};

/// Prints the worst case of an experiment's algorithm, and writes the problem that attains it if a folder is given; or
/// prints a table of worst cases: one row for every combination of the axes' values. In a table, a worst case that cannot
/// be found has its reason in its row. Throws ExperimentError.
void worst_case_command(const WorstCaseCommand& command, const Catalogue& catalogue, std::ostream& out);

}  // namespace gossamer
