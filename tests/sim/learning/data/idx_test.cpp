#include "sim/learning/data/idx.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/learning/problem.hpp"
#include "tests/array_files.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

using gossamer::testing::array_bytes;
using gossamer::testing::ByteOrder;
using gossamer::testing::bytes_of;

/// A file of unsigned bytes.
std::string idx(const std::vector<std::uint64_t>& shape, const std::string& values) {
  return gossamer::testing::idx(0x08, shape, values);
}

/// Three images of 1 × 2 pixels with the labels 1, 0, 1.
IdxFiles small_files(const TemporaryFolder& folder) {
  return {.train_images = folder.write("images", idx({3, 1, 2}, {"\0\1\2\3\4\xff", 6})),
          .train_labels = folder.write("labels", idx({3}, {"\1\0\1", 3})),
          .test_images = std::nullopt,
          .test_labels = std::nullopt};
}

std::string complaint(const std::filesystem::path& path) {
  return message_of<InputError>([&] { read_idx(path); });
}
std::string complaint(const IdxFiles& files, const LabelMeaning& meaning = {}) {
  return message_of<InputError>([&] { read_idx_dataset(files, meaning); });
}

}  // namespace

TEST_CASE("IDX images become columns of their bytes and labels become classes") {
  const TemporaryFolder folder;
  const Dataset data = read_idx_dataset(small_files(folder));
  CHECK(data.classes == 2);
  CHECK(data.train.dense == Eigen::MatrixXd{{0, 2, 4}, {1, 3, 255}});
  CHECK(data.train.labels == Eigen::VectorXd{{1, 0, 1}});
  CHECK(data.test.count() == 0);
  CHECK(data.notes.empty());
  CHECK(read_idx_dataset(small_files(folder), {.classes = 7}).classes == 7);
}

TEST_CASE("IDX values of every type are read, features and labels alike") {
  struct Type {
    int code;
    char kind;
    int bytes;
    std::vector<double> values;
  };
  const std::vector<Type> types{
      {0x08, 'u', 1, {0, 255, 3, 200}},          {0x09, 'i', 1, {0, 127, -128, 3}},
      {0x0B, 'i', 2, {0, 32767, -32768, 258}},   {0x0C, 'i', 4, {0, 2147483647, -2147483648.0, 66051}},
      {0x0D, 'f', 4, {0, 0.15625, -2.5, 1e30f}}, {0x0E, 'f', 8, {0, 0.15625, -2.5, 1e300}}};
  for (const Type& type : types) {
    CAPTURE(type.code);
    const auto file = [&](const std::vector<std::uint64_t>& shape, const std::vector<double>& values) {
      return gossamer::testing::idx(type.code, shape, array_bytes(values, type.kind, type.bytes, ByteOrder::big));
    };
    const TemporaryFolder folder;
    const auto& v = type.values;
    const auto images = folder.write_gzipped("images", file({2, 1, 2}, v));
    CHECK(read_idx(images).shape == std::vector<Index>{2, 1, 2});
    CHECK(read_idx(images).values == Eigen::MatrixXd{{v[0], v[2]}, {v[1], v[3]}});
    const IdxFiles files{.train_images = images,
                         .train_labels = folder.write("labels", file({2}, {5, 3})),
                         .test_images = std::nullopt,
                         .test_labels = std::nullopt};
    CHECK(read_idx_dataset(files).train.labels == Eigen::VectorXd{{1, 0}});
    CHECK(read_idx_dataset(files, {.targets = Targets::values}).train.labels == Eigen::VectorXd{{5, 3}});
  }
}

