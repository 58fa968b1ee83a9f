#include "sim/learning/data/idx.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/input_file.hpp"
#include "sim/ground/number_reader.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

using Kind = NumberFormat::Kind;

struct IdxType {
  std::uint8_t code;
  Kind kind;
  std::size_t bytes;
};
constexpr std::array idx_types{IdxType{0x08, Kind::natural, 1}, IdxType{0x09, Kind::integer, 1},
                               IdxType{0x0B, Kind::integer, 2}, IdxType{0x0C, Kind::integer, 4},
                               IdxType{0x0D, Kind::real, 4},    IdxType{0x0E, Kind::real, 8}};

std::array<std::uint8_t, 4> read_word(InputFile& file) {
  std::array<std::uint8_t, 4> word{};
  if (file.read(word.data(), word.size()) < word.size()) file.fail("the file ends within the IDX header");
  return word;
}

NumberFormat format_of(std::uint8_t code, const InputFile& file) {
  for (const IdxType& type : idx_types)
    if (type.code == code) return {.kind = type.kind, .bytes = type.bytes, .order = NumberFormat::ByteOrder::big};
  file.fail(fmt::format("unknown type 0x{:02x} of IDX values, expected 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e", code));
}

std::vector<Index> read_shape(int dimensions, InputFile& file) {
  std::vector<Index> shape;
  for (int k = 0; k < dimensions; ++k) {
    Index size = 0;
    for (const std::uint8_t byte : read_word(file)) size = size << 8 | byte;
    if (size == 0) file.fail(fmt::format("dimension {} of the IDX header is 0", k));
    shape.push_back(size);
  }
  return shape;
}

Samples read_images(const std::filesystem::path& images, const std::filesystem::path& labels) {
  IdxArray features = read_idx(images);
  const IdxArray targets = read_idx(labels);
  if (features.shape.size() < 2)
    throw LearningError{fmt::format("{}: 1 dimension, expected images of at least 2", images.string())};
  if (targets.shape.size() != 1)
    throw LearningError{fmt::format("{}: {} dimensions, expected labels of 1", labels.string(), targets.shape.size())};
  if (targets.shape[0] != features.shape[0])
    throw LearningError{fmt::format("{}: {} labels for the {} images of {}", labels.string(), targets.shape[0],
                                    features.shape[0], images.filename().string())};
  Samples part;
  part.dense = std::move(features.values);
  part.labels = targets.values.row(0).transpose();
  return part;
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
  InputFile file{path};
  const auto magic = read_word(file);
  if (magic[0] != 0 || magic[1] != 0)
    file.fail(fmt::format("no IDX file: it starts with the bytes {:02x} {:02x}, expected 00 00", magic[0], magic[1]));
  const NumberFormat format = format_of(magic[2], file);
  if (magic[3] == 0) file.fail("the IDX header announces no dimension");
  NumberReader numbers{file, format, read_shape(magic[3], file)};
  IdxArray array{.shape = numbers.shape(), .values = {}};
  array.values.resize(numbers.count() / array.shape[0], array.shape[0]);
  numbers.read({array.values.data(), static_cast<std::size_t>(numbers.count())});
  numbers.finish();
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

Dataset read_idx_dataset(const IdxFiles& files, const LabelMeaning& meaning) {
  if (files.test_images.has_value() != files.test_labels.has_value())
    throw LearningError{fmt::format("{}: test images and test labels are given together or not at all",
                                    (files.test_images ? files.test_images : files.test_labels)->string())};
  Dataset data;
  data.name = files.train_images.filename().string();
  data.train = read_images(files.train_images, files.train_labels);
  if (files.test_images) {
    data.test = read_images(*files.test_images, *files.test_labels);
    if (data.test.features() != data.train.features())
      throw LearningError{fmt::format("{}: images of {} pixels, but the training images have {}",
                                      files.test_images->string(), data.test.features(), data.train.features())};
  }
  interpret_labels(data, meaning,
                   {.name = files.train_labels.string(),
                    .train = samples_of(files.train_labels),
                    .test = samples_of(files.test_labels.value_or(files.train_labels))});
  check_dataset(data);
  return data;
}

}  // namespace gossamer
