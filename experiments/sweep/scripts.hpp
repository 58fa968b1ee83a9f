#pragma once
#include <string>

#include "experiments/sweep/plan.hpp"
#include "experiments/sweep/sweep.hpp"

namespace gossamer {

/// The job script with which Slurm makes the runs of a sweep, in an array of jobs.
std::string slurm_script(const SweepCommand& command, const SweepPlan& plan);

/// The Snakefile with which Snakemake makes the runs of a sweep, one rule for a run and one for the table.
std::string snakefile(const SweepCommand& command, const SweepPlan& plan);

}  // namespace gossamer
