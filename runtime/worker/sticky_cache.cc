#include "runtime/worker/sticky_cache.h"

namespace groundhog::worker {

std::shared_ptr<CachedRun> StickyCache::Find(const std::string& run_id) {
  const auto found = by_id_.find(run_id);
  if (found == by_id_.end()) return nullptr;
  runs_.splice(runs_.begin(), runs_, found->second);
  return found->second->second;
}

void StickyCache::Insert(const std::string& run_id, std::shared_ptr<CachedRun> run) {
  Evict(run_id);
  MakeRoom();
  runs_.emplace_front(run_id, std::move(run));
  by_id_[run_id] = runs_.begin();
}

void StickyCache::MakeRoom() {
  for (auto at = runs_.end(); at != runs_.begin() && runs_.size() >= capacity_;) {
    const auto entry = std::prev(at);
    if (entry->second->run.is_busy()) {
      at = entry;
    } else {
      Drop(entry);
    }
  }
}

void StickyCache::Evict(const std::string& run_id) {
  const auto found = by_id_.find(run_id);
  if (found != by_id_.end()) Drop(found->second);
}

void StickyCache::Drop(std::list<Entry>::iterator entry) {
  if (entry->second->local_activities) entry->second->local_activities->Close();
  by_id_.erase(entry->first);
  runs_.erase(entry);
}

}  // namespace groundhog::worker
