#include "runtime/server/execution.h"

namespace groundhog::server {

const PendingChild* RunState::FindChild(EventId initiated_event_id) const {
  if (relations.get() == nullptr) return nullptr;
  const auto found = relations.get()->children.find(initiated_event_id);
  return found == relations.get()->children.end() ? nullptr : &found->second;
}

const PendingRequest* RunState::FindRequest(EventId initiated_event_id) const {
  if (relations.get() == nullptr) return nullptr;
  const auto found = relations.get()->requests.find(initiated_event_id);
  return found == relations.get()->requests.end() ? nullptr : &found->second;
}

void RunState::EraseChild(EventId initiated_event_id) {
  if (relations.get() == nullptr) return;
  relations.get()->children.erase(initiated_event_id);
  if (relations.get()->empty()) relations.reset();
}

void RunState::EraseRequest(EventId initiated_event_id) {
  if (relations.get() == nullptr) return;
  relations.get()->requests.erase(initiated_event_id);
  if (relations.get()->empty()) relations.reset();
}

void RunState::DropPending() {
  activities.clear();
  timers.clear();
  buffered.clear();
  if (relations.get() == nullptr) return;
  relations.get()->requests.clear();
  if (relations.get()->empty()) relations.reset();
}

}  // namespace groundhog::server
