#include "sim/numerics/version_store.hpp"

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

void VersionStore::destroy(Version* version) {
  if (version->values && !version->donated) pool_.give_back(version->values);
  unused_.push_back(version);
}

}  // namespace gossamer
