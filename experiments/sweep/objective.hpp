#pragma once
#include <filesystem>
#include <string>

namespace gossamer {

/// What a search minimizes in a trace.
struct SearchObjective {
  /// The last value of a quantity; or what the run needs until the quantity is at a target; or whether it ends without
  /// divergence, which is 0, or infinity if it diverges.
  enum class What { final_value, time, bytes, node_steps, stable };
  What what = What::final_value;
  std::string quantity = "train_loss";  ///< a key of samples; of own models their mean
  double target = 0;                    ///< unused for `final_value` and `stable`
};

/// The objective of a run: the less, the better. Accuracies count with the opposite sign. Infinity for a run that
/// diverged, and for a target that was not reached. Between two records the quantity changes by the same factor in equal
/// times if it falls, by the same amount if it rises. Throws TraceError for a file that is no complete trace.
double objective_of(const std::filesystem::path& trace, const SearchObjective& objective);

}  // namespace gossamer
