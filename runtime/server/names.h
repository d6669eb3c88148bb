// The names of what the server does, as labels of commits, points and facts hold them.
#pragma once

#include "runtime/protocol/workflow_service.h"
#include "sim/symbol.h"

namespace groundhog::server {

// A poll is named by the task that it carries back.
inline constexpr sim::SymbolEntry kPollWorkflowTask{protocol::PollWorkflowTaskQueueRequest::kName};
inline constexpr sim::SymbolEntry kPollActivityTask{protocol::PollActivityTaskQueueRequest::kName};

// What the server does by itself when a time has come.
inline constexpr sim::SymbolEntry kWorkflowTaskTimeout{"WorkflowTaskTimeout"};
inline constexpr sim::SymbolEntry kActivityTimeout{"ActivityTimeout"};
inline constexpr sim::SymbolEntry kTimerFired{"TimerFired"};
inline constexpr sim::SymbolEntry kWorkflowTimeout{"WorkflowTimeout"};
inline constexpr sim::SymbolEntry kStartDelayOver{"StartDelayOver"};
inline constexpr sim::SymbolEntry kDeleteRun{"DeleteRun"};
inline constexpr sim::SymbolEntry kArchiveRun{"ArchiveRun"};
inline constexpr sim::SymbolEntry kBatchOperation{"BatchOperation"};
inline constexpr sim::SymbolEntry kScheduleAction{"ScheduleAction"};

inline constexpr sim::SymbolEntry kRegisterVersion{"RegisterWorkerDeploymentVersion"};
inline constexpr sim::SymbolEntry kMoveToVersion{"MoveToWorkerDeploymentVersion"};

// What it carries on between workflows (carry_on.h).
inline constexpr sim::SymbolEntry kStartChild{"StartChildWorkflow"};
inline constexpr sim::SymbolEntry kStartChildFailed{"StartChildWorkflowFailed"};
inline constexpr sim::SymbolEntry kChildStarted{"ChildWorkflowStarted"};
inline constexpr sim::SymbolEntry kChildFirstTask{"ChildWorkflowFirstTask"};
inline constexpr sim::SymbolEntry kChildClosed{"ChildWorkflowClosed"};
inline constexpr sim::SymbolEntry kParentClosePolicy{"ParentClosePolicy"};
inline constexpr sim::SymbolEntry kSignalExternal{"SignalExternalWorkflow"};
inline constexpr sim::SymbolEntry kCancelExternal{"RequestCancelExternalWorkflow"};
inline constexpr sim::SymbolEntry kExternalRequest{"ExternalRequestAnswered"};

// What a workflow task is for, where no name of the run's own belongs to it.
inline constexpr sim::SymbolEntry kCauseStarted{"started"};
inline constexpr sim::SymbolEntry kCauseRetry{"retry"};
inline constexpr sim::SymbolEntry kCauseTimerFired{"timer fired"};
inline constexpr sim::SymbolEntry kCauseCancelRequested{"cancel requested"};
inline constexpr sim::SymbolEntry kCauseForced{"forced"};
inline constexpr sim::SymbolEntry kCauseReset{"reset"};
inline constexpr sim::SymbolEntry kCauseQuery{"query"};
inline constexpr sim::SymbolEntry kCauseMoves{"moves to another version"};
inline constexpr sim::SymbolEntry kCauseExternalSignaled{"external signal delivered"};
inline constexpr sim::SymbolEntry kCauseExternalSignalFailed{"external signal failed"};
inline constexpr sim::SymbolEntry kCauseExternalCancelled{"external cancel delivered"};
inline constexpr sim::SymbolEntry kCauseExternalCancelFailed{"external cancel failed"};

// Who acts when the server itself does.
inline constexpr std::string_view kServerIdentity = "history-service";

}  // namespace groundhog::server
