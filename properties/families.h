// What a history says of a run's relatives: the children that it started, and the signals and
// cancel requests that it sent. Read into plain values; liveness and no_orphan judge them
// (families.cc).
#pragma once

#include <span>
#include <vector>

#include "properties/evidence.h"

namespace groundhog::properties {

struct ChildStory {
  history::EventId initiated_event_id = 0;
  const history::StartChildWorkflowExecutionInitiated* initiated = nullptr;
  const history::ChildWorkflowExecutionStarted* started =
      nullptr;         // null: the history does not say so
  bool ended = false;  // or was refused
};
struct RequestStory {
  history::EventId initiated_event_id = 0;
  bool is_signal = false;
  std::string target = {};  // workflow id
  bool answered = false;
};
struct FamilyStory {
  std::vector<ChildStory> children = {};
  std::vector<RequestStory> requests = {};
};
FamilyStory ReadFamily(const RunRecord& run);

// Of an open run whose workflow task is not under way: what has ended or was answered, and the run
// was not told.
void CheckFamilyIsTold(const Evidence& evidence, const RunRecord& run, Violations& found);
// Of a closed run: what its parent close policies ask for has been done to its children, and
// nothing else (SEMANTICS f.6).
void CheckChildrenOfClosed(const Evidence& evidence, const RunRecord& run, Violations& found);

}  // namespace groundhog::properties
