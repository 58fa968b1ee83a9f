#include "sim/learning/data/data_registry.hpp"

#include <concepts>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/learning/data/class_labels.hpp"
#include "sim/learning/data/idx.hpp"
#include "sim/learning/data/libsvm.hpp"
#include "sim/learning/data/normalization.hpp"
#include "sim/learning/data/npy_dataset.hpp"
#include "sim/learning/data/split.hpp"
#include "sim/learning/data/synthetic_classification.hpp"
#include "sim/learning/data/synthetic_regression.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

/// The preparation of data, the same for every source.
struct Preparation {
  double test_fraction = 0;
  std::optional<Index> train_limit;
  std::optional<Index> test_limit;
  Normalization normalize = Normalization::none;
};

/// Data from files. The model decides the meaning of their labels, unless the settings give it.
struct LabelledSource : Preparation {
  std::optional<Targets> targets;
  std::optional<int> classes;

  LabelMeaning meaning(const DataContext& context) const {
    return {.targets = targets.value_or(context.targets), .classes = classes};
  }
};

struct IdxSource : LabelledSource {
  IdxSource() { normalize = Normalization::unit_interval; }

  std::optional<std::string> path;
  std::optional<std::string> images, labels, test_images, test_labels;
};

struct LibsvmSource : LabelledSource {
  std::string path;
  std::optional<std::string> test_path;
  std::optional<Index> features;
  std::optional<Index> first_index;
  bool dense = false;
};

struct NpySource : LabelledSource {
  std::string features, labels;
  std::optional<std::string> test_features, test_labels;
};

struct ClassificationSource : Preparation, SyntheticClassification {};
struct RegressionSource : Preparation, SyntheticRegression {};

using Source = Entry<Dataset(const DataContext&)>;

std::optional<std::filesystem::path> resolved(const std::optional<std::string>& path, const DataContext& context) {
  if (!path) return std::nullopt;
  return context.resolve(*path);
}

Dataset read(const IdxSource& settings, const DataContext& context) {
  const bool explicit_files = settings.images && settings.labels;
  const bool any_file = settings.images || settings.labels || settings.test_images || settings.test_labels;
  if (settings.path ? any_file : !explicit_files)
    throw LearningError{
        "idx: expected either \"path\", a folder, or \"images\" and \"labels\" (and the same for a test "
        "part)"};
  if (settings.path) {
    const std::filesystem::path folder = context.resolve(*settings.path);
    Dataset data = read_idx_dataset(find_idx_files(folder), settings.meaning(context));
    data.name = folder.filename().string();
    return data;
  }
  return read_idx_dataset({.train_images = context.resolve(*settings.images),
                           .train_labels = context.resolve(*settings.labels),
                           .test_images = resolved(settings.test_images, context),
                           .test_labels = resolved(settings.test_labels, context)},
                          settings.meaning(context));
}

void make_dense(Samples& part) {
  part.dense = part.sparse;
  part.sparse = {};
}

Dataset read(const LibsvmSource& settings, const DataContext& context) {
  Dataset data = read_libsvm(context.resolve(settings.path), {.test_path = resolved(settings.test_path, context),
                                                              .meaning = settings.meaning(context),
                                                              .features = settings.features,
                                                              .first_index = settings.first_index});
  if (settings.dense) {
    make_dense(data.train);
    make_dense(data.test);
  }
  return data;
}

Dataset read(const NpySource& settings, const DataContext& context) {
  return read_npy_dataset({.features = context.resolve(settings.features),
                           .labels = context.resolve(settings.labels),
                           .test_features = resolved(settings.test_features, context),
                           .test_labels = resolved(settings.test_labels, context)},
                          settings.meaning(context));
}

Dataset read(const ClassificationSource& settings, const DataContext& context) {
  return synthetic_classification(settings, context.seed);
}

Dataset read(const RegressionSource& settings, const DataContext& context) {
  return synthetic_regression(settings, context.seed);
}

void prepare(Dataset& data, const Preparation& settings, std::uint64_t seed) {
  split_off_test(data, settings.test_fraction, seed);
  limit_samples(data, settings.train_limit, settings.test_limit, seed);
  normalize(data, settings.normalize);
  check_dataset(data);
}

