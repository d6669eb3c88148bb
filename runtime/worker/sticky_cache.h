// StickyCache: the workflow runs that a worker keeps between their tasks,
// so that it needs only the new events.
//
// Least recently used goes first, but none that is busy: its task is being done, or it has local
// activities that run. An evicted run is destroyed where it stands.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <absl/container/flat_hash_map.h>

#include "runtime/worker/local_activity_executor.h"
#include "runtime/workflow/workflow_run.h"

namespace groundhog::worker {

struct CachedRun {
  CachedRun(const workflow::WorkflowRegistry& registry, workflow::RunContext context)
      : run(registry, std::move(context)) {}
  workflow::WorkflowRun run;
  std::unique_ptr<LocalActivityInbox> local_activities;  // null: it never had any
};

class StickyCache {
 public:
  explicit StickyCache(std::size_t capacity) : capacity_(capacity) {}

  // The run, now the most recently used one; null if it is not here.
  // Who holds it keeps it alive, but no longer cached.
  std::shared_ptr<CachedRun> Find(const std::string& run_id);
  // Takes the run in and, if that makes too many, evicts. With capacity 0 it keeps the run only
  // until the next Insert or Evict.
  void Insert(const std::string& run_id, std::shared_ptr<CachedRun> run);
  void Evict(const std::string& run_id);
  std::size_t size() const { return runs_.size(); }
  std::size_t capacity() const { return capacity_; }

 private:
  using Entry = std::pair<std::string, std::shared_ptr<CachedRun>>;
  void MakeRoom();
  void Drop(std::list<Entry>::iterator entry);

  std::size_t capacity_;
  std::list<Entry> runs_;                                               // most recently used first
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> by_id_;  // looked up, never iterated
};

}  // namespace groundhog::worker
