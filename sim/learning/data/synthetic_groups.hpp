#pragma once
#include <cstdint>
#include <string>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// The kind of object that is drawn. Together with the number of a class, group or sample it is the address of a draw,
/// so that one more sample, class or group does not change the others.
enum class SyntheticTable : NodeId {
  truth = 0,             ///< class means; true parameters
  parameter_shifts = 1,  ///< by group
  feature_shifts = 2,    ///< by group
  train_samples = 3,     ///< by sample
  test_samples = 4,      ///< by sample
};

inline Draws synthetic_draws(std::uint64_t seed, SyntheticTable table, Index number) {
  return {seed, Purpose::data, static_cast<NodeId>(table), static_cast<std::uint64_t>(number)};
}

/// A d × count matrix whose column c is `length` times the c-th unit vector of the table, uniform on the sphere of R^d.
Eigen::MatrixXd vectors_of_length(double length, Index dimension, Index count, std::uint64_t seed,
                                  SyntheticTable table);

/// The group of sample k of m: samples are in the order of their groups, whose sizes differ by at most 1.
inline Index group_of(Index k, Index samples, Index groups) { return ((k + 1) * groups - 1) / samples; }

/// The shift of the features of each group: features × groups, each column of length `feature_shift`.
template <class Settings>
Eigen::MatrixXd group_shifts(const Settings& settings, std::uint64_t seed) {
  return vectors_of_length(settings.feature_shift, settings.features, settings.groups, seed,
                           SyntheticTable::feature_shifts);
}

/// Throws LearningError if there are more groups than samples.
void check_groups(const std::string& source, Index groups, Index samples);

/// A training and a test part, each drawn by `draw_part(settings, samples, seed, table)`.
template <class Settings, class DrawPart>
Dataset synthetic_dataset(const std::string& name, const Settings& settings, std::uint64_t seed, DrawPart draw_part) {
  check_groups(name, settings.groups, settings.samples);
  Dataset data;
  data.name = name;
  data.train = draw_part(settings, settings.samples, seed, SyntheticTable::train_samples);
  data.test = draw_part(settings, settings.test_samples, seed, SyntheticTable::test_samples);
  return data;
}

}  // namespace gossamer
