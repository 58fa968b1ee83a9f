#include "sim/learning/idx.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "sim/ground/input_file.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;

std::array<std::uint8_t, 4> read_word(InputFile& reader) {
  std::array<std::uint8_t, 4> word{};
  const std::size_t got = reader.read(word.data(), word.size());
  if (got < word.size()) throw LearningError{fmt::format("{}: the file ends within the IDX header", reader.name())};
  return word;
}

std::vector<Index> read_shape(InputFile& reader) {
  const auto magic = read_word(reader);
  if (magic[0] != 0 || magic[1] != 0)
    throw LearningError{fmt::format("{}: no IDX file: it starts with the bytes {:02x} {:02x}, expected 00 00",
                                    reader.name(), magic[0], magic[1])};
  if (magic[2] != unsigned_bytes)
    throw LearningError{fmt::format("{}: IDX values of type 0x{:02x} are not supported, expected 0x08 (unsigned bytes)",
                                    reader.name(), magic[2])};
  if (magic[3] == 0) throw LearningError{fmt::format("{}: the IDX header announces no dimension", reader.name())};
  std::vector<Index> shape;
  for (int k = 0; k < magic[3]; ++k) {
    Index size = 0;
    for (const std::uint8_t byte : read_word(reader)) size = size << 8 | byte;
    if (size == 0) throw LearningError{fmt::format("{}: dimension {} of the IDX header is 0", reader.name(), k)};
    shape.push_back(size);
  }
  return shape;
}

std::size_t count_values(const std::vector<Index>& shape, const std::string& name) {
  constexpr std::size_t most = std::size_t{1} << 40;
  std::size_t count = 1;
  for (const Index size : shape) {
    if (count > most / static_cast<std::size_t>(size))
      throw LearningError{fmt::format("{}: the IDX header announces more than 2^40 values", name)};
    count *= static_cast<std::size_t>(size);
  }
  return count;
}

/// One part before its labels are checked.
struct Part {
  IdxArray images;
  IdxArray labels;
  Index pixels = 0;
};

Part read_part(const std::filesystem::path& images, const std::filesystem::path& labels) {
  Part part{.images = read_idx(images), .labels = read_idx(labels)};
  if (part.images.shape.size() < 2)
    throw LearningError{fmt::format("{}: 1 dimension, expected images of at least 2", images.string())};
  if (part.labels.shape.size() != 1)
    throw LearningError{
        fmt::format("{}: {} dimensions, expected labels of 1", labels.string(), part.labels.shape.size())};
  if (part.labels.shape[0] != part.images.shape[0])
    throw LearningError{fmt::format("{}: {} labels for the {} images of {}", labels.string(), part.labels.shape[0],
                                    part.images.shape[0], images.filename().string())};
  part.pixels = static_cast<Index>(part.images.values.size()) / part.images.shape[0];
  return part;
}

Samples to_samples(const Part& part, int classes, const std::filesystem::path& labels) {
  for (std::size_t k = 0; k < part.labels.values.size(); ++k)
    if (part.labels.values[k] >= classes)
      throw LearningError{fmt::format("{}: label {} of sample {} is not below the {} classes", labels.string(),
                                      part.labels.values[k], k, classes)};
  using Bytes8 = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic>;
  const Index count = part.labels.shape[0];
  Samples samples;
  samples.dense = Eigen::Map<const Bytes8>(part.images.values.data(), part.pixels, count).cast<double>();
  samples.labels = Eigen::Map<const Bytes8>(part.labels.values.data(), count, 1).cast<double>();
  return samples;
}

std::optional<std::filesystem::path> find(const std::filesystem::path& folder, std::string_view part,
                                          std::string_view kind) {
  for (const std::string_view dot : {"-", "."}) {
    for (const std::string_view end : {"", ".gz"}) {
      auto path = folder / fmt::format("{}{}{}-ubyte{}", part, dot, kind, end);
      if (std::filesystem::exists(path)) return path;
    }
  }
  return std::nullopt;
}

std::filesystem::path find_required(const std::filesystem::path& folder, std::string_view part, std::string_view kind) {
  if (auto path = find(folder, part, kind)) return *path;
  throw LearningError{
      fmt::format("{}: no file {}-{}-ubyte in this folder, neither plain nor with .gz", folder.string(), part, kind)};
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& path) {
  InputFile reader{path};
  IdxArray array{.shape = read_shape(reader), .values = {}};
  const std::size_t count = count_values(array.shape, reader.name());
  constexpr std::size_t step = std::size_t{1} << 24;  // a header may lie: memory grows with what is there
  while (array.values.size() < count) {
    const std::size_t have = array.values.size();
    const std::size_t wanted = std::min(step, count - have);
    array.values.resize(have + wanted);
    const std::size_t got = reader.read(array.values.data() + have, wanted);
    if (got < wanted)
      throw LearningError{fmt::format("{}: the file ends after {} of the {} values that its header announces",
                                      reader.name(), have + got, count)};
  }
  std::uint8_t more = 0;
  if (reader.read(&more, 1) > 0)
    throw LearningError{
        fmt::format("{}: more data follow the {} values that its header announces", reader.name(), count)};
  return array;
}

IdxFiles find_idx_files(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw LearningError{fmt::format("{}: no such folder, expected one with IDX files", folder.string())};
  IdxFiles files{.train_images = find_required(folder, "train-images", "idx3"),
                 .train_labels = find_required(folder, "train-labels", "idx1"),
                 .test_images = find(folder, "t10k-images", "idx3"),
                 .test_labels = find(folder, "t10k-labels", "idx1")};
  if (files.test_images && !files.test_labels) find_required(folder, "t10k-labels", "idx1");
  if (files.test_labels && !files.test_images) find_required(folder, "t10k-images", "idx3");
  return files;
}

Dataset read_idx_dataset(const IdxFiles& files, std::optional<int> classes) {
  if (files.test_images.has_value() != files.test_labels.has_value())
    throw LearningError{fmt::format("{}: test images and test labels are given together or not at all",
                                    (files.test_images ? files.test_images : files.test_labels)->string())};
  const Part train = read_part(files.train_images, files.train_labels);
  Dataset data;
  data.name = files.train_images.filename().string();
  data.classes = classes.value_or(1 + *std::max_element(train.labels.values.begin(), train.labels.values.end()));
  data.train = to_samples(train, data.classes, files.train_labels);
  if (files.test_images) {
    const Part test = read_part(*files.test_images, *files.test_labels);
    if (test.pixels != train.pixels)
      throw LearningError{fmt::format("{}: images of {} pixels, but the training images have {}",
                                      files.test_images->string(), test.pixels, train.pixels)};
    data.test = to_samples(test, data.classes, *files.test_labels);
  }
  check_dataset(data);
  return data;
}

}  // namespace gossamer