TEST_CASE("a folder's IDX files are found under each of their usual names") {
  const TemporaryFolder folder;
  const std::string images = idx({2, 1, 1}, "ab"), labels = idx({2}, {"\0\1", 2});
  folder.write_gzipped("train-images-idx3-ubyte.gz", images);
  folder.write("train-labels.idx1-ubyte", labels);
  CHECK_FALSE(find_idx_files(folder.path()).test_images);
  folder.write("t10k-images-idx3-ubyte", images);
  CHECK(message_of<InputError>([&] { find_idx_files(folder.path()); }).find("no file t10k-labels-idx1-ubyte") !=
        std::string::npos);
  folder.write("t10k-labels-idx1-ubyte", labels);
  const Dataset data = read_idx_dataset(find_idx_files(folder.path()));
  CHECK(data.train.dense == data.test.dense);
  CHECK(data.test.labels == Eigen::VectorXd{{0, 1}});
}

TEST_CASE("a broken IDX file is refused with what is wrong about it") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& bytes) { return complaint(folder.write("x", bytes)); };
  const auto says = [](const std::string& message, const char* words) {
    CAPTURE(message);
    return message.find("x: ") != std::string::npos && message.find(words) != std::string::npos;
  };
  CHECK(says(refused("PK\3\4 and so on"), "starts with the bytes 50 4b, expected 00 00"));
  CHECK(says(refused({"\0\0\x0a\1\0\0\0\1", 8}), "unknown type 0x0a of IDX values, expected 0x08, 0x09, 0x0b"));
  CHECK(says(refused({"\0\0\x08\0", 4}), "no dimension"));
  CHECK(says(refused({"\0\0", 2}), "ends within the IDX header"));
  CHECK(says(refused(bytes_of(0x0803, 4, ByteOrder::big) + bytes_of(5, 4, ByteOrder::big)),
             "ends within the IDX header"));
  CHECK(says(refused(idx({2, 0}, "")), "dimension 1 of the IDX header is 0"));
  CHECK(says(refused(idx({3}, "ab")), "ends after 2 of the 3 values"));
  CHECK(says(refused(idx({3}, "abcd")), "more data follow the 3 values"));
  CHECK(says(refused(idx({4'000'000'000, 4'000'000'000, 4'000'000'000}, "a")), "more than 2^40 values"));
  CHECK(says(refused(idx({4'000'000'000}, "a")), "ends after 1 of the 4000000000 values"));
}

TEST_CASE("IDX files that do not fit each other are refused") {
  const TemporaryFolder folder;
  IdxFiles files = small_files(folder);
  CHECK(complaint(files, {.classes = 1}).find("labels: sample 0: label 1, expected an integer from 0 to 0") !=
        std::string::npos);
  files.test_images = folder.write("other", idx({1, 1, 3}, "abc"));
  CHECK(complaint(files).find("given together or not at all") != std::string::npos);
  files.test_labels = folder.write("other_labels", idx({1}, "\2"));
  CHECK(complaint(files).find("images of 3 pixels, but the training images have 2") != std::string::npos);
  files.test_images = folder.write("other", idx({1, 1, 2}, "ab"));
  CHECK(complaint(files).find("sample 0: label 2 does not occur in the training part, which has 0, 1") !=
        std::string::npos);
  files.train_labels = folder.write("two", idx({2}, {"\0\1", 2}));
  CHECK(complaint(files).find("2 labels for the 3 images of images") != std::string::npos);
  files.train_labels = files.train_images;
  CHECK(complaint(files).find("3 dimensions, expected labels of 1") != std::string::npos);
}

TEST_CASE("MNIST reads as 28 × 28 bytes of ten classes") {
  const char* const folder = std::getenv("GOSSAMER_DATA");
  if (!folder) {
    MESSAGE("skipped: GOSSAMER_DATA is not set");
    return;
  }
  const Dataset data = read_idx_dataset(find_idx_files(std::filesystem::path{folder} / "mnist10k"));
  CHECK(data.classes == 10);
  CHECK(data.train.features() == 784);
  CHECK(data.train.count() == 10'000);
  CHECK(data.test.count() == 10'000);
  CHECK(data.train.dense.minCoeff() == 0);
  CHECK(data.train.dense.maxCoeff() == 255);
}
