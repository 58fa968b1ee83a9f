#pragma once
#include <string>
#include <vector>

#include "experiments/commands/calibrate.hpp"
#include "experiments/commands/check.hpp"
#include "experiments/commands/collectives.hpp"
#include "experiments/commands/list.hpp"
#include "experiments/commands/new_project.hpp"
#include "experiments/commands/topology.hpp"
#include "experiments/commands/worst_case.hpp"
#include "experiments/run/run.hpp"
#include "experiments/sweep/sweep.hpp"

namespace CLI {
class App;
}

namespace gossamer {

/// The options of all commands, from the words of the command line.
struct Request {
  RunOptions run = {};
  RunOptions moments = {};
  TopologyCommand topology = {};
  CollectivesCommand collectives = {};
  CalibrateOptions calibrate = {};
  CheckCommand check = {};
  ListCommand list = {};
  std::vector<std::string> explained;
  bool explained_as_json = false;
  std::vector<std::string> helped;
  NewProject project = {};
  WorstCaseCommand worst_case = {};
  SweepCommand sweep = {};
  bool sweep_table = true;
};

/// Adds all commands with their options, which write into the request.
void describe(CLI::App& app, Request& request);

}  // namespace gossamer
