#include "experiments/trace/trace_header.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "experiments/run/run_in_virtual_time.hpp"
#include "sim/learning/problem.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::Json;
using testing::outcome;
using testing::records_in;
using testing::small_experiment;

/// f_i(x) = ‖x‖²/2, which counts how often its constants are asked for.
class Counting final : public Problem<float> {
 public:
  Counting(Index dimension, int& asked) : dimension_{dimension}, asked_{asked} {}

  Index dimension() const override { return dimension_; }
  void gradient(NodeId, std::uint64_t, const float* x, float* g, Workspace&) const override {
    std::copy_n(x, dimension_, g);
  }
  Evaluation evaluate(const float*, const EvaluationScope&) const override { return {}; }
  std::vector<ModelScore> score(std::span<const float* const> models, const ScoreScope&) const override {
    return std::vector<ModelScore>(models.size());
  }
  Work step_work(NodeId) const override { return {.flops = 1, .bytes = 1}; }

  std::optional<double> smoothness() const override { return known(1); }
  std::optional<double> strong_convexity() const override { return known(1); }
  std::optional<double> gradient_variance() const override { return known(0); }
  std::optional<double> heterogeneity() const override { return known(0); }
  std::optional<double> heterogeneity_at_optimum() const override { return known(0); }

 private:
  double known(double constant) const {
    ++asked_;
    return constant;
  }

  Index dimension_;
  int& asked_;
};

struct Asked {
  int times = 0;
  Json header;
};

/// A run of the configuration with a counting problem in place of its own.
Asked run_counting(const Json& configuration) {
  const TemporaryFolder folder;
  Experiment experiment = parse_experiment(configuration.dump(), "small.json");
  Asked result;
  experiment.problem = std::make_unique<Counting>(experiment.dimension, result.times);
  {
    TraceWriter trace{folder.path() / "small.jsonl"};
    run_in_virtual_time(experiment, trace, {});
  }
  result.header = records_in(folder.path() / "small.jsonl").front();
  return result;
}

TEST_CASE("A run computes the constants of its problem only if its record asks for them") {
  Json configuration = small_experiment();
  const Asked plain = run_counting(configuration);
  CHECK(plain.times == 0);
  CHECK(plain.header["problem"] == Json{{"dimension", 5}});

  configuration["record"]["constants"] = true;
  const Asked asked = run_counting(configuration);
  CHECK(asked.times == 5);
  CHECK(asked.header["problem"] == Json{{"dimension", 5},
                                        {"smoothness", 1.0},
                                        {"strong_convexity", 1.0},
                                        {"gradient_variance", 0.0},
                                        {"heterogeneity", 0.0},
                                        {"heterogeneity_at_optimum", 0.0}});
}

TEST_CASE("A trace has the same hash with and without the constants of the problem") {
  Json configuration = small_experiment();
  const auto plain = outcome(configuration);
  configuration["record"]["constants"] = true;
  const auto asked = outcome(configuration);
  CHECK(asked.hash() == plain.hash());
  const Json& facts = asked.records.front()["problem"];
  CHECK(facts["gradient_variance"].get<double>() == doctest::Approx(5 * 0.01));  // d σ² of the noise
  CHECK(facts["heterogeneity"].get<double>() ==
        doctest::Approx(facts["heterogeneity_at_optimum"].get<double>()));  // one A for all
}

}  // namespace
}  // namespace gossamer
