#include "sim/learning/data/class_labels.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/learning/problem.hpp"

namespace gossamer {

Place samples_of(const std::filesystem::path& path) {
  return [path](Index k) { return fmt::format("{}: sample {}", path.string(), k); };
}

ClassLabels::ClassLabels(const Eigen::VectorXd& labels, const std::string& name, const Place& place) {
  std::set<double> distinct;
  for (Index k = 0; k < labels.size(); ++k) {
    if (std::floor(labels[k]) != labels[k])
      throw LearningError{fmt::format("{}: label {} is no integer, as classes need (real targets are for regression)",
                                      place(k), labels[k])};
    distinct.insert(labels[k]);
  }
  if (distinct.size() < 2)
    throw LearningError{fmt::format("{}: all {} labels are {}, expected at least two classes", name, labels.size(),
                                    distinct.empty() ? 0.0 : *distinct.begin())};
  distinct_.assign(distinct.begin(), distinct.end());
}

void ClassLabels::renumber(Eigen::VectorXd& labels, const Place& place) const {
  for (Index k = 0; k < labels.size(); ++k) {
    const auto found = std::lower_bound(distinct_.begin(), distinct_.end(), labels[k]);
    if (found == distinct_.end() || *found != labels[k])
      throw LearningError{
          fmt::format("{}: label {} does not occur in the training part, which has {} (\"classes\" accepts it)",
                      place(k), labels[k], list())};
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

void check_numbers(const Eigen::VectorXd& labels, int classes, const Place& place) {
  for (Index k = 0; k < labels.size(); ++k)
    if (!(labels[k] >= 0 && labels[k] < classes && labels[k] == std::floor(labels[k])))
      throw LearningError{fmt::format("{}: label {}, expected an integer from 0 to {}: \"classes\" is {}", place(k),
                                      labels[k], classes - 1, classes)};
}

}  // namespace

void interpret_labels(Dataset& data, const LabelMeaning& meaning, const LabelPlaces& places) {
  if (meaning.targets == Targets::values) return;
  if (meaning.classes) {
    data.classes = *meaning.classes;
    check_numbers(data.train.labels, data.classes, places.train);
    check_numbers(data.test.labels, data.classes, places.test);
    return;
  }
  const ClassLabels classes{data.train.labels, places.name, places.train};
  data.classes = classes.count();
  classes.renumber(data.train.labels, places.train);
  classes.renumber(data.test.labels, places.test);
  if (classes.are_numbers()) return;
  data.class_labels = classes.labels();
  data.notes.push_back(fmt::format("{}: the labels {} are the classes 0 to {}, in this order", places.name,
                                   classes.list(), data.classes - 1));
}

}  // namespace gossamer
