#include "sim/ground/input_file.hpp"

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

std::string all_of(const std::filesystem::path& path, std::size_t step) {
  InputFile reader{path};
  std::string text;
  std::string part(step, '\0');
  while (const std::size_t got = reader.read(part.data(), step)) text.append(part, 0, got);
  return text;
}

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i * 7919) + "\n";
  return text;
}

std::string complaint(const std::filesystem::path& path) {
  return message_of<InputError>([&] { all_of(path, 1000); });
}

}  // namespace

TEST_CASE("a gzipped file reads as the plain one, in steps of any size") {
  const TemporaryFolder folder;
  const std::string text = numbers(100'000);  // several chunks on disk, plain and compressed
  const auto plain = folder.write("plain", text);
  const auto gzipped = folder.write_gzipped("gzipped", text);
  for (const std::size_t step : {std::size_t{7}, std::size_t{4096}, std::size_t{1} << 22}) {
    CHECK(all_of(plain, step) == text);
    CHECK(all_of(gzipped, step) == text);
  }
}

TEST_CASE("gzip members one after another are one stream, whatever pads the last one") {
  const TemporaryFolder folder;
  const std::string one = TemporaryFolder::read(folder.write_gzipped("one", "first "));
  const std::string two = TemporaryFolder::read(folder.write_gzipped("two", "second"));
  CHECK(all_of(folder.write("both", one + two), 4) == "first second");
  CHECK(all_of(folder.write("padded", one + two + std::string(5000, '\0')), 4) == "first second");
  CHECK(all_of(folder.write("tail", one + two + "no member"), 4) == "first second");
}

TEST_CASE("files that cannot be read are refused by name") {
  const TemporaryFolder folder;
  const std::string whole = TemporaryFolder::read(folder.write_gzipped("whole", numbers(1000)));
  CHECK(complaint(folder.path() / "absent").ends_with("absent: no such file"));
  CHECK(complaint(folder.path()).ends_with("is a folder, expected a file"));
  CHECK(complaint(folder.write("empty", "")).ends_with("empty: the file is empty"));
  for (const std::size_t length : {std::size_t{2}, std::size_t{9}, whole.size() / 2, whole.size() - 1})
    CHECK(complaint(folder.write("cut", whole.substr(0, length))).find("end too early") != std::string::npos);
  std::string flipped = whole;
  flipped[whole.size() - 6] = static_cast<char>(flipped[whole.size() - 6] ^ 1);  // in the checksum
  CHECK(complaint(folder.write("flipped", flipped)).find("damaged") != std::string::npos);
}

TEST_CASE("a read that fails is an error and not the end of the file") {
  // Reading at address zero fails with an I/O error, since nothing is mapped there.
  CHECK(complaint("/proc/self/mem").find("cannot be read: ") != std::string::npos);
}

TEST_CASE("a file that expands far beyond what data do is refused") {
  const TemporaryFolder folder;
  const std::string megabytes(std::size_t{1} << 24, 'x');
  const std::string member = TemporaryFolder::read(folder.write_gzipped("member", megabytes));
  std::string bomb, harmless;
  for (int k = 0; k < 17; ++k) bomb += member;      // 272 MiB, a thousandfold
  for (int k = 0; k < 15; ++k) harmless += member;  // 240 MiB: below the size that is always read
  CHECK(complaint(folder.write("bomb", bomb)).find("decompress the file first") != std::string::npos);
  CHECK(complaint(folder.write("harmless", harmless)).empty());
}

TEST_CASE("a file on disk has a number of bytes left, a gzipped one a bound that counts what it may expand to") {
  const TemporaryFolder folder;
  InputFile plain{folder.write("plain", "0123456789")};
  InputFile gzipped{folder.write_gzipped("gzipped", "0123456789")};
  char part[4];
  CHECK(plain.most_bytes_left() == 10);
  plain.read(part, 4);
  CHECK(plain.most_bytes_left() == 6);
  CHECK_FALSE(plain.compressed());
  constexpr std::uintmax_t harmless = std::uintmax_t{1} << 28;  // 200 times the file is less
  CHECK(gzipped.compressed());
  CHECK(gzipped.most_bytes_left() == harmless);
  gzipped.read(part, 4);
  CHECK(gzipped.most_bytes_left() == harmless - 4);
}
