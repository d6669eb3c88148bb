// Recording: evidence written by hand, as a simulation would have left it: history, facts in the
// trace, ledgers. What a test plants, it plants in `records` or in `run()` before it calls
// Finish().
//
//     Recording recording;
//     recording.StartRun("pay-invoice-701", "Transfer");
//     recording.CompleteTask();
//     const EventId withdraw = recording.Schedule("withdraw");
//     recording.Start(withdraw);
//     recording.Complete(withdraw, "W-1");
//     CHECK(Judge(&CheckRetry, recording.Finish()).empty());
//
// It writes what it is told, right or wrong; the times advance only by Wait().
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "properties/checkers.h"
#include "runtime/history/event.h"
#include "sim/symbol.h"
#include "sim/trace.h"

namespace groundhog::properties::testing {

using history::EventId;
using history::FailurePtr;
using history::RetryState;
using history::TimeoutType;

FailurePtr ApplicationFailure(std::string type, bool non_retryable = false,
                              std::optional<history::Duration> next_retry_delay = {});

class Recording {
 public:
  Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // ---- Time and processes ----
  sim::Time now() const { return now_; }
  void Wait(sim::Duration length) { now_ += length; }
  void Add(sim::TraceKind kind, std::string_view process, std::string_view peer = "",
           const sim::Label& label = {}, std::int64_t value = 0);
  // The server is down for so long.
  void CrashServer(sim::Duration length);
  void Commit(std::string_view kind);
  sim::Label LabelOf(std::string_view kind, std::string_view subject, std::int32_t number);

  // ---- Runs ----
  void StartRun(const std::string& workflow_id, const std::string& type,
                history::Payloads input = {});
  RunRecord& run() { return evidence.runs[current_]; }
  history::HistoryEvent& event(EventId id) {
    return run().history[static_cast<std::size_t>(id) - 1];
  }
  template <class T>
  EventId Append(T attributes) {
    return AppendAt(now_, std::move(attributes));
  }
  template <class T>
  EventId AppendAt(sim::Time time, T attributes) {
    const auto id = static_cast<EventId>(run().history.size()) + 1;
    Keep(history::MakeEvent(id, history::FromUnixNanos(sim::ToUnixNanos(time)),
                            std::move(attributes)));
    return id;
  }
  // Scheduled, Started, Completed: the commands follow.
  void CompleteTask();
  void CompleteRun(history::Payloads result = {});
  void FailRun(FailurePtr failure = {});
  void CloseAs(history::WorkflowExecutionStatus status);  // says it, without an event

  // ---- Activities ----
  // Retry policy: 1 s, coefficient 2, at most 2 s, 3 attempts, "Fatal" is not retried;
  // start-to-close 5 s.
  EventId Schedule(const std::string& type, history::Payloads input = {});
  EventId Schedule(history::ActivityTaskScheduled options);
  void Start(EventId activity);
  void Heartbeat(EventId activity);
  void FailAndRetry(EventId activity, const FailurePtr& failure, sim::Duration wait);
  void FailAndClose(EventId activity, const FailurePtr& failure, RetryState state);
  void TimeOutAndRetry(EventId activity, TimeoutType type, sim::Time deadline, sim::Duration wait);
  void TimeOutAndClose(EventId activity, TimeoutType type, sim::Time deadline, RetryState state);
  void Complete(EventId activity, history::Payloads result = {});
  void RequestCancel(EventId activity);

  // ---- Facts, to be planted or taken away ----
  void Say(std::string_view kind, std::string_view subject, std::int32_t number,
           std::int64_t value);
  // The one with this kind and number. REQUIRES: there is one.
  sim::TraceRecord& Fact(std::string_view kind, std::int32_t number);
  void Drop(std::string_view kind, std::int32_t number);

  // ---- Ledger ----
  void Book(const std::string& operation, const std::string& account, std::int64_t amount);

  // Fills in the trace. May be called again after further changes.
  const Evidence& Finish();

  Evidence evidence;
  std::vector<sim::TraceRecord> records;

 private:
  struct Activity {
    std::string type;
    std::int32_t attempt = 1;
    bool started = false;
    sim::Time start_time = {};
    FailurePtr last_failure = {};
  };

  void Keep(history::HistoryEvent event);
  void SayScheduled(EventId id, sim::Duration wait);
  EventId WriteStart(EventId id);
  void SayFailure(EventId id, const FailurePtr& failure);
  void SayTimeout(EventId id, TimeoutType type, sim::Time deadline);
  void Retry(EventId id, const FailurePtr& failure, sim::Duration wait);
  void SayClosed(EventId id);

  sim::SymbolTable symbols_;
  sim::Trace trace_;
  sim::Time now_ = sim::kEpoch;
  std::size_t current_ = 0;
  EventId completed_task_ = 0;
  std::map<EventId, Activity> activities_;  // of the current run
};

// What one checker finds.
Violations Judge(Checker check, const Evidence& evidence);
// Whether there is exactly one violation and its message has this text; the messages, otherwise.
std::string Only(const Violations& found, std::string_view text);

}  // namespace groundhog::properties::testing
