#include "experiments/configuration/dataset_cache.hpp"

#include <algorithm>
#include <utility>

#include "sim/ground/read_log.hpp"

namespace gossamer {

std::shared_ptr<const Dataset> DatasetCache::get(const std::string& key, std::uint64_t seed,
                                                 const std::function<Dataset()>& load) {
  const std::shared_ptr<Slot> slot = slot_of(key, seed);
  const std::lock_guard lock{slot->loading};
  std::shared_ptr<const Dataset> data = found_without_seed(key);
  if (!data) data = found(slot->loaded);
  if (!data) {
    const ReadLog log;
    data = std::make_shared<const Dataset>(load());
    slot->loaded = {data, log.files()};
    const std::lock_guard of_members{mutex_};
    if (!data->random) without_seed_[key] = slot->loaded;
  }
  keep(data);
  return data;
}

std::shared_ptr<const Dataset> DatasetCache::found(const Loaded& loaded) {
  std::shared_ptr<const Dataset> data = loaded.data.lock();
  if (data)
    for (const auto& file : loaded.files) ReadLog::note(file);
  return data;
}

std::shared_ptr<const Dataset> DatasetCache::found_without_seed(const std::string& key) {
  const std::lock_guard lock{mutex_};
  const auto loaded = without_seed_.find(key);
  return loaded == without_seed_.end() ? nullptr : found(loaded->second);
}

std::shared_ptr<DatasetCache::Slot> DatasetCache::slot_of(const std::string& key, std::uint64_t seed) {
  const std::lock_guard lock{mutex_};
  std::shared_ptr<Slot>& slot = slots_[{key, seed}];
  if (!slot) slot = std::make_shared<Slot>();
  return slot;
}

void DatasetCache::keep(std::shared_ptr<const Dataset> data) {
  constexpr std::size_t most = 2;
  const std::lock_guard lock{mutex_};
  const auto found = std::find(recent_.begin(), recent_.end(), data);
  if (found != recent_.end()) recent_.erase(found);
  recent_.push_back(std::move(data));
  if (recent_.size() > most) recent_.pop_front();
}

}  // namespace gossamer
