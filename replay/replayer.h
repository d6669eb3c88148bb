// Replayer: recorded histories, as files, against the registered workflows: the regression suite of
// a workflow's author.
//
//     const Replayer replayer(registry);
//     for (const ReplayVerdict& verdict : replayer.ReplayPath("histories/")) {
//       fmt::print("{}\n", Describe(verdict));
//     }
//
// A history that does not match says which event, what the history has there, what the code did
// instead, and what can be done about it. Verdicts are those of runtime/workflow/replay.h; the
// order is that of the file names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/event.h"
#include "runtime/workflow/registry.h"

namespace groundhog::replay {

enum class ReplayOutcome : std::uint8_t {
  kReplayed,        // the code does what the history says
  kNondeterminism,  // it does something else
  kCodeFailed,      // it throws, calls what it must not, or is not registered
  kUnreadable,      // the file holds no history that can be read
};
std::string_view NameOf(ReplayOutcome outcome);

struct ReplayVerdict {
  std::string file = {};
  ReplayOutcome outcome = ReplayOutcome::kReplayed;
  std::string workflow_type = {};
  history::EventId events = 0;    // how many the history has
  history::EventId event_id = 0;  // kNondeterminism: where the two part
  std::string expected = {};      // kNondeterminism: what the history has there
  std::string actual = {};        // kNondeterminism: what the code did
  std::string text = {};    // what went wrong, in one line; as Temporal says it for kNondeterminism
  std::string advice = {};  // what to do

  bool ok() const { return outcome == ReplayOutcome::kReplayed; }
};

// For people; several lines if something is wrong.
std::string Describe(const ReplayVerdict& verdict);

class Replayer {
 public:
  // REQUIRES: `registry` outlives the replayer.
  explicit Replayer(const workflow::WorkflowRegistry& registry) : registry_(registry) {}

  ReplayVerdict Replay(const history::EventHistory& history, std::string_view name) const;
  ReplayVerdict ReplayFile(const std::string& path) const;
  // A file, or every *.json below a folder. Nothing there is one unreadable verdict.
  std::vector<ReplayVerdict> ReplayPath(const std::string& path) const;

 private:
  const workflow::WorkflowRegistry& registry_;
};

}  // namespace groundhog::replay
