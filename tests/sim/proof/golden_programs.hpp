#pragma once
#include <cmath>
#include <complex>
#include <map>
#include <memory>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "algorithms/periodic/diloco.hpp"
#include "algorithms/periodic/gossip_pga.hpp"
#include "algorithms/periodic/local_sgd.hpp"
#include "sim/compression/identity.hpp"
#include "sim/proof/worst_case.hpp"
#include "tests/sim/proof/golden_rows.hpp"

/// The programs of golden rows, as this repository has them.
namespace gossamer::testing {

/// The settings of a row: "eta=0.5 form=awc".
class RowSettings {
 public:
  explicit RowSettings(const std::string& text) {
    std::istringstream stream{text};
    for (std::string word; stream >> word;) {
      const auto at = word.find('=');
      values_[word.substr(0, at)] = word.substr(at + 1);
    }
  }

  double number(const std::string& name, double otherwise) const {
    const auto at = values_.find(name);
    return at == values_.end() ? otherwise : std::stod(at->second);
  }
  int count(const std::string& name, int otherwise) const { return static_cast<int>(number(name, otherwise)); }
  std::string text(const std::string& name, const std::string& otherwise) const {
    const auto at = values_.find(name);
    return at == values_.end() ? otherwise : at->second;
  }
  double eta() const { return number("eta", 0); }
  double beta() const { return number("beta", 0); }
  LocalSteps local() const {
    return {.steps = count("H", 1), .momentum = beta(), .nesterov = number("nesterov", 0) == 1};
  }
  LocalSteps local_without_momentum() const { return {.steps = count("H", 1)}; }

