// Replays per second: the happy money transfer (17 events: three Workflow Tasks, two activities)
// from memory, on one core.
#include <cstdlib>

#include <benchmark/benchmark.h>

#include "runtime/history/converter.h"
#include "runtime/workflow/replay.h"
#include "runtime/workflow/workflow_run.h"
#include "scenarios/money_transfer/workflows.h"

namespace groundhog {
namespace {

using banking::PaymentDetails;
using history::EventHistory;
using history::EventId;

class Recorder {
 public:
  template <class T>
  EventId Add(T attributes) {
    const auto id = static_cast<EventId>(events_.size()) + 1;
    events_.push_back(
        history::MakeEvent(id, history::FromUnixNanos(id * 1'000'000), std::move(attributes)));
    return id;
  }

  // Scheduled, Started, Completed; gives the id of the last.
  EventId WorkflowTask() {
    const EventId scheduled = Add(history::WorkflowTaskScheduled{});
    const EventId started = Add(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});
    return Add(history::WorkflowTaskCompleted{.scheduled_event_id = scheduled,
                                              .started_event_id = started});
  }

  void Activity(std::string_view id, std::string_view type, EventId task, std::string result) {
    const EventId scheduled =
        Add(history::ActivityTaskScheduled{.activity_id = std::string(id),
                                           .activity_type = std::string(type),
                                           .workflow_task_completed_event_id = task});
    const EventId started = Add(history::ActivityTaskStarted{.scheduled_event_id = scheduled});
    Add(history::ActivityTaskCompleted{.result = history::ToPayloads(result),
                                       .scheduled_event_id = scheduled,
                                       .started_event_id = started});
  }

  EventHistory Take() { return std::move(events_); }

 private:
  EventHistory events_;
};

EventHistory HappyTransfer() {
  Recorder recorder;
  const PaymentDetails details{.source_account = "85-150",
                               .target_account = "43-812",
                               .amount = 250,
                               .reference_id = "12345"};
  recorder.Add(history::WorkflowExecutionStarted{
      .workflow_type = std::string(banking::kMoneyTransfer.name),
      .task_queue = {.name = std::string(banking::kTaskQueue)},
      .input = history::ToPayloads(details),
      .workflow_id = "pay-invoice-701",
      .original_execution_run_id = "01a205d0-4a6d-7843-85ff-a7c8d6975ab9"});
  recorder.Activity("1", "withdraw", recorder.WorkflowTask(), "W-1");
  recorder.Activity("2", "deposit", recorder.WorkflowTask(), "D-2");
  recorder.Add(history::WorkflowExecutionCompleted{
      .result = history::ToPayloads(std::string("Transfer complete (transaction IDs: W-1, D-2)")),
      .workflow_task_completed_event_id = recorder.WorkflowTask()});
  return recorder.Take();
}

const workflow::WorkflowRegistry& Registry() {
  static const workflow::WorkflowRegistry registry{
      workflow::Register<money_transfer::MoneyTransfer>(banking::kMoneyTransfer)};
  return registry;
}

void ReplayWholeHistory(benchmark::State& state) {
  const EventHistory history = HappyTransfer();
  if (history.size() != 17) std::abort();
  for (auto _ : state) {
    const workflow::ReplayResult result = workflow::Replay(Registry(), history);
    if (!std::holds_alternative<workflow::Replayed>(result)) state.SkipWithError("not replayed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ReplayWholeHistory);

// The same task by task, as a worker with a sticky cache sees it: three live tasks, their commands
// made and encoded.
void RunTaskByTask(benchmark::State& state) {
  const EventHistory history = HappyTransfer();
  const std::span<const history::HistoryEvent> events(history);
  for (auto _ : state) {
    workflow::WorkflowRun run(Registry(), {});
    benchmark::DoNotOptimize(run.Activate(events.subspan(0, 3)));
    benchmark::DoNotOptimize(run.Activate(events.subspan(3, 6)));
    benchmark::DoNotOptimize(run.Activate(events.subspan(9, 6)));
    if (!run.is_closed()) state.SkipWithError("not closed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RunTaskByTask);

}  // namespace
}  // namespace groundhog
