#include "sim/learning/data/class_labels.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/learning/problem.hpp"

namespace gossamer {

SampleName samples_of(const std::filesystem::path& path) {
  return [path](Index k) { return fmt::format("{}: sample {}", path.string(), k); };
}

ClassLabels::ClassLabels(const Eigen::VectorXd& labels, const std::string& name, const SampleName& name_of_sample) {
  std::set<double> distinct;
  for (Index k = 0; k < labels.size(); ++k) {
    if (std::floor(labels[k]) != labels[k])
      throw LearningError{fmt::format("{}: label {} is no integer, as classes need (real targets are for regression)",
                                      name_of_sample(k), labels[k])};
    distinct.insert(labels[k]);
  }
  if (distinct.size() < 2)
    throw LearningError{fmt::format("{}: all {} labels are {}, expected at least two classes", name, labels.size(),
                                    distinct.empty() ? 0.0 : *distinct.begin())};
  distinct_.assign(distinct.begin(), distinct.end());
}

void ClassLabels::renumber(Eigen::VectorXd& labels, const SampleName& name_of_sample) const {
  for (Index k = 0; k < labels.size(); ++k) {
    const auto found = std::lower_bound(distinct_.begin(), distinct_.end(), labels[k]);
    if (found == distinct_.end() || *found != labels[k])
      throw LearningError{
          fmt::format("{}: label {} does not occur in the training part, which has {} (\"classes\" accepts it)",
                      name_of_sample(k), labels[k], list())};
    labels[k] = static_cast<double>(found - distinct_.begin());
  }
}

std::string ClassLabels::list() const {
  constexpr std::size_t shown = 10;
  if (distinct_.size() <= shown) return fmt::format("{}", fmt::join(distinct_, ", "));
  return fmt::format("{}, … {} ({} labels)", fmt::join(distinct_.begin(), distinct_.begin() + shown - 1, ", "),
                     distinct_.back(), distinct_.size());
}

namespace {

void check_numbers(const Eigen::VectorXd& labels, int classes, const SampleName& name_of_sample) {
  for (Index k = 0; k < labels.size(); ++k)
    if (!(labels[k] >= 0 && labels[k] < classes && labels[k] == std::floor(labels[k])))
      throw LearningError{fmt::format("{}: label {}, expected an integer from 0 to {}: \"classes\" is {}",
                                      name_of_sample(k), labels[k], classes - 1, classes)};
}

}  // namespace

void interpret_labels(Dataset& data, const LabelMeaning& meaning, const LabelNames& names) {
  if (meaning.targets == Targets::values) return;
  if (meaning.classes) {
    data.classes = *meaning.classes;
    check_numbers(data.train.labels, data.classes, names.train);
    check_numbers(data.test.labels, data.classes, names.test);
    return;
  }
  const ClassLabels classes{data.train.labels, names.name, names.train};
  data.classes = classes.count();
  classes.renumber(data.train.labels, names.train);
  classes.renumber(data.test.labels, names.test);
  if (classes.are_numbers()) return;
  data.class_labels = classes.labels();
  data.notes.push_back(fmt::format("{}: the labels {} are the classes 0 to {}, in this order", names.name,
                                   classes.list(), data.classes - 1));
}

}  // namespace gossamer
