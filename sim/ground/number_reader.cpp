#include "sim/ground/number_reader.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <Eigen/Core>

namespace gossamer {
namespace {

static_assert(std::endian::native == std::endian::little, "bytes of big-endian numbers are reversed");

constexpr std::size_t numbers_at_once = std::size_t{1} << 14;

template <class T>
T number_at(const unsigned char* bytes, NumberFormat::ByteOrder order) {
  std::array<unsigned char, sizeof(T)> own;
  std::memcpy(own.data(), bytes, own.size());
  if (order == NumberFormat::ByteOrder::big) std::reverse(own.begin(), own.end());
  T number;
  std::memcpy(&number, own.data(), own.size());
  return number;
}

/// Refuses integers that no double holds.
template <class T>
void check_exact(T number, const InputFile& file) {
  if constexpr (std::is_integral_v<T> && sizeof(T) == 8) {
    constexpr T most = T{1} << 53;
    if (number > most || (std::is_signed_v<T> && number < -most))
      file.fail(fmt::format("integer {} is beyond 2^53, no double holds it", number));
  }
}

template <class T>
void convert(const unsigned char* from, NumberFormat format, std::span<double> to, const InputFile& file) {
  for (std::size_t k = 0; k < to.size(); ++k) {
    const T number = number_at<T>(from + k * sizeof(T), format.order);
    check_exact(number, file);
    to[k] = static_cast<double>(number);
  }
}

void convert_half(const unsigned char* from, NumberFormat format, std::span<double> to) {
  for (std::size_t k = 0; k < to.size(); ++k) {
    const auto bits = number_at<std::uint16_t>(from + k * sizeof(std::uint16_t), format.order);
    to[k] = static_cast<double>(static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits)));
  }
}

void convert_booleans(const unsigned char* from, std::span<double> to, const InputFile& file) {
  for (std::size_t k = 0; k < to.size(); ++k) {
    if (from[k] > 1) file.fail(fmt::format("a boolean is {}, expected 0 or 1", from[k]));
    to[k] = from[k];
  }
}

void convert_integers(const unsigned char* from, NumberFormat format, std::span<double> to, const InputFile& file) {
  switch (format.bytes) {
    case 1:
      return convert<std::int8_t>(from, format, to, file);
    case 2:
      return convert<std::int16_t>(from, format, to, file);
    case 4:
      return convert<std::int32_t>(from, format, to, file);
    default:
      return convert<std::int64_t>(from, format, to, file);
  }
}

void convert_naturals(const unsigned char* from, NumberFormat format, std::span<double> to, const InputFile& file) {
  switch (format.bytes) {
    case 1:
      return convert<std::uint8_t>(from, format, to, file);
    case 2:
      return convert<std::uint16_t>(from, format, to, file);
    case 4:
      return convert<std::uint32_t>(from, format, to, file);
    default:
      return convert<std::uint64_t>(from, format, to, file);
  }
}

void convert_any(const unsigned char* from, NumberFormat format, std::span<double> to, const InputFile& file) {
  switch (format.kind) {
    case NumberFormat::Kind::boolean:
      return convert_booleans(from, to, file);
    case NumberFormat::Kind::integer:
      return convert_integers(from, format, to, file);
    case NumberFormat::Kind::natural:
      return convert_naturals(from, format, to, file);
    case NumberFormat::Kind::real:
      if (format.bytes == 2) return convert_half(from, format, to);
      if (format.bytes == 4) return convert<float>(from, format, to, file);
      return convert<double>(from, format, to, file);
  }
}

Index count_of(const std::vector<Index>& shape, const InputFile& file) {
  constexpr Index most = Index{1} << 40;
  Index product = 1;  // of all sizes but zeros, so that no loop over one index of an empty array is endless
  bool empty = false;
  for (const Index size : shape) {
    const Index factor = std::max(size, Index{1});
    if (factor > most / product) file.fail("the header announces more than 2^40 values");
    product *= factor;
    empty = empty || size == 0;
  }
  return empty ? 0 : product;
}

}  // namespace

NumberReader::NumberReader(InputFile& file, NumberFormat format, std::vector<Index> shape)
    : file_{&file}, format_{format}, shape_{std::move(shape)}, count_{count_of(shape_, file)} {
  check_size();
}

void NumberReader::check_size() const {
  const auto most = file_->most_bytes_left();
  if (!most) return;
  const std::uintmax_t room = *most / format_.bytes;
  if (static_cast<std::uintmax_t>(count_) <= room) return;
  if (!file_->compressed()) fail_at_end(static_cast<Index>(room));
  file_->fail(fmt::format("the header announces {} values, more than a compressed file of this size holds", count_));
}

void NumberReader::fail_at_end(Index numbers) const {
  file_->fail(fmt::format("the file ends after {} of the {} values that its header announces", numbers, count_));
}

void NumberReader::read(std::span<double> to) {
  buffer_.resize(std::min(numbers_at_once, to.size()) * format_.bytes);
  for (std::size_t begin = 0; begin < to.size();) {
    const std::size_t wanted = std::min(numbers_at_once, to.size() - begin);
    const std::size_t got = file_->read(buffer_.data(), wanted * format_.bytes) / format_.bytes;
    done_ += static_cast<Index>(got);
    if (got < wanted) fail_at_end(done_);
    convert_any(buffer_.data(), format_, to.subspan(begin, wanted), *file_);
    begin += wanted;
  }
}

void NumberReader::finish() {
  char more = 0;
  if (file_->read(&more, 1) > 0)
    file_->fail(fmt::format("more data follow the {} values that its header announces", count_));
}

}  // namespace gossamer
