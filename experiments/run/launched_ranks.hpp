#pragma once

namespace gossamer {

/// The number of this process and of all processes that a launcher has started together, from the environment. One
/// process if there was no launcher.
///
/// Open MPI, MPICH, Intel MPI, MVAPICH and srun are known. SLURM_NTASKS is not read: a batch script, which runs once,
/// has it as well.
struct LaunchedRanks {
  int count = 1;
  int rank = 0;
};
LaunchedRanks launched_ranks();

}  // namespace gossamer
