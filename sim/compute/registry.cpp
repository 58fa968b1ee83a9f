#include "sim/compute/registry.hpp"

#include <utility>

#include "sim/compute/device_trace.hpp"
#include "sim/compute/empirical.hpp"
#include "sim/compute/law_fit.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/roofline.hpp"
#include "sim/compute/stragglers.hpp"

namespace gossamer {
namespace {

const char* const lee =
    "Lee et al., \"Speeding Up Distributed Machine Learning Using Codes\", IEEE Transactions on Information Theory, "
    "2018, arXiv:1512.02673";
const char* const williams =
    "Williams, Waterman, Patterson, \"Roofline: an insightful visual performance model for multicore architectures\", "
    "Communications of the ACM, 2009";

/// An entry for a law that needs nothing but its settings and the seed.
template <class S>
StepTimeLawEntry law(std::string name, std::string sentence, std::vector<Field<S>> fields, std::string source = {}) {
  const auto build = [](S settings, const ComputeContext& context) {
    if constexpr (requires { step_times(settings, context.seed); }) {
      return step_times(settings, context.seed);
    } else {
      return step_times(settings);
    }
  };
  return {entry<StepTimeLaw, S>(std::move(name), std::move(sentence), build, std::move(fields), std::move(source))};
}

StepTimeLawEntry fitted_by(LawFit (*fit)(const StepTimeLawEntry&, std::span<const double>), StepTimeLawEntry law) {
  law.fit = fit;
  return law;
}

/// Entries whose `build` takes the settings, then the arguments of the signature.
template <class S, class Build>
StepTimeLawEntry built_law(std::string name, std::string sentence, std::vector<Field<S>> fields, Build build,
                           std::string source = {}) {
  return {entry<StepTimeLaw, S>(std::move(name), std::move(sentence), build, std::move(fields), std::move(source))};
}
template <class S, class Build>
StragglerEntry kind(std::string name, std::string sentence, std::vector<Field<S>> fields, Build build) {
  return {entry<StragglerKind, S>(std::move(name), std::move(sentence), build, std::move(fields))};
}

template <class S>
Field<S> mean_field() {
  return {"mean", &S::mean, above(0), "mean duration of a step"};
}

template <class S>
Field<S> slowdown_field() {
  return {"slowdown", &S::slowdown, at_least(1), "how many times as long slow steps take"};
}

template <class S>
Field<S> fraction_field() {
  return {"fraction", &S::fraction, between(0, 1), "share of the nodes that are slow"};
}

StepTimeLawEntry slow_nodes_law() {
  using S = SlowNodes;
  return built_law<S>(
      "slow_nodes", "constant or exponential steps; a random share of the nodes is slower, always",
      {{"step", &S::step, above(0), "(mean) duration of a usual node's step"},
       fraction_field<S>(),
       slowdown_field<S>(),
       {"law", &S::law, choices<S::Law>({{"constant", S::Law::constant}, {"exponential", S::Law::exponential}}),
        "how steps vary"}},
      [](S settings, const ComputeContext& context) { return step_times(settings, context.nodes, context.seed); });
}

StepTimeLawEntry empirical_law() {
  using S = EmpiricalStep;
  return built_law<S>(
      "empirical", "measured step times, from a file of comma-separated values",
      {{"path", &S::path, "file with a column step_time_s, and device where there are several", required},
       {"order", &S::order, choices<S::Order>({{"resampled", S::Order::resampled}, {"replayed", S::Order::replayed}}),
        "every step draws one of them, or takes the next"}},
      [](const S& settings, const ComputeContext& context) {
        return step_times(settings, context.resolve(settings.path), context.seed);
      });
}

StepTimeLawEntry roofline_law() {
  using S = RooflineStep;
  return built_law<S>(
      "roofline", "the work of a step over the rates of a device, arithmetic or memory",
      {{"peak", &S::peak, above(0), "arithmetic that the device reaches", Presence::optional, Unit::flops_per_second},
       {"memory_bandwidth", &S::memory_bandwidth, above(0), "between its memory and its processor", Presence::optional,
        Unit::bytes_per_second},
       {"overhead", &S::overhead, at_least(0), "of every step, beside the work"},
       Field<S>{"flops", &S::flops, above(0), "arithmetic of a step; \"model\" is that of the model that is trained",
                Presence::optional, Unit::flops}
           .with_word("model", 0),
       Field<S>{"bytes", &S::bytes, at_least(1), "memory traffic of a step; \"model\" is that of the trained model",
                Presence::optional, Unit::bytes}
           .with_word("model", 0)},
      [](const S& settings, const ComputeContext& context) { return step_times(settings, context.model); }, williams);
}

std::vector<Field<Devices>> device_fields() {
  using S = Devices;
  using enum S::Assignment;
  return {
      {"path", &S::path, "file with the columns device, time_s, speed, available, …", required},
      {"assignment", &S::assignment, choices<S::Assignment>({{"in_order", in_order}, {"random", random}}),
       "node i is device i mod m, or any of the m"},
      {"period", &S::period, above(0), "after which all devices begin anew"},
      {"columns", &S::columns, "the file's own names of its columns: \"device = client, step_time_ms = computation\""}};
}

std::vector<DeviceTrace> traces_of(const Devices& settings, const ComputeContext& context) {
  return read_device_traces(context.resolve(settings.path), settings.period, settings.columns.value_or(""));
}

std::optional<NodeDevices> node_devices(const Values& values, const ComputeContext& context) {
  const Devices settings = filled(device_fields(), values);
  NodeDevices devices{.traces = traces_of(settings, context), .of_node = {}};
  devices.of_node = assigned_devices(settings.assignment, context.nodes, devices.traces.size(), context.seed);
  return devices;
}

StragglerEntry devices_kind() {
  using S = Devices;
  StragglerEntry result =
      kind<S>("device_trace", "nodes are devices of a file, whose speeds change and which come and go", device_fields(),
              [](const S& settings, std::unique_ptr<StepTimes> usual, const ComputeContext& context) {
                return with_devices(settings.assignment, traces_of(settings, context), std::move(usual), context.nodes,
                                    context.seed);
              });
  result.devices = node_devices;
  return result;
}

}  // namespace

const std::vector<StepTimeLawEntry>& step_time_laws() {
  static const std::vector<StepTimeLawEntry> entries{
      fitted_by(fit_constant, law<ConstantStep>("constant", "every step takes the same time",
                                                {{"step", &ConstantStep::step, above(0), "duration of a step"}})),
      law<UniformStep>("uniform", "independent step times, each between two bounds as likely",
                       {{"low", &UniformStep::low, at_least(0), "the shortest step"},
                        {"high", &UniformStep::high, above(0), "the longest step"}}),
      fitted_by(fit_exponential, law<ExponentialStep>("exponential", "independent exponential step times",
                                                      {mean_field<ExponentialStep>()})),
      fitted_by(fit_shifted_exponential,
                law<ShiftedExponentialStep>(
                    "shifted_exponential", "a fixed part and an independent exponential one",
                    {{"shift", &ShiftedExponentialStep::shift, at_least(0), "the fixed part"},
                     {"tail", &ShiftedExponentialStep::tail, above(0), "mean of the exponential part"}},
                    lee)),
      law<GammaStep>("gamma", "independent gamma step times",
                     {mean_field<GammaStep>(),
                      {"shape", &GammaStep::shape, above(0), "the coefficient of variation is 1/√shape"}}),
      fitted_by(fit_lognormal, law<LognormalStep>("lognormal", "independent lognormal step times",
                                                  {mean_field<LognormalStep>(),
                                                   {"sigma", &LognormalStep::sigma, above(0),
                                                    "standard deviation of the logarithm"}})),
      law<ParetoStep>("pareto", "independent step times with a heavy tail, P(T > t) ~ 1/t^shape",
                      {mean_field<ParetoStep>(),
                       {"shape", &ParetoStep::shape, above(1), "exponent of the tail; finite variance above 2"}}),
      law<WeibullStep>("weibull", "independent Weibull step times",
                       {mean_field<WeibullStep>(),
                        {"shape", &WeibullStep::shape, above(0),
                         "below 1 a heavier tail than exponential, above a "
                         "lighter one"}}),
      empirical_law(),
      roofline_law(),
      slow_nodes_law(),
  };
  return entries;
}

const std::vector<StragglerEntry>& stragglers() {
  using Usual = std::unique_ptr<StepTimes>;
  using Context = ComputeContext;
  struct None {};
  static const std::vector<StragglerEntry> entries{
      kind<None>("none", "no step is slower than its law says", {},
                 [](None, Usual usual, const Context&) { return usual; }),
      kind<SlowShare>("slow_nodes", "a random share of the nodes is slower than the others, always",
                      {fraction_field<SlowShare>(), slowdown_field<SlowShare>()},
                      [](SlowShare settings, Usual usual, const Context& context) {
                        return with_stragglers(settings, std::move(usual), context.nodes, context.seed);
                      }),
      kind<OneSlowNode>("one_slow_node", "one given node is slower than the others, always",
                        {{"node", &OneSlowNode::node, at_least(0), "its number"}, slowdown_field<OneSlowNode>()},
                        [](OneSlowNode settings, Usual usual, const Context& context) {
                          return with_stragglers(settings, std::move(usual), context.nodes);
                        }),
      kind<NodeSpeeds>("node_speeds", "each node has its speed",
                       {{"speeds", &NodeSpeeds::speeds, above(0),
                         "how many times as fast as the law says nodes 0, 1, … "
                         "are; a shorter list begins anew"}},
                       [](NodeSpeeds settings, Usual usual, const Context& context) {
                         return with_stragglers(std::move(settings), std::move(usual), context.nodes);
                       }),
      kind<Bimodal>("bimodal", "any step may be slow, independently of the others",
                    {{"probability", &Bimodal::probability, between(0, 1), "share of the steps that are slow"},
                     slowdown_field<Bimodal>()},
                    [](Bimodal settings, Usual usual, const Context& context) {
                      return with_stragglers(settings, std::move(usual), context.seed);
                    }),
      kind<Markov>("markov", "each node goes through phases of slow steps, on and off",
                   {{"to_slow", &Markov::to_slow, above_up_to(0, 1), "probability that a slow step follows a fast one"},
                    {"to_fast", &Markov::to_fast, above_up_to(0, 1), "probability that a fast step follows a slow one"},
                    slowdown_field<Markov>()},
                   [](Markov settings, Usual usual, const Context& context) {
                     return with_stragglers(settings, std::move(usual), context.nodes, context.seed);
                   }),
      devices_kind(),
  };
  return entries;
}

}  // namespace gossamer