/// A member that S inherits, as a member of S.
template <class S, class Base, class T>
T S::*in(T Base::*member) {
  return member;
}

template <class S>
std::vector<Field<S>> with_preparation(std::vector<Field<S>> fields) {
  const auto kinds = choices<Normalization>({{"none", Normalization::none},
                                             {"unit_interval", Normalization::unit_interval},
                                             {"standardize", Normalization::standardize},
                                             {"scale", Normalization::scale},
                                             {"unit_norm", Normalization::unit_norm}});
  fields.push_back({"test_fraction", in<S>(&Preparation::test_fraction), from_until(0, 1),
                    "share of the training samples that becomes the test part, chosen at random"});
  fields.push_back({"train_limit", in<S>(&Preparation::train_limit), at_least(1),
                    "number of training samples to keep, chosen at random; all where not given"});
  fields.push_back({"test_limit", in<S>(&Preparation::test_limit), at_least(1),
                    "number of test samples to keep, chosen at random; all where not given"});
  fields.push_back(
      {"normalize", in<S>(&Preparation::normalize), kinds,
       "unit_interval divides by the largest training feature, standardize centers each feature and divides "
       "by its deviation, scale only divides, unit_norm divides each sample by its length"});
  return fields;
}

template <class S>
Source source(std::string name, std::string sentence, std::vector<Field<S>> fields, std::string paper = {}) {
  const auto build = [](const S& settings, const DataContext& context) {
    Dataset data = read(settings, context);
    prepare(data, settings, context.seed);
    data.random = !std::derived_from<S, LabelledSource> || settings.test_fraction > 0 || settings.train_limit ||
                  settings.test_limit;
    return data;
  };
  return entry<Dataset(const DataContext&)>(std::move(name), std::move(sentence), build,
                                            with_preparation(std::move(fields)), std::move(paper));
}

/// The meaning of labels, as a choice that may be left to the model.
template <class S>
Field<S> targets_field() {
  const auto kinds = choices<Targets>({{"classes", Targets::classes}, {"values", Targets::values}});
  Setting setting{.name = "targets",
                  .sentence = "whether labels name classes or are real targets; what the model learns where not given",
                  .type = Setting::Type::choice};
  for (const auto& [name, target] : kinds.names) setting.choices.push_back(name);
  Field<S> field{std::move(setting)};
  field.assign = [kinds](S& source, const Value& value) {
    for (const auto& [name, target] : kinds.names)
      if (value == Value{name}) source.targets = target;
  };
  return field;
}

/// The fields of a source of labelled files: its own, then those for the meaning of labels.
template <class S>
std::vector<Field<S>> with_labels(std::vector<Field<S>> fields) {
  fields.push_back(targets_field<S>());
  fields.push_back(
      Field<S>{"classes", in<S>(&LabelledSource::classes), between(2, 1e6),
               "number of classes, whose labels are 0, 1, …; where not given, the labels that occur are the classes, "
               "numbered in ascending order"}
          .read_if(where_not("targets", std::string{"values"})));
  return fields;
}

Source idx_source() {
  using S = IdxSource;
  return source<S>(
      "idx", "images in MNIST's format, any of its types, plain or gzipped; MNIST itself is not part of Gossamer",
      with_labels<S>(
          {{"path", &S::path, "folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and, if any, t10k-…"},
           {"images", &S::images, "training images, instead of a folder"},
           {"labels", &S::labels, "training labels, instead of a folder"},
           {"test_images", &S::test_images, "test images, instead of a folder"},
           {"test_labels", &S::test_labels, "test labels, instead of a folder"}}),
      "LeCun, Cortes, Burges, \"The MNIST database of handwritten digits\", made from NIST's Special Databases 1 and "
      "3; "
      "its four files are at https://ossci-datasets.s3.amazonaws.com/mnist/ and in many copies");
}

