#include "runtime/server/matching.h"

#include <algorithm>

#include "sim/process.h"

namespace groundhog::server {

void WorkflowQueue::NotePoll(const sim::Process& poller, Timestamp now) {
  worker_known = true;
  last_poll = now;
  last_poller = &poller;
  last_poller_life = poller.incarnation();
}

bool WorkflowQueue::HasWorker(Timestamp now) {
  if (!worker_known) return false;
  if (tasks.HasPoller()) return true;
  Timestamp seen = last_poll;
  if (const std::optional<sim::Time> died = last_poller->DeathOf(last_poller_life)) {
    seen = std::max(seen, history::FromUnixNanos(sim::ToUnixNanos(*died)));
  }
  return now - seen < kStickyPollerUnavailableWindow;
}

}  // namespace groundhog::server
