// What a request to start a run asks for, and whether it may have it: a workflow id belongs to one
// open run at a time, and two policies say what becomes of a start while it does, and after it did
// (SEMANTICS f.10, recorded README 4).
#pragma once

#include "runtime/protocol/start_workflow.h"
#include "runtime/server/chain.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

// InvalidArgument that names the first field which does not do.
absl::Status CheckStart(const protocol::StartWorkflowExecutionRequest& request, Timestamp now);

struct StartVerdict {
  enum class Kind : std::uint8_t {
    kStart,
    kRepeated,  // the current run was started by this very request
    kUseExisting,
    kRefused,
  };
  Kind kind = Kind::kStart;
  Shared<RunStart> current = {};  // the run that has the workflow id; null if none ever had
  Run* to_terminate = nullptr;    // the open run that is to make room
  absl::Status refusal = {};
};
StartVerdict JudgeStart(Engine& engine, const protocol::StartWorkflowExecutionRequest& request);

// What a child's first event says of where it belongs.
struct ParentLink {
  history::WorkflowExecution parent = {};
  EventId initiated_event_id = 0;
  history::WorkflowExecution root = {};
  history::Shared<history::StartedVersioning> versioning = {};  // that the parent hands down
};

// Makes room and begins the run. REQUIRES: CheckStart is content and the verdict is kStart.
Transition& StartRequested(Engine& engine, const StartVerdict& verdict,
                           protocol::StartWorkflowExecutionRequest& request,
                           const ParentLink* link = nullptr,
                           const Inheritance* inherited = nullptr);

}  // namespace groundhog::server
