#include "sim/compression/chunk_top_k.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "sim/compression/positions.hpp"
#include "sim/compression/raw_values.hpp"

namespace gossamer {
namespace {

/// The positions of the k largest magnitudes of a chunk, in ascending order.
template <class Scalar>
void largest(std::span<const Scalar> chunk, Index k, std::vector<std::uint32_t>& positions) {
  const auto before = [&](std::uint32_t i, std::uint32_t j) {
    const Scalar a = std::abs(chunk[i]), b = std::abs(chunk[j]);
    if (std::isnan(a) != std::isnan(b)) return std::isnan(a);
    return a > b || (!(b > a) && i < j);
  };
  positions.resize(chunk.size());
  std::iota(positions.begin(), positions.end(), 0U);
  if (k < static_cast<Index>(chunk.size())) {
    std::nth_element(positions.begin(), positions.begin() + k, positions.end(), before);
    positions.resize(static_cast<std::size_t>(k));
    std::sort(positions.begin(), positions.end());
  }
}

}  // namespace

ChunkTopK::Cut ChunkTopK::cut(Index dimension) const {
  Cut result;
  const auto add = [&](Index size, Index chunks) {
    if (size == 0 || chunks == 0) return;
    const Index kept = std::min(settings_.k, size);
    result.runs.push_back({size, chunks, kept});
    result.kept += chunks * kept;
    result.longest = std::max(result.longest, size);
  };
  if (settings_.tiling) {
    for (const TileGrid& grid : settings_.tiling->grids(dimension))
      add(grid.tile_size(), grid.size() / grid.tile_size());
  } else {
    add(settings_.chunk, dimension / settings_.chunk);
    add(dimension % settings_.chunk, 1);
  }
  return result;
}

Bytes ChunkTopK::position_room(const Cut& cut) const {
  return settings_.whole_words ? cut.kept * static_cast<Bytes>(sizeof(std::uint64_t))
                               : position_bytes(cut.kept, cut.longest);
}

/// If layers have another number of parameters than the vector, as many are kept in proportion.
Bytes ChunkTopK::room(Index dimension, std::size_t value_bytes) const {
  Cut all = cut(dimension);
  Index covered = 0;
  for (const Run& run : all.runs) covered += run.size * run.chunks;
  if (covered != dimension && covered > 0)
    all.kept = static_cast<Index>(
        std::ceil(static_cast<double>(all.kept) * (static_cast<double>(dimension) / static_cast<double>(covered))));
  return all.kept * static_cast<Bytes>(value_bytes) + position_room(all);
}

MessageBits ChunkTopK::bits(Index dimension) const {
  MessageBits result;
  for (const Run& run : cut(dimension).runs) {
    const auto all = static_cast<double>(run.chunks * run.kept), s = static_cast<double>(run.size),
               k = static_cast<double>(run.kept);
    const double sets = (std::lgamma(s + 1) - std::lgamma(k + 1) - std::lgamma(s - k + 1)) / std::log(2.0);
    result.nominal += all * (32 + position_bits(run.size));
    result.packed += 32 * all + static_cast<double>(run.chunks) * sets;
    result.authors += all * (32 + (settings_.whole_words ? 64 : position_bits(run.size)));
  }
  return result;
}

std::optional<RelativeError> ChunkTopK::relative_error(Index dimension) const {
  double least = 1;
  for (const Run& run : cut(dimension).runs)
    least = std::min(least, static_cast<double>(run.kept) / static_cast<double>(run.size));
  return RelativeError{1 - least, false};
}

template <class Scalar>
EncodedSize ChunkTopK::write(std::span<const Scalar> v, Draws, std::byte* out) const {
  const Cut all = cut(static_cast<Index>(v.size()));
  std::vector<std::uint32_t> positions, chunk_positions;
  std::size_t begin = 0;
  for (const Run& run : all.runs) {
    const auto size = static_cast<std::size_t>(run.size);
    for (Index c = 0; c < run.chunks; ++c, begin += size) {
      const auto chunk = v.subspan(begin, size);
      largest(chunk, run.kept, chunk_positions);
      for (const std::uint32_t position : chunk_positions) out = put_value(out, chunk[position]);
      positions.insert(positions.end(), chunk_positions.begin(), chunk_positions.end());
    }
  }
  if (settings_.whole_words) {
    for (const std::uint32_t position : positions) out = put_value(out, std::uint64_t{position});
  } else {
    pack_positions(positions, all.longest, out);
  }
  return full_size(v);
}

template <class Scalar>
void ChunkTopK::read(std::span<const std::byte> message, Draws, std::span<const Scalar>, std::span<Scalar> v) const {
  const Cut all = cut(static_cast<Index>(v.size()));
  std::vector<std::uint32_t> positions(static_cast<std::size_t>(all.kept));
  const std::byte* const places = message.data() + positions.size() * sizeof(Scalar);
  if (settings_.whole_words) {
    for (std::size_t k = 0; k < positions.size(); ++k)
      positions[k] = static_cast<std::uint32_t>(value_at<std::uint64_t>(places + k * sizeof(std::uint64_t)));
  } else {
    unpack_positions(places, all.longest, positions);
  }
  std::fill(v.begin(), v.end(), Scalar{0});
  std::size_t begin = 0, entry = 0;
  for (const Run& run : all.runs) {
    for (Index c = 0; c < run.chunks; ++c, begin += static_cast<std::size_t>(run.size))
      for (Index k = 0; k < run.kept; ++k, ++entry)
        v[begin + positions[entry]] = value_at<Scalar>(message.data() + entry * sizeof(Scalar));
  }
}

template EncodedSize ChunkTopK::write(std::span<const float>, Draws, std::byte*) const;
template EncodedSize ChunkTopK::write(std::span<const double>, Draws, std::byte*) const;
template void ChunkTopK::read(std::span<const std::byte>, Draws, std::span<const float>, std::span<float>) const;
template void ChunkTopK::read(std::span<const std::byte>, Draws, std::span<const double>, std::span<double>) const;

}  // namespace gossamer
