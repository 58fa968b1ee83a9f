#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "sim/ground/input_error.hpp"
#include "sim/ground/random.hpp"
#include "tests/temporary_folder.hpp"

/// Files that are damaged at random.
namespace gossamer::testing {

/// Fragments that break readers: ends of numbers, marks of formats, numbers that are too large.
inline constexpr std::array<std::string_view, 16> fragments{
    "99999999999999999999", "-", "1e999", "\"", ",", ":", "\n", "(", "{", "'", "nan", " ", "\xff", "0", "[", "qid:"};

/// Damages bytes in one of several ways: the draws decide how and where.
inline void damage(std::string& bytes, Draws& draws) {
  const auto place = [&] { return static_cast<std::size_t>(draws.below(bytes.size() + 1)); };
  const std::size_t at = place();
  switch (draws.below(6)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << draws.below(8)));
      return;
    case 1:
      if (at < bytes.size()) bytes[at] = static_cast<char>(draws.below(256));
      return;
    case 2:
      bytes.erase(at, draws.below(20));
      return;
    case 3:
      bytes.insert(place(), bytes.substr(at, draws.below(40)));
      return;
    case 4:
      bytes.insert(at, fragments[draws.below(fragments.size())]);
      return;
    default:
      bytes.resize(at);
  }
}

/// The k-th mutant of a file.
inline std::string mutant(std::string bytes, std::uint64_t k) {
  Draws draws{1, Purpose::data, 0, k};
  for (auto count = 1 + draws.below(4); count > 0; --count) damage(bytes, draws);
  return bytes;
}

/// The most memory that this process has had, in bytes.
inline std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{1024} * usage.ru_maxrss;
}

/// Checks that `read` reads mutants of a file, or throws InputError, and takes little memory for it.
template <class Reader>
void check_mutants(const std::string& name, const std::string& bytes, Reader read, bool gzipped = false) {
  constexpr std::uint64_t mutants = 3000;
  constexpr std::int64_t little = std::int64_t{512} << 20;  // the address sanitizer keeps 256 MB of freed memory
  const TemporaryFolder folder;
  const std::int64_t before = peak_memory();
  std::uint64_t refused = 0;
  for (std::uint64_t k = 0; k < mutants; ++k) {
    const std::string changed = mutant(bytes, k);
    const auto path = gzipped ? folder.write_gzipped(name, changed) : folder.write(name, changed);
    try {
      read(path);
    } catch (const InputError& error) {
      refused += std::string_view{error.what()}.empty() ? 0 : 1;
    } catch (const std::exception& error) {
      FAIL_CHECK(name << ", mutant " << k << ": " << error.what());
    }
  }
  CHECK(refused > mutants / 10);
  CHECK(refused < mutants);
  CHECK(peak_memory() - before < little);
}

}  // namespace gossamer::testing
