#include "sim/numerics/numbers_plane.hpp"

#include <algorithm>

#include "sim/numerics/executor.hpp"

namespace gossamer {
namespace {

/// Numbers have no gradient.
class NoObjective final : public Objective<double> {
 public:
  explicit NoObjective(Index count) : count_{count} {}
  Index dimension() const override { return count_; }
  void gradient(NodeId, std::uint64_t, const double*, double* g, Workspace&) const override {
    std::fill_n(g, count_, 0.0);
  }

 private:
  Index count_;
};

struct NumbersPlane {
  explicit NumbersPlane(Index count)
      : objective{count}, plane{{.objective = objective, .initial_params = [count](NodeId, double* x) {
                                   std::fill_n(x, count, 0.0);
                                 }}} {}

  NoObjective objective;
  Executor<double> plane;
};

}  // namespace

std::shared_ptr<DataPlane> make_numbers_plane(Index count) {
  const auto whole = std::make_shared<NumbersPlane>(count);
  return {whole, &whole->plane};
}

}  // namespace gossamer
