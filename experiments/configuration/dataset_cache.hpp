#pragma once
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// Data sets that several runs of one process share. Any thread may use it.
///
/// It keeps those that runs use, and the last few that they have used.
class DatasetCache {
 public:
  /// The data set of a source, which `key` describes, with this seed. Only the first of several calls with one key and
  /// one seed calls `load`; the others wait for it. Data that no seed changes are one data set for all seeds.
  /// Throws what `load` throws, and then the next call loads.
  std::shared_ptr<const Dataset> get(const std::string& key, std::uint64_t seed, const std::function<Dataset()>& load);

 private:
  /// A data set and the files that were read for it.
  struct Loaded {
    std::weak_ptr<const Dataset> data;
    std::vector<std::filesystem::path> files;
  };
  struct Slot {
    std::mutex loading;
    Loaded loaded;
  };
  std::shared_ptr<const Dataset> found(const Loaded& loaded);
  std::shared_ptr<const Dataset> found_without_seed(const std::string& key);
  std::shared_ptr<Slot> slot_of(const std::string& key, std::uint64_t seed);
  void keep(std::shared_ptr<const Dataset> data);

  std::mutex mutex_;  ///< of the members below; a slot has its own
  std::map<std::pair<std::string, std::uint64_t>, std::shared_ptr<Slot>> slots_;
  std::map<std::string, Loaded> without_seed_;
  std::deque<std::shared_ptr<const Dataset>> recent_;
};

}  // namespace gossamer
