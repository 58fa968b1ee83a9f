#pragma once

namespace gossamer {

/// This process among those that a launcher has started together, as its environment says. One alone where no launcher
/// did.
///
/// Open MPI, MPICH, Intel MPI, MVAPICH and srun are known. SLURM_NTASKS is not asked: a batch script, which runs once,
/// has it as well.
struct LaunchedRanks {
  int count = 1;
  int rank = 0;
};
LaunchedRanks launched_ranks();

}  // namespace gossamer
