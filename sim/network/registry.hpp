#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/links.hpp"
#include "sim/network/platform.hpp"
#include "sim/network/shape.hpp"
#include "sim/settings.hpp"

namespace gossamer {

/// What a network needs beside its settings.
struct NetworkContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;

  /// Turns a configured path into one that exists, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};

  std::shared_ptr<const Platform> platform = nullptr;  ///< for networks that need one
  std::function<LinkList()> edges = {};                ///< what the topology's graph file says of links, or throws

  /// The cards of the devices that nodes are, where these bandwidths up and down stand for what is not known; or
  /// throws.
  std::function<NodeCards(double up, double down)> cards = {};
};

using NetworkEntry = Entry<std::unique_ptr<Network>(const NetworkContext&)>;

/// All network models by name. `make` throws NetworkError for settings, and CsvError for files, that cannot be used.
const std::vector<NetworkEntry>& networks();

/// Whether messages travel on a platform.
inline bool needs_platform(std::string_view network) { return network == "max_min"; }

}  // namespace gossamer
