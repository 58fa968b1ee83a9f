#include "experiments/sweep/sweep_keys.hpp"

namespace gossamer {

const std::vector<SweepKey>& sweep_keys() {
  static const std::vector<SweepKey> all{
      {"", "title", "the question, for tables and pictures; the experiment's own if not given"},
      {"", "base", "the experiment: the path of its file, or an object; required"},
      {"", "set", "keys of the experiment that change in all cells, by their paths: {\"/stop/virtual_time\": \"5 s\"}"},
      {"", "axes", "a list of what varies: every combination of one value of each axis is a cell"},
      {"", "derive", "keys that follow from others, by expressions: {\"/topology/rows\": \"sqrt(n)\"}"},
      {"", "exclude",
       "a list of combinations that are left out: [{\"topology\": \"torus\", \"local_steps\": [32, 64]}]"},
      {"", "seeds", "the number of seeds of each cell, or a list of seeds; the experiment's own if not given"},
      {"", "targets", "values that runs should reach: {\"train_loss\": [0.5, 0.1], \"test_accuracy\": 0.9}"},
      {"", "baseline",
       "labels of some axes: each cell is compared with the cell that has these labels, and its own on all other axes"},
      {"", "tune", "a key whose value is searched in each cell, before the cell's runs"},
      {"", "window",
       "the shares of a run's virtual time between which rates and floors are measured; [0.5, 1] if not given"},
      {"/axes", "name", "the axis's name in tables and pictures; the last part of its key if not given"},
      {"/axes", "key", "what varies: a path such as /algorithm/local_steps, or the name of a block or a setting"},
      {"/axes", "values", "a list, a range such as \"1..64:x2\", or an object with a label for each value"},
      {"/axes", "settings",
       "in place of key and values: an object that gives each label an object of keys and their values"},
      {"/axes", "zip", "in place of all these: a list of axes with equally many values, which advance together"},
      {"/tune", "key", "what is searched: a path such as /algorithm/step_size, or the name of a setting; required"},
      {"/tune", "from", "the least value; required"},
      {"/tune", "to", "the largest value; required"},
      {"/tune", "tolerance", "the factor within which the result is known; 1.1 if not given"},
      {"/tune", "grid", "the number of values that are tried before the search is refined; 5 if not given"},
      {"/tune", "seeds", "the number of seeds of each value, which no cell has; 2 if not given"},
      {"/tune", "objective",
       "what the best value has: {\"final\": \"train_loss\"}, {\"time\": {\"train_loss\": 0.5}}, the same with bytes "
       "or "
       "node_steps, or \"stable\"; required"}};
  return all;
}

std::vector<std::string> sweep_keys_of(std::string_view block) {
  std::vector<std::string> names;
  for (const SweepKey& key : sweep_keys())
    if (key.block == block) names.push_back(key.name);
  return names;
}

}  // namespace gossamer
