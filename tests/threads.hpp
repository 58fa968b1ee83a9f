#pragma once
#include <omp.h>

namespace gossamer::testing {

/// The number of threads of parallel loops that set none themselves, until the end of the scope.
class Threads {
 public:
  explicit Threads(int count) : before_{omp_get_max_threads()} { omp_set_num_threads(count); }
  ~Threads() { omp_set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

}  // namespace gossamer::testing
