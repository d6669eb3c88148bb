// Matching: the task queues of the server, found by name.
//
// Workflow tasks and activity tasks of one queue name are queues of their own. A sticky queue is
// known from its worker's first poll until that worker says goodbye (ShutdownWorker); a restarted
// server knows none. A task for an unknown one goes to the normal queue at once, without an event,
// and so does one for a queue where no poll was for 10 s (SEMANTICS d.1). On any other it waits for
// its schedule-to-start timeout, though the worker may be dead (recorded README 7, d.5).
//
// Workers that use worker versioning have queues of their own beside the one of the same name: one
// for each version (version_routing.h says which of them a task goes to). A queue that no such
// worker ever polled has none, and nothing is asked about it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>

#include "runtime/server/execution.h"
#include "runtime/server/task_queue.h"
#include "sim/network.h"

namespace groundhog::server {

// A poll that waits for a task.
struct Poll {
  sim::Reply reply;
  std::string identity;
  std::string request_id;
  bool awaited() const { return reply.awaited(); }
};

// A workflow task, named by what it was when it was put into the queue;
// or a query that asks for a worker of its own.
struct WorkflowTaskRef {
  RunIndex run = 0;
  std::int32_t attempt = 0;
  EventId scheduled_event_id = 0;
  std::uint64_t query_id = 0;  // 0: a workflow task
};

struct ActivityTaskRef {
  RunIndex run = 0;
  std::int32_t attempt = 0;
  EventId scheduled_event_id = 0;
};

// By the version whose workers poll them.
template <class Queue>
using QueuesByVersion = absl::btree_map<history::WorkerDeploymentVersion, std::unique_ptr<Queue>>;

// So long after its last poll the worker of a sticky queue counts as gone (SEMANTICS d.1).
inline constexpr Duration kStickyPollerUnavailableWindow = std::chrono::seconds(10);

struct WorkflowQueue {
  bool is_sticky = false;
  bool worker_known = false;         // of a sticky queue
  bool has_versions = false;         // there is more than one of this name
  history::VersionPtr version = {};  // whose workers poll it; null: unversioned ones
  Shared<StickyQueue> named = {};    // of a sticky queue: as the last run named it
  TaskQueue<WorkflowTaskRef, Poll> tasks;
  std::unique_ptr<QueuesByVersion<WorkflowQueue>> versions;  // of the one for unversioned workers
  Timestamp last_poll = {};                                  // when one came, or got its task
  const sim::Process* last_poller = nullptr;
  std::uint32_t last_poller_life = 0;

  void NotePoll(const sim::Process& poller, Timestamp now);
  // Of a sticky queue: whether its worker waits there, or did so a moment ago. A worker's death
  // ends its poll.
  bool HasWorker(Timestamp now);
};
struct ActivityQueue {
  std::uint32_t number = 0;   // in Matching
  bool has_versions = false;  // as above
  history::VersionPtr version = {};
  std::unique_ptr<QueuesByVersion<ActivityQueue>> versions;
  TaskQueue<ActivityTaskRef, Poll> tasks;
  // The rate limit that the last poll named: at most one task an interval.
  Duration interval{0};  // 0: none
  bool waits = false;    // a deadline will let the next one go
};

class Matching {
 public:
  // Addresses are stable. Queues are made when first named.
  WorkflowQueue& WorkflowQueueOf(const std::string& name) { return Find(workflow_queues_, name); }
  WorkflowQueue& StickyQueueOf(const std::string& name) {
    WorkflowQueue& queue = Find(sticky_queues_, name);
    queue.is_sticky = true;
    return queue;
  }
  ActivityQueue& ActivityQueueOf(const std::string& name) {
    return Numbered(Find(activity_queues_, name));
  }
  ActivityQueue& ActivityQueueNumbered(std::uint32_t number) { return *numbered_[number - 1]; }

  // The queue for workers of a version beside the one for unversioned workers;
  // made when first named.
  template <class Queue>
  Queue& OfVersion(Queue& unversioned, const history::WorkerDeploymentVersion& version) {
    if (unversioned.versions == nullptr) {
      unversioned.versions = std::make_unique<QueuesByVersion<Queue>>();
      unversioned.has_versions = true;
    }
    std::unique_ptr<Queue>& queue = (*unversioned.versions)[version];
    if (queue == nullptr) {
      queue = std::make_unique<Queue>();
      queue->has_versions = true;
      queue->version = history::MakeShared<history::WorkerDeploymentVersion>(version);
      if constexpr (std::is_same_v<Queue, ActivityQueue>) Numbered(*queue);
    }
    return *queue;
  }

 private:
  ActivityQueue& Numbered(ActivityQueue& queue) {
    if (queue.number == 0) {
      numbered_.push_back(&queue);
      queue.number = static_cast<std::uint32_t>(numbered_.size());
    }
    return queue;
  }

  template <class Queue>
  using ByName = absl::flat_hash_map<std::string, std::unique_ptr<Queue>>;  // never iterated

  template <class Queue>
  static Queue& Find(ByName<Queue>& queues, const std::string& name) {
    std::unique_ptr<Queue>& queue = queues[name];
    if (queue == nullptr) queue = std::make_unique<Queue>();
    return *queue;
  }

  ByName<WorkflowQueue> workflow_queues_;
  ByName<WorkflowQueue> sticky_queues_;
  ByName<ActivityQueue> activity_queues_;
  std::vector<ActivityQueue*> numbered_;
};

}  // namespace groundhog::server
