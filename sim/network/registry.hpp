#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/settings.hpp"

namespace gossamer {

/// What a network needs beside its settings.
struct NetworkContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;

  /// Turns a configured path into one that exists, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
};

using NetworkEntry = Entry<std::unique_ptr<Network>(const NetworkContext&)>;

/// All network models by name. `make` throws NetworkError for settings, and CsvError for files, that cannot be used.
const std::vector<NetworkEntry>& networks();

}  // namespace gossamer
