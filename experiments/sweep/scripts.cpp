#include "experiments/sweep/scripts.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/commands/home_folder.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/trace/provenance.hpp"
#include "sim/ground/input_error.hpp"

namespace gossamer {
namespace {

/// The command line of the sweep for a shell, without the options that each job has for itself.
std::string command_of_jobs(const SweepCommand& command) {
  const std::set<std::string_view> dropped{"--print", "--shard", "--jobs", "--threads", "-o", "--out"};
  std::vector<std::string> words{this_program().string()};
  for (std::size_t k = 1; k < command.command.size(); ++k) {
    const std::string& word = command.command[k];
    if (dropped.contains(word)) {
      ++k;  // its value
    } else if (!dropped.contains(word.substr(0, word.find('='))) && word != "--quiet") {
      words.push_back(word);
    }
  }
  words.insert(words.end(), {"-o", folder_of(command).string(), "--quiet"});
  return shell_text(words);
}

std::vector<std::string> ids_of(const SweepPlan& plan) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (const PlannedRun& run : plan.runs)
    if (seen.insert(run.id).second) ids.push_back(quoted_json(run.id));
  return ids;
}

/// A text of Snakemake's shell commands, in which braces have a meaning.
std::string without_braces(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '{' || c == '}') result += c;
  }
  return result;
}

}  // namespace

std::string slurm_script(const SweepCommand& command, const SweepPlan& plan) {
  constexpr std::size_t usual_parts = 100;
  const std::size_t runs =
      plan.sweep.tuning ? plan.cells.size() * std::max<std::size_t>(1, plan.sweep.seeds.size()) : ids_of(plan).size();
  const std::size_t parts = std::min(runs, command.jobs > 0 ? static_cast<std::size_t>(command.jobs) : usual_parts);
  return fmt::format(
      "#!/bin/sh\n"
      "# {} runs in {} parts. Submit it from this folder: gossamer sweep … --print slurm > sweep.sh; sbatch sweep.sh\n"
      "# Submitted again, all jobs or some (sbatch --array=3,7 sweep.sh) make what is missing of their parts.\n"
      "# The job that makes the last run writes the table.\n"
      "#SBATCH --job-name=gossamer-sweep\n"
      "#SBATCH --array=1-{}\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --cpus-per-task=1\n"
      "exec {} --shard \"$SLURM_ARRAY_TASK_ID/{}\" --jobs \"${{SLURM_CPUS_PER_TASK:-1}}\"\n",
      runs, parts, parts, command_of_jobs(command), parts);
}

std::string snakefile(const SweepCommand& command, const SweepPlan& plan) {
  const std::string folder = folder_of(command).string();
  if (folder.find_first_of("{}") != folder.npos)
    throw InputError{
        fmt::format("{}: Snakemake takes the braces in this name for wildcards\n"
                    "  expected a folder without braces for --print snakemake",
                    folder)};
  const std::string run = without_braces(command_of_jobs(command)) + " --jobs 1 --no-table --only {wildcards.id}";
  const std::string table = without_braces(shell_text({this_program().string(), "table", folder, "--save"}));
  return fmt::format(
      "# gossamer sweep … --print snakemake > Snakefile; snakemake --cores all\n"
      "FOLDER = {}\n"
      "IDS = [{}]\n\n"
      "rule all:\n"
      "    input: FOLDER + \"/summary.csv\"\n\n"
      "rule run:\n"
      "    output: FOLDER + \"/runs/{{id}}.jsonl\"\n"
      "    threads: 1\n"
      "    shell: {}\n\n"
      "rule table:\n"
      "    input: expand(FOLDER + \"/runs/{{id}}.jsonl\", id=IDS)\n"
      "    output: FOLDER + \"/results.csv\", FOLDER + \"/summary.csv\"\n"
      "    shell: {}\n",
      quoted_json(folder), fmt::join(ids_of(plan), ", "), quoted_json(run), quoted_json(table));
}

}  // namespace gossamer
