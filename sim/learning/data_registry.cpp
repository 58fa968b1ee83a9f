#include "sim/learning/data_registry.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/learning/idx.hpp"
#include "sim/learning/libsvm.hpp"
#include "sim/learning/normalization.hpp"
#include "sim/learning/npy_dataset.hpp"
#include "sim/learning/problem.hpp"
#include "sim/learning/split.hpp"
#include "sim/learning/synthetic_classification.hpp"
#include "sim/learning/synthetic_regression.hpp"

namespace gossamer {
namespace {

/// What can be done with the data of any source.
struct Preparation {
  double test_fraction = 0;
  std::optional<Index> train_limit;
  std::optional<Index> test_limit;
  Normalization normalize = Normalization::none;
};

struct IdxSource : Preparation {
  IdxSource() { normalize = Normalization::unit_interval; }

  std::optional<std::string> path;
  std::optional<std::string> images, labels, test_images, test_labels;
  std::optional<int> classes;
};

struct LibsvmSource : Preparation {
  std::string path;
  std::optional<std::string> test_path;
  Targets targets = Targets::classes;
  std::optional<Index> features;
  bool dense = false;
};

struct NpySource : Preparation {
  std::string features, labels;
  std::optional<std::string> test_features, test_labels;
  Targets targets = Targets::classes;
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
    Dataset data = read_idx_dataset(find_idx_files(folder), settings.classes);
    data.name = folder.filename().string();
    return data;
  }
  return read_idx_dataset({.train_images = context.resolve(*settings.images),
                           .train_labels = context.resolve(*settings.labels),
                           .test_images = resolved(settings.test_images, context),
                           .test_labels = resolved(settings.test_labels, context)},
                          settings.classes);
}

void make_dense(Samples& part) {
  part.dense = part.sparse;
  part.sparse = {};
}

Dataset read(const LibsvmSource& settings, const DataContext& context) {
  Dataset data = read_libsvm(
      context.resolve(settings.path),
      {.test_path = resolved(settings.test_path, context), .targets = settings.targets, .features = settings.features});
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
                          settings.targets);
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
    return data;
  };
  return entry<Dataset(const DataContext&)>(std::move(name), std::move(sentence), build,
                                            with_preparation(std::move(fields)), std::move(paper));
}

Choices<Targets> target_kinds() {
  return choices<Targets>({{"classes", Targets::classes}, {"values", Targets::values}});
}

Source idx_source() {
  using S = IdxSource;
  return source<S>(
      "idx", "images in MNIST's format, plain or gzipped",
      {{"path", &S::path, "folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and, if any, t10k-…"},
       {"images", &S::images, "training images, instead of a folder"},
       {"labels", &S::labels, "training labels, instead of a folder"},
       {"test_images", &S::test_images, "test images, instead of a folder"},
       {"test_labels", &S::test_labels, "test labels, instead of a folder"},
       {"classes", &S::classes, between(2, 256), "number of classes; the largest training label + 1 where not given"}},
      "LeCun, Cortes, Burges, \"The MNIST database of handwritten digits\"");
}

Source libsvm_source() {
  using S = LibsvmSource;
  return source<S>("libsvm", "sparse samples in LIBSVM's format, plain or gzipped",
                   {{"path", &S::path, "training file", required},
                    {"test_path", &S::test_path, "test file, if any"},
                    {"targets", &S::targets, target_kinds(), "whether labels name classes or are real targets"},
                    {"features", &S::features, at_least(1), "number of features; the largest index where not given"},
                    {"dense", &S::dense, "whether features are kept as a dense matrix"}},
                   "Chang, Lin, \"LIBSVM: a library for support vector machines\", ACM TIST 2011");
}

Source npy_source() {
  using S = NpySource;
  return source<S>("npy", "NumPy arrays, one sample per row, plain or gzipped",
                   {{"features", &S::features, "training features, shape (m, d)", required},
                    {"labels", &S::labels, "training labels, length m", required},
                    {"test_features", &S::test_features, "test features, if any"},
                    {"test_labels", &S::test_labels, "test labels, if any"},
                    {"targets", &S::targets, target_kinds(), "whether labels name classes or are real targets"}});
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
           .read_if(several_groups)});
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

using PartitionEntry = Entry<Partition(const Dataset&, NodeId, std::uint64_t)>;

/// A partition that has no settings.
struct Nothing {};

template <class S, class Build>
PartitionEntry partition_entry(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                               std::string paper = {}) {
  return entry<Partition(const Dataset&, NodeId, std::uint64_t)>(std::move(name), std::move(sentence), build,
                                                                 std::move(fields), std::move(paper));
}

}  // namespace

const std::vector<Source>& data_sources() {
  static const std::vector<Source> sources{idx_source(), libsvm_source(), npy_source(), classification_source(),
                                           regression_source()};
  return sources;
}

const std::vector<PartitionEntry>& partitions() {
  static const std::vector<PartitionEntry> entries{
      partition_entry<Nothing>("iid", "random parts of equal size: every node sees the same distribution",
                               [](Nothing, const Dataset& data, NodeId nodes, std::uint64_t seed) {
                                 return iid_partition(data.train.count(), nodes, seed);
                               },
                               {}),
      partition_entry<Nothing>("contiguous", "samples as they stand, cut into parts of equal size",
                               [](Nothing, const Dataset& data, NodeId nodes, std::uint64_t) {
                                 return contiguous_partition(data.train.count(), nodes);
                               },
                               {}),
      partition_entry<LabelShards>(
          "label_shards", "sorted by label, cut into shards, a few shards for each node",
          [](const LabelShards& settings, const Dataset& data, NodeId nodes, std::uint64_t seed) {
            return label_shards_partition(data, nodes, settings, seed);
          },
          {{"shards_per_node", &LabelShards::shards_per_node, at_least(1), "shards that each node gets"}},
          "McMahan, Moore, Ramage, Hampson, Agüera y Arcas, \"Communication-efficient learning of deep networks from "
          "decentralized data\", AISTATS 2017, arXiv:1602.05629"),
      partition_entry<Dirichlet>(
          "dirichlet", "each class dealt out to the nodes by Dirichlet shares",
          [](const Dirichlet& settings, const Dataset& data, NodeId nodes, std::uint64_t seed) {
            return dirichlet_partition(data, nodes, settings, seed);
          },
          {{"alpha", &Dirichlet::alpha, above(0), "concentration: small gives a class to few nodes"},
           {"min_samples", &Dirichlet::min_samples, at_least(1), "samples that every node gets at least"}},
          "Yurochkin et al., \"Bayesian nonparametric federated learning of neural networks\", ICML 2019, "
          "arXiv:1905.12022"),
      partition_entry<DirichletMixture>(
          "dirichlet_mixture", "nodes of equal size, each with its own Dirichlet mixture of classes",
          [](const DirichletMixture& settings, const Dataset& data, NodeId nodes, std::uint64_t seed) {
            return dirichlet_mixture_partition(data, nodes, settings, seed);
          },
          {{"alpha", &DirichletMixture::alpha, above(0), "concentration: small gives a node few classes"}},
          "Hsu, Qi, Brown, \"Measuring the effects of non-identical data distribution for federated visual "
          "classification\", arXiv:1909.06335")};
  return entries;
}

}  // namespace gossamer
