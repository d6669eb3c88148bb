#include "sim/trace.h"

namespace groundhog::sim {

std::string_view NameOf(TraceKind kind) {
  switch (kind) {
    case TraceKind::kSent:
      return "sent";
    case TraceKind::kDelivered:
      return "delivered";
    case TraceKind::kLost:
      return "lost";
    case TraceKind::kRepeated:
      return "repeated";
    case TraceKind::kDelayed:
      return "delayed";
    case TraceKind::kHeldBack:
      return "held_back";
    case TraceKind::kRefused:
      return "refused";
    case TraceKind::kDeadline:
      return "deadline";
    case TraceKind::kPartition:
      return "partition";
    case TraceKind::kStarted:
      return "started";
    case TraceKind::kStopped:
      return "stopped";
    case TraceKind::kCrashed:
      return "crashed";
    case TraceKind::kPaused:
      return "paused";
    case TraceKind::kResumed:
      return "resumed";
    case TraceKind::kCommitted:
      return "committed";
    case TraceKind::kCommitRefused:
      return "commit_refused";
    case TraceKind::kCommitUnknown:
      return "commit_unknown";
    case TraceKind::kFact:
      return "fact";
  }
  return "";
}

}  // namespace groundhog::sim
