#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/ground/settings.hpp"
#include "sim/network/platforms/platform.hpp"
#include "sim/network/platforms/platform_graph.hpp"

namespace gossamer {

/// Inputs of a platform besides its settings.
struct PlatformContext {
  NodeId nodes = 0;
  std::function<PlatformGraph(const std::string& path)> read = {};  ///< reads a platform file, or throws
};

using PlatformEntry = Entry<Platform(const PlatformContext&)>;

/// All platforms by name.
const std::vector<PlatformEntry>& platforms();

}  // namespace gossamer