 private:
  std::map<std::string, std::string> values_;
};

/// The row's settings for messages.
inline std::string name_of(const GoldenWorstCase& golden) {
  return fmt::format("{} {}, {} rounds, {}, {} start, {}", golden.algorithm, golden.settings, golden.rounds,
                     golden.mixing, golden.start, golden.measure);
}

inline DPsgd::Form form_of(const RowSettings& row) {
  const std::string name = row.text("form", "atc");
  return name == "awc" ? DPsgd::Form::awc : name == "cta" ? DPsgd::Form::cta : DPsgd::Form::atc;
}

/// SCAFFOLD with all clients and option II, whose server is an all-reduce.
inline Task scaffold_of_all(Node& node, double eta, int steps, double server_step) {
  Params x = node.initial_params();
  Params c = 0.0 * x, c_mean = c;
  while (node.running()) {
    Params y = x;
    for (int k = 0; k < steps; ++k) {
      const Params g = co_await node.gradient(y);
      y = y - eta * (g - c + c_mean);
    }
    const Params next = c - c_mean + (1 / (steps * eta)) * (x - y);
    const Params move = y - x, change = next - c;
    x = x + server_step * co_await node.all_reduce_mean(move);
    c_mean = c_mean + co_await node.all_reduce_mean(change);
    c = next;
    node.report(x);
  }
}

inline Program program_of(const GoldenWorstCase& golden,
                          const std::shared_ptr<const Codec>& compressor = std::make_shared<const Identity>()) {
  const RowSettings row{golden.settings};
  const std::string name = golden.algorithm;
  const double eta = row.eta(), beta = row.beta();
  const LocalSteps local = row.local_without_momentum();
  if (name == "all_reduce_sgd")
    return [=](Node& node) {
      return all_reduce_sgd(node, {.step_size = eta, .optimizer = Sgd::Settings{.momentum = beta}});
    };
  if (name == "d_psgd")
    return [=](Node& node) { return d_psgd(node, {.step_size = eta, .form = form_of(row), .local = local}); };
  if (name == "dmsgd")
    return [=](Node& node) { return dmsgd(node, {.step_size = eta, .form = form_of(row), .local = row.local()}); };
  if (name == "decentlam")
    return [=](Node& node) { return decentlam(node, {.step_size = eta, .momentum = beta, .local = local}); };
  if (name == "qg_dmsgd")
    return [=](Node& node) {
      return qg_dmsgd(node, {.step_size = eta,
                             .momentum = beta,
                             .global_momentum = row.number("global_beta", 0),
                             .nesterov = false,
                             .local = local});
    };
  if (name == "da_dmsgd")
    return [=](Node& node) { return da_dmsgd(node, {.step_size = eta, .momentum = beta, .local = local}); };
  if (name == "gradient_tracking") {
    using Form = GradientTracking::Form;
    const Form form = row.text("form", "atc") == "atc" ? Form::atc : Form::non_atc;
    return [=](Node& node) { return gradient_tracking(node, {.step_size = eta, .form = form, .local = local}); };
  }
  if (name == "extra") return [=](Node& node) { return extra(node, {.step_size = eta, .local = local}); };
  if (name == "nids") return [=](Node& node) { return nids(node, {.step_size = eta, .local = local}); };
  if (name == "exact_diffusion")
    return [=](Node& node) { return exact_diffusion(node, {.step_size = eta, .local = local}); };
  if (name == "d2") return [=](Node& node) { return d2(node, {.step_size = eta, .local = local}); };
  if (name == "gossip_pga")
    return [=](Node& node) {
      return gossip_pga(node, {.step_size = eta, .global_period = row.count("period", 0), .local = local});
    };
  if (name == "local_sgd")
    return [=](Node& node) {
      return local_sgd(node, {.step_size = eta, .averaging_period = row.count("H", 1), .momentum = beta});
    };
  if (name == "scaffold") return [=](Node& node) { return scaffold_of_all(node, eta, row.count("H", 1), 1); };
  if (name == "diloco") {
    const OuterStep outer{
        .step_size = row.number("outer_step", 0.7), .momentum = row.number("beta", 0.9), .nesterov = true};
    return [=](Node& node) {
      return diloco(node, {.step_size = eta, .averaging_period = row.count("H", 1), .outer = outer});
    };
  }
  if (name == "lead")
    return [=](Node& node) {
      return lead(node, {.step_size = eta, .consensus_step = 1, .reference_step = 0.5, .local = local});
    };
  REQUIRE(name == "choco_sgd");
  return [=](Node& node) {
    return choco_sgd(
        node, {.step_size = eta, .consensus_step = row.number("gamma", 1), .compressor = compressor, .local = local});
  };
}

inline SpectrumModes modes(const std::vector<double>& eigenvalues) {
  Eigen::VectorXcd round(static_cast<Eigen::Index>(eigenvalues.size()));
  for (std::size_t j = 0; j < eigenvalues.size(); ++j) round[static_cast<Eigen::Index>(j)] = eigenvalues[j];
  return {{round}};
}

/// Eigenvalues 1, …, 4 of Σ_u w C^u, where C shifts a circle of eight nodes by one; the others are their conjugates.
inline Eigen::VectorXcd eigenvalues_of_shifts(const std::vector<int>& shifts) {
  Eigen::VectorXcd eigenvalues(4);
  for (int j = 1; j <= 4; ++j) {
    std::complex<double> sum = 0;
    for (const int u : shifts) sum += std::polar(1.0, 2 * std::numbers::pi * j * u / 8);
    eigenvalues[j - 1] = sum / static_cast<double>(shifts.size());
  }
  eigenvalues[3] = eigenvalues[3].real();  // of the signs +1, −1, …
  return eigenvalues;
}

inline MixingClass mixing_of(const std::string& text) {
  if (text == "ring 8") {  // (1 + 2 cos(2πj/8))/3
    const double root = std::numbers::sqrt2;
    return modes({(1 + root) / 3, 1.0 / 3, (1 - root) / 3, -1.0 / 3});
  }
  if (text == "hypercube 8") return modes({0.5, 0, -0.5});        // 1 − 2m/4, m = 1, 2, 3
  if (text == "torus 4x4") return modes({0.6, 0.2, -0.2, -0.6});  // (1 + 2 cos(πa/2) + 2 cos(πb/2))/5
  if (text == "directed exponential 8") return SpectrumModes{{eigenvalues_of_shifts({0, 1, 2, 4})}};
  if (text == "one-peer exponential 8")
    return SpectrumModes{{eigenvalues_of_shifts({0, 1}), eigenvalues_of_shifts({0, 2}), eigenvalues_of_shifts({0, 4})}};
  std::istringstream stream{text};
  SpectrumInterval interval;
  std::string least, largest;
  if (text.starts_with("changing")) {
    interval.changing = true;
    stream >> least;
  }
  stream >> least >> largest;
  const auto number = [](const std::string& word) {
    const auto slash = word.find('/');
    return slash == std::string::npos ? std::stod(word) : std::stod(word) / std::stod(word.substr(slash + 1));
  };
  interval.least = number(least);
  interval.largest = number(largest);
  return interval;
}

inline WorstMeasure measure_of(const std::string& name) {
  const std::map<std::string, WorstMeasure> measures{
      {"value", WorstMeasure::value},       {"mean", WorstMeasure::mean},
      {"distance", WorstMeasure::distance}, {"consensus", WorstMeasure::consensus},
      {"gradient", WorstMeasure::gradient}, {"average", WorstMeasure::average}};
  return measures.at(name);
}

inline WorstCaseSettings settings_of(const GoldenWorstCase& golden) {
  const double contraction = RowSettings{golden.settings}.number("delta", 1);
  return {.rounds = golden.rounds,
          .measure = measure_of(golden.measure),
          .problems = {.smoothness = golden.smoothness,
                       .strong_convexity = golden.strong_convexity,
                       .distance = golden.distance,
                       .dissimilarity = golden.dissimilarity},
          .mixing = mixing_of(golden.mixing),
          .start = std::string{golden.start} == "separate" ? SymbolicStart::separate : SymbolicStart::common,
          .contraction = [=](const Codec&) { return contraction; }};
}

}  // namespace gossamer::testing
