#include "properties/chains.h"

#include <algorithm>
#include <optional>

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include "properties/wording.h"
#include "runtime/history/retry.h"

namespace groundhog::properties {
namespace {

using history::HistoryEvent;
using history::RetryState;
using history::WorkflowExecutionStarted;

constexpr history::Duration kLeastTimeBetweenRuns = std::chrono::seconds(1);

// A reset run begins with another one's events.
bool IsCopy(const RunRecord& run, const WorkflowExecutionStarted& start) {
  return start.original_execution_run_id != run.run_id;
}

// The run that is to follow; empty if none is.
std::string SuccessorOf(const RunRecord& run) {
  if (run.history.empty() || IsOpen(run)) return {};
  return history::Visit(run.history.back(), [](const auto& closing) -> std::string {
    if constexpr (requires { closing.new_execution_run_id; }) return closing.new_execution_run_id;
    return {};
  });
}

const RunRecord* FindRun(const Evidence& evidence, const std::string& workflow_id,
                         const std::string& run_id) {
  for (const RunRecord& run : evidence.runs) {
    if (run.run_id == run_id && run.workflow_id == workflow_id) return &run;
  }
  return nullptr;
}

class RetryOfRun {
 public:
  RetryOfRun(const Evidence& evidence, const RunRecord& run, const WorkflowExecutionStarted& start,
             Violations& found)
      : evidence_(evidence), run_(run), start_(start), found_(found) {}

  void Judge() {
    const HistoryEvent& last = run_.history.back();
    if (const auto* failed = history::As<history::WorkflowExecutionFailed>(last)) {
      JudgeEnd(failed->failure, failed->retry_state);
    } else if (const auto* timed_out = history::As<history::WorkflowExecutionTimedOut>(last)) {
      JudgeTimeout(timed_out->retry_state);
    }
  }

 private:
  // The whole chain's time may be over, which no event says: then there is none for another run.
  void JudgeTimeout(RetryState seen) {
    if (seen == RetryState::kTimeout) return;
    JudgeEnd(history::MakeShared<history::Failure>(history::Failure{
                 .info = history::TimeoutFailureInfo{.timeout_type =
                                                         history::TimeoutType::kStartToClose}}),
             seen);
  }

  void JudgeEnd(const history::FailurePtr& failure, RetryState seen) {
    const history::RetryDecision decision = Decide(failure);
    if (decision.state != seen) {
      return Add(fmt::format("the run ended with retry state {}; expected {}", NameOf(seen),
                             NameOf(decision.state)));
    }
    const std::string successor = SuccessorOf(run_);
    if (decision.retries() == successor.empty()) {
      return Add(decision.retries() ? "the run is to be tried again, and names no successor"
                                    : "the run is not to be tried again, but names a successor");
    }
    const RunRecord* next =
        successor.empty() ? nullptr : FindRun(evidence_, run_.workflow_id, successor);
    if (next != nullptr && StartedEventOf(*next) != nullptr)
      JudgeNext(*StartedEventOf(*next), decision.interval);
  }

  void JudgeNext(const WorkflowExecutionStarted& next, history::Duration interval) {
    if (next.attempt != start_.attempt + 1) {
      Add(fmt::format("the run was attempt {}, but its successor says {}", start_.attempt,
                      next.attempt));
    }
    const history::Duration life =
        run_.history.back().event_time -
        (run_.history.front().event_time + start_.first_workflow_task_backoff);
    const history::Duration expected =
        life + interval < kLeastTimeBetweenRuns ? kLeastTimeBetweenRuns - life : interval;
    if (next.first_workflow_task_backoff == expected) return;
    Add(fmt::format("the back-off of the run's successor is {}; expected {} by its policy",
                    Length(next.first_workflow_task_backoff), Length(expected)));
  }

  history::RetryDecision Decide(const history::FailurePtr& failure) const {
    if (!history::IsRetryable(failure, *start_.retry_policy)) {
      return {.state = RetryState::kNonRetryableFailure};
    }
    return history::NextRetry(*start_.retry_policy,
                              {.attempt = start_.attempt,
                               .now = run_.history.back().event_time,
                               .expiration = start_.workflow_execution_expiration_time,
                               .next_retry_delay = history::NextRetryDelayOf(failure),
                               .of = history::RetryOf::kWorkflow});
  }

  void Add(const std::string& message) {
    const HistoryEvent& last = run_.history.back();
    found_.push_back(About("retry", run_, last.event_id, ToTime(last.event_time), message));
  }

  const Evidence& evidence_;
  const RunRecord& run_;
  const WorkflowExecutionStarted& start_;
  Violations& found_;
};

void CheckLink(const Evidence& evidence, const RunRecord& run, Violations& found) {
  const std::string successor = SuccessorOf(run);
  if (successor.empty()) return;
  const auto add = [&](const std::string& message) {
    found.push_back(About("history", run, run.history.back().event_id, EndOf(evidence), message));
  };
  const RunRecord* next = FindRun(evidence, run.workflow_id, successor);
  if (next == nullptr) {
    return add(fmt::format("the run says that {} follows it, but there is no such run", successor));
  }
  const auto* start = StartedEventOf(*next);
  if (start == nullptr) return;
  if (start->continued_execution_run_id != run.run_id) {
    add(fmt::format("the run says that {} follows it, which says that it follows \"{}\"", successor,
                    start->continued_execution_run_id));
  }
}

}  // namespace

void CheckLinks(const Evidence& evidence, Violations& found) {
  absl::flat_hash_map<std::string, const RunRecord*> open;  // by workflow id; never iterated
  for (const RunRecord& run : evidence.runs) {
    CheckLink(evidence, run, found);
    const RunRecord*& earlier = open[run.workflow_id];
    if (earlier != nullptr) {
      found.push_back(About("history", *earlier, 0, EndOf(evidence),
                            fmt::format("run {} is open, though run {} has begun since",
                                        earlier->run_id, run.run_id)));
    }
    earlier = IsOpen(run) ? &run : nullptr;
  }
}

void CheckRetriesOfRuns(const Evidence& evidence, Violations& found) {
  for (const RunRecord& run : evidence.runs) {
    const auto* start = StartedEventOf(run);
    // The timeouts and the back-off of a reset run count anew, and those of cron follow the clock.
    if (start == nullptr || IsOpen(run) || !start->retry_policy) continue;
    if (IsCopy(run, *start) || !start->cron_schedule.empty()) continue;
    RetryOfRun(evidence, run, *start, found).Judge();
  }
}

}  // namespace groundhog::properties