Source libsvm_source() {
  using S = LibsvmSource;
  return source<S>(
      "libsvm", "sparse samples in LIBSVM's format, plain or gzipped",
      with_labels<S>({{"path", &S::path, "training file", required},
                      {"test_path", &S::test_path, "test file, if any"},
                      {"features", &S::features, at_least(1), "number of features; as indices need where not given"},
                      {"first_index", &S::first_index, between(0, 1),
                       "of features; where not given, 0 if it occurs in the training or the test file, else 1"},
                      {"dense", &S::dense, "whether features are kept as a dense matrix"}}),
      "Chang, Lin, \"LIBSVM: a library for support vector machines\", ACM TIST 2011");
}

Source npy_source() {
  using S = NpySource;
  return source<S>("npy", "NumPy arrays of numbers or booleans, one sample per row, plain or gzipped",
                   with_labels<S>({{"features", &S::features, "training features, shape (m, d)", required},
                                   {"labels", &S::labels, "training labels, length m", required},
                                   {"test_features", &S::test_features, "test features, if any"},
                                   {"test_labels", &S::test_labels, "test labels, if any"}}));
}

/// Groups differ from each other, if there are several.
const Condition several_groups = where_not("groups", std::int64_t{1});

Source classification_source() {
  using S = ClassificationSource;
  using Law = SyntheticClassification;
  return source<S>(
      "synthetic_classification", "Gaussian clusters, one for each class, in groups that may differ",
      {{"samples", in<S>(&Law::samples), at_least(1), "m, training samples (before test_fraction is taken)"},
       {"test_samples", in<S>(&Law::test_samples), at_least(0), "test samples"},
       {"features", in<S>(&Law::features), at_least(1), "d, features of a sample"},
       {"classes", in<S>(&Law::classes), between(2, 1e6), "number of classes, all equally likely"},
       {"separation", in<S>(&Law::separation), at_least(0), "length of each class mean"},
       {"noise", in<S>(&Law::noise), at_least(0), "standard deviation of each feature around its mean"},
       {"label_noise", in<S>(&Law::label_noise), between(0, 1), "share of labels that are wrong"},
       {"groups", in<S>(&Law::groups), at_least(1), "groups of samples, stored one after another"},
       Field<S>{"feature_shift", in<S>(&Law::feature_shift), at_least(0),
                "length by which a group's features are shifted"}
           .read_if(several_groups),
       {"density", in<S>(&Law::density), above_up_to(0, 1),
        "share of a sample's features that are not zero, at random places, 1 feature at least; samples are stored "
        "sparse if it is below 1"}});
}

Source regression_source() {
  using S = RegressionSource;
  using Law = SyntheticRegression;
  const auto spectra =
      choices<FeatureSpectrum>({{"geometric", FeatureSpectrum::geometric}, {"linear", FeatureSpectrum::linear}});
  return source<S>(
      "synthetic_regression", "a linear model with a known spectrum, in groups that may disagree",
      {{"samples", in<S>(&Law::samples), at_least(1), "m, training samples (before test_fraction is taken)"},
       {"test_samples", in<S>(&Law::test_samples), at_least(0), "test samples"},
       {"features", in<S>(&Law::features), at_least(1), "d, features of a sample"},
       {"noise", in<S>(&Law::noise), at_least(0), "standard deviation of a target around its mean"},
       {"condition", in<S>(&Law::condition), at_least(1), "κ, ratio of the largest to the smallest feature variance"},
       Field<S>{"spectrum", in<S>(&Law::spectrum), spectra, "how variances go from 1 down to 1/κ"}.read_if(
           where_not("condition", 1.0)),
       {"groups", in<S>(&Law::groups), at_least(1), "groups of samples, stored one after another"},
       Field<S>{"parameter_shift", in<S>(&Law::parameter_shift), at_least(0),
                "length by which a group's parameters differ"}
           .read_if(several_groups),
       Field<S>{"feature_shift", in<S>(&Law::feature_shift), at_least(0),
                "length by which a group's features are shifted"}
           .read_if(several_groups)});
}

}  // namespace

const std::vector<Source>& data_sources() {
  static const std::vector<Source> sources{idx_source(), libsvm_source(), npy_source(), classification_source(),
                                           regression_source()};
  return sources;
}

}  // namespace gossamer
