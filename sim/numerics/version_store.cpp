#include "sim/numerics/version_store.hpp"

#include <algorithm>

namespace gossamer {

Version* VersionStore::make(Plane& plane) {
  if (unused_.empty()) {
    versions_.emplace_back();
    unused_.push_back(&versions_.back());
  }
  Version* version = unused_.back();
  unused_.pop_back();
  *version = {.plane = &plane, .handles = 1};
  return version;
}

Version* VersionStore::make_encoded(Plane& plane, std::size_t bytes) {
  Version* const version = make(plane);
  version->encoded = true;
  const auto found = std::find(sizes_.begin(), sizes_.end(), bytes);
  version->pool = found == sizes_.end() ? add_pool(bytes) : static_cast<std::uint32_t>(found - sizes_.begin());
  return version;
}

std::uint32_t VersionStore::add_pool(std::size_t bytes_each) {
  pools_.emplace_back(bytes_each);
  sizes_.push_back(bytes_each);
  return static_cast<std::uint32_t>(sizes_.size() - 1);
}

std::size_t VersionStore::bytes() const {
  std::size_t sum = 0;
  for (const BufferPool& pool : pools_) sum += pool.bytes();
  return sum;
}

void VersionStore::destroy(Version* version) {
  if (version->values && !version->donated) pools_[version->pool].give_back(version->values);
  unused_.push_back(version);
}

}  // namespace gossamer
