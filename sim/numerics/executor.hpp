#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/objective.hpp"
#include "sim/numerics/plan.hpp"
#include "sim/numerics/thread_team.hpp"
#include "sim/numerics/version_store.hpp"
#include "sim/numerics/window_execution.hpp"

namespace gossamer {

/// The data plane over one scalar type: records operations on versions and executes them in windows on all threads.
///
/// While one window is recorded, the window before is executed in the background. When the recorded window is full, the
/// recording thread helps to execute the one before. Threads take the groups of a window level by level. They wait for
/// the versions that they read, not for each other. A group is a chain of operations, such as the local steps of a
/// node, that one thread executes while the model is in its cache.
///
/// Every coordinate of every version is computed by the same sequence of roundings, however operations are grouped.
/// Hence results are bit-identical for any number of threads and any window.
template <class Scalar>
class Executor final : public DataPlane {
 public:
  struct Setup {
    const Objective<Scalar>& objective;
    std::function<void(NodeId, Scalar*)> initial_params;  ///< writes x_i at time zero
    bool common_initial_params = true;                    ///< all nodes start from the version of node 0
    int threads = 1;
    std::optional<std::size_t> window = {};  ///< number of operations in a window, at least 1; by default enough for
                                             ///< chains of local steps
  };
  static constexpr std::size_t default_window = 4096;  ///< of few nodes, or of small models

  explicit Executor(Setup setup);
  ~Executor() override;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  Index dimension() const override { return dimension_; }
  Params initial_params(NodeId node) override;
  Params gradient(NodeId node, std::uint64_t step, const Params& x) override;
  Params newton_direction(NodeId node, const Params& x, const Params& g) override;
  double loss(NodeId node, const Params& x) override;
  Version* combine(std::span<const Term> terms) override;
  Params ring_mean(std::span<const Params> parts) override;
  Params mean(std::span<const Params> models) override;
  void release(Version* version) override;
  Params apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) override;
  void keep(std::shared_ptr<const void> object) override { recorded_->window.keep(std::move(object)); }
  Params encode(const Codec& codec, const Params& x, const Draws& draws) override;
  Params decode(const Codec& codec, const Params& message, const Params& near) override;
  Bytes encoded_size(const Params& message) override;
  std::uint64_t decode_failures() override;
  std::span<const std::byte> encoded(const Params& message) override;
  Params adopt_encoded(std::span<const std::byte> message) override;
  double squared_norm(const Combination& sum) override;
  std::vector<std::vector<double>> summarize(std::span<const Summary> summaries) override;
  Params with_values(std::span<const double> values) override;
  double consensus_distance(std::span<const Params> models, const Params& mean) override;
  std::optional<std::size_t> first_non_finite(std::span<const Params> models) override;
  std::vector<double> values(const Params& x) override;
  void flush() override;
  std::span<const std::byte> bytes(const Params& x) override;
  Params adopt(std::span<const std::byte> bytes) override;
  std::size_t scalar_bytes() const override { return sizeof(Scalar); }
  void combine_raw(std::span<const RawTerm> terms, std::span<std::byte> out) override;
  int threads() const override { return team_.threads() + 1; }
  GradientJob prepare_gradient(NodeId node, std::uint64_t step, const Params& x) override;
  GradientJob prepare_newton_direction(NodeId node, const Params& x, const Params& g) override;

  /// Executes all recorded operations and returns a version's coordinates, valid as long as the handle lives.
  const Scalar* read(const Params& x);

  /// Memory allocated for versions so far, in bytes.
  std::size_t peak_bytes() const { return versions_.bytes(); }

 private:
  Params new_made_version();
  template <class... What>
  Version* record(Operation operation, std::span<const Term> terms, What... what);
  void launch();
  void finish();

  const Objective<Scalar>& objective_;
  std::function<void(NodeId, Scalar*)> initialize_;
  bool common_initial_params_;
  Index dimension_;
  std::optional<std::size_t> fixed_window_;
  std::size_t window_;  ///< number of operations after which the recorded window is executed
  NodeId nodes_ = 0;    ///< at least the number of nodes that have computed a gradient

  VersionStore versions_;
  Planner planner_;
  std::array<PlannedWindow, 2> windows_;
  PlannedWindow* recorded_ = &windows_[0];
  PlannedWindow* executed_ = nullptr;  ///< the window in execution, if any
  std::vector<Workspace> workspaces_;  ///< one for each thread of the crew; the last one for the recording thread
  Params common_;
  WindowExecution<Scalar> execution_;
  ThreadTeam team_;  ///< the last member, since its threads use all others
};

extern template class Executor<float>;
extern template class Executor<double>;

}  // namespace gossamer
