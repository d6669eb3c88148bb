#include "runtime/worker/sticky_cache.h"

namespace groundhog::worker {

workflow::WorkflowRun* StickyCache::Find(const std::string& run_id) {
  const auto found = by_id_.find(run_id);
  if (found == by_id_.end()) return nullptr;
  runs_.splice(runs_.begin(), runs_, found->second);
  return found->second->second.get();
}

workflow::WorkflowRun& StickyCache::Insert(const std::string& run_id,
                                           std::unique_ptr<workflow::WorkflowRun> run) {
  Evict(run_id);
  while (!runs_.empty() && runs_.size() >= capacity_) {
    by_id_.erase(runs_.back().first);
    runs_.pop_back();
  }
  runs_.emplace_front(run_id, std::move(run));
  by_id_[run_id] = runs_.begin();
  return *runs_.front().second;
}

void StickyCache::Evict(const std::string& run_id) {
  const auto found = by_id_.find(run_id);
  if (found == by_id_.end()) return;
  runs_.erase(found->second);
  by_id_.erase(found);
}

}  // namespace groundhog::worker
