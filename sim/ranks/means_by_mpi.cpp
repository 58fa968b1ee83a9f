#include "sim/ranks/means_by_mpi.hpp"

#include <algorithm>
#include <utility>

namespace gossamer {
namespace {

std::size_t bytes_of_model(const DataPlane* plane) {
  return plane ? static_cast<std::size_t>(plane->dimension()) * plane->scalar_bytes() : 0;
}

}  // namespace

MeansByMpi::MeansByMpi(Setup setup)
    : setup_{setup},
      model_bytes_{bytes_of_model(setup.plane)},
      sums_{{.bytes = std::max(model_bytes_, static_cast<std::size_t>(setup.payload)),
             .scalar_bytes = setup.plane ? setup.plane->scalar_bytes() : sizeof(float)}},
      joined_(static_cast<std::size_t>(setup.local_nodes)) {}

std::int64_t MeansByMpi::join(std::size_t node, std::span<const std::byte> values) {
  const std::int64_t before = sums_.begun();
  const auto at = static_cast<std::size_t>(joined_[node]++ - before);
  if (gathering_.size() <= at) gathering_.resize(at + 1);
  Gathering& gathering = gathering_[at];
  const double share = 1.0 / setup_.nodes;
  if (gathering.joined == 0) {
    gathering.sum.assign(values.begin(), values.end());
    const RawTerm own{share, gathering.sum};
    if (setup_.plane) setup_.plane->combine_raw({&own, 1}, gathering.sum);
  } else if (setup_.plane) {
    const RawTerm terms[] = {{1.0, gathering.sum}, {share, values}};
    setup_.plane->combine_raw(terms, gathering.sum);
  }
  ++gathering.joined;
  while (!gathering_.empty() && gathering_.front().joined == setup_.local_nodes) {
    sums_.begin(std::move(gathering_.front().sum));
    gathering_.pop_front();
  }
  return sums_.begun() - before;
}

std::optional<std::span<const std::byte>> MeansByMpi::finished() {
  const auto sum = sums_.finished();
  return sum ? std::optional{sum->first(model_bytes_)} : std::nullopt;
}

}  // namespace gossamer
