// replay: a history is all that a worker needs. Each one, replayed from scratch against the code as
// it is at the end, asks for the same commands (one replay checks every cut: each Workflow Task's
// commands meet their events); so does a run that is fed task by task, as from a worker's cache,
// and its commands carry the same inputs and result; and as JSON, written and read back, it is
// still the same history. From where the code that is there now records a patch or a version, and
// the code of then did not, a run cannot be fed task by task: the new code goes its new way.
//
// The replay from scratch is always done. Feeding task by task is done once for each shape of a
// history: all that its events say, but not the times. JSON, in which events stand side by side and
// know nothing of each other, is done once for each shape of an event.
#include <algorithm>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "properties/checkers.h"
#include "properties/code_change.h"
#include "properties/shape_memo.h"
#include "properties/wording.h"
#include "replay/history_json.h"
#include "runtime/history/content_digest.h"
#include "runtime/history/failure_text.h"
#include "runtime/workflow/workflow_run.h"

namespace groundhog::properties {
namespace {

using history::EventId;
using history::HistoryEvent;
using Events = std::span<const HistoryEvent>;

constexpr std::string_view kCauses =
    "Workflow code must do the same each time it is given the same history. What breaks that: a "
    "static or global variable (it outlives a worker's crash, or does not), the order of a hash "
    "table, the address of an object, a clock or random numbers other than workflow::Now() and "
    "workflow::Random(), or code that was changed while the workflow was open.";

// Keeps the shapes of events apart from those of histories.
constexpr std::uint64_t kEventInJson = HashText("an event in JSON");

bool StartsTask(const HistoryEvent& event) {
  return history::As<history::WorkflowTaskStarted>(event) != nullptr;
}
bool CompletesTask(const HistoryEvent& event) {
  return history::As<history::WorkflowTaskCompleted>(event) != nullptr;
}

bool IsReset(const HistoryEvent& event) {
  const auto* failed = history::As<history::WorkflowTaskFailed>(event);
  return failed != nullptr && failed->cause == history::WorkflowTaskFailedCause::kResetWorkflow;
}

// The messages that brought the updates which the completed task accepted; `commands`: what follows
// its completion. (One that was rejected has left no trace.)
history::Messages UpdatesOfTask(Events commands) {
  history::Messages messages;
  for (const HistoryEvent& event : commands) {
    if (!history::IsCommandEvent(history::TypeOf(event))) break;
    const auto* accepted = history::As<history::WorkflowExecutionUpdateAccepted>(event);
    if (accepted == nullptr || !accepted->accepted_request) continue;  // else an event brought it
    messages.push_back({.id = accepted->accepted_request_message_id,
                        .protocol_instance_id = accepted->protocol_instance_id,
                        .sequencing_event_id = accepted->accepted_request_sequencing_event_id,
                        .body = *accepted->accepted_request});
  }
  return messages;
}

class ReplayChecker {
 public:
  ReplayChecker(const Evidence& evidence, const RunRecord& run, Violations& found)
      : evidence_(evidence), run_(run), found_(found) {}

  void Check(ShapeMemo& memo) {
    const std::size_t before = found_.size();
    // A task under way is nobody's history yet.
    Events events = run_.history;
    if (!events.empty() && StartsTask(events.back())) events = events.first(events.size() - 1);
    const bool replays = std::any_of(events.begin(), events.end(), CompletesTask);

    if (replays) CheckFromScratch(events);
    if (found_.size() != before) return;
    const std::uint64_t shape = ShapeOfRun();
    if (memo.Proven(shape)) return;
    if (replays) CheckTaskByTask(events);
    if (!NewEventsSurviveJson(memo)) CheckJson();
    if (found_.size() == before) memo.Note(shape);
  }

 private:
  workflow::RunContext ContextOfRun() const {
    // As the code knows it: without the namespace, which the record's has in front.
    const auto* started = StartedEventOf(run_);
    const bool is_known = started != nullptr && !started->workflow_id.empty();
    return {.workflow_id = is_known ? started->workflow_id : run_.workflow_id,
            .run_id = run_.run_id};
  }

  std::uint64_t ShapeOfRun() const {
    std::uint64_t shape = CombineHash(HashText(run_.workflow_id), HashText(run_.run_id));
    for (const HistoryEvent& event : run_.history) shape = CombineHash(shape, DigestOf(event).hash);
    // The address only tells this process's codes apart; no verdict depends on it.
    const auto* registration = evidence_.CodeOf(run_).Find(run_.workflow_type);
    if (registration == nullptr) return shape;
    return CombineHash(shape, reinterpret_cast<std::uintptr_t>(registration->factory()));
  }

  void CheckFromScratch(Events events) {
    workflow::WorkflowRun run(evidence_.CodeOf(run_), ContextOfRun());
    if (!Feed(run, events, "replayed from scratch").has_value()) return;
    const std::string command = run.UnmatchedCommand();
    if (command.empty()) return;
    Add(events.back().event_id,
        fmt::format("replayed from scratch, the code also asks for {}, of which the history knows "
                    "nothing. {}",
                    command, kCauses));
  }

  // As a worker's cache has it: each task's events when the task comes. What a reset has copied
  // comes at once: another run did those tasks, with another run id, and its side effects are what
  // it made of that.
  void CheckTaskByTask(Events events) {
    std::optional<workflow::WorkflowRun> run;
    std::size_t begin = 0;
    const auto last_reset = std::find_if(events.rbegin(), events.rend(), IsReset);
    const auto own = static_cast<std::size_t>(events.rend() - last_reset);
    for (std::size_t i = std::max<std::size_t>(1, own); i < events.size(); ++i) {
      if (!CompletesTask(events[i])) continue;  // what precedes it is its WorkflowTaskStarted
      // Nobody executes local activities here: such a run is left, and a new one gets the whole.
      if (!run || run->waits_for_local_activities()) {
        run.emplace(evidence_.CodeOf(run_), ContextOfRun());
        begin = 0;
      }
      const auto answer = Feed(*run, events.subspan(begin, i - begin), "fed task by task",
                               UpdatesOfTask(events.subspan(i + 1)));
      if (!answer.has_value() || GoesNewWay(*answer, events.subspan(i + 1))) return;
      if (!AnswerFits(*answer, events.subspan(i + 1))) return;
      begin = i;
    }
    if (run && !run->waits_for_local_activities()) {
      Feed(*run, events.subspan(begin), "fed task by task");
    }
  }

  // The commands, or nothing and a violation.
  std::optional<history::Commands> Feed(workflow::WorkflowRun& run, Events events,
                                        std::string_view how, history::Messages messages = {}) {
    try {
      workflow::TaskResult result = run.Activate(events, std::move(messages));
      if (auto* commands = std::get_if<history::Commands>(&result)) return std::move(*commands);
      if (const auto* difference = std::get_if<workflow::Nondeterminism>(&result)) {
        Add(difference->event_id,
            fmt::format("{}, the code does something else: the history has {}, the code asked for "
                        "{} ({}). {}",
                        how, difference->expected, difference->actual, difference->text, kCauses));
      } else {
        AddFailure(run, std::get<workflow::TaskFailure>(result).failure, how);
      }
    } catch (const std::logic_error& error) {
      Add(run.last_event_id(), fmt::format("{}, it is no history: {}", how, error.what()));
    }
    return std::nullopt;
  }

  void AddFailure(const workflow::WorkflowRun& run, const history::FailurePtr& failure,
                  std::string_view how) {
    const bool is_history = history::ApplicationTypeOf(failure) != "InvalidHistory";
    Add(run.last_event_id(), is_history
                                 ? fmt::format("{}, the code fails where it went on before: {}. {}",
                                               how, Describe(failure), kCauses)
                                 : fmt::format("{}, it is no history: {}", how, Describe(failure)));
  }

  // Kinds, ids and types are matched by the run itself when the events come; inputs and the result
  // are not.
  bool AnswerFits(const history::Commands& commands, Events events) {
    for (std::size_t i = 0; i < commands.size() && i < events.size(); ++i) {
      const auto* schedule = std::get_if<history::ScheduleActivityTask>(&commands[i]);
      const auto* scheduled = history::As<history::ActivityTaskScheduled>(events[i]);
      const auto* complete = std::get_if<history::CompleteWorkflowExecution>(&commands[i]);
      const auto* completed = history::As<history::WorkflowExecutionCompleted>(events[i]);
      const bool other_input =
          schedule != nullptr && scheduled != nullptr && schedule->input != scheduled->input;
      const bool other_result =
          complete != nullptr && completed != nullptr && complete->result != completed->result;
      if (!other_input && !other_result) continue;
      Add(events[i].event_id,
          fmt::format("fed task by task, the code asks for {} with another {} than the history "
                      "has. {}",
                      Describe(commands[i]), other_input ? "input" : "result", kCauses));
      return false;
    }
    return true;
  }

  // Whether the events whose shapes are new are the same after being written and read. They stand
  // in a history of their own, so each gets the id that belongs to its place there.
  bool NewEventsSurviveJson(ShapeMemo& memo) const {
    history::EventHistory fresh;
    std::vector<std::uint64_t> shapes;
    EventId expected = 0;
    for (HistoryEvent event : run_.history) {
      if (event.event_id != ++expected) return false;
      event.event_id = 0;
      const std::uint64_t shape = CombineHash(kEventInJson, DigestOf(event).hash);
      if (memo.Proven(shape)) continue;
      shapes.push_back(shape);
      fresh.push_back(std::move(event));
      fresh.back().event_id = static_cast<EventId>(fresh.size());
    }
    if (fresh.empty()) return true;
    const auto read = replay::ReadHistory(replay::WriteHistory(fresh), "the events written");
    if (!read.ok() || *read != fresh) return false;
    for (const std::uint64_t shape : shapes) memo.Note(shape);
    return true;
  }

  // Says what is wrong.
  void CheckJson() {
    const auto read =
        replay::ReadHistory(replay::WriteHistory(run_.history), "the history written");
    if (!read.ok()) {
      Add(0, fmt::format("written as JSON, it cannot be read back: {}",
                         std::string(read.status().message())));
      return;
    }
    if (*read == run_.history) return;
    std::size_t same = 0;
    while (same < read->size() && same < run_.history.size() &&
           (*read)[same] == run_.history[same]) {
      ++same;
    }
    Add(static_cast<EventId>(same) + 1,
        fmt::format("written as JSON and read back, it is another history from event {} on ({} "
                    "events written, {} read)",
                    same + 1, run_.history.size(), read->size()));
  }

  void Add(EventId event_id, const std::string& message) {
    const HistoryEvent* event = EventAt(run_, event_id);
    found_.push_back(About("replay", run_, event_id,
                           event == nullptr ? EndOf(evidence_) : ToTime(event->event_time),
                           message));
  }

  const Evidence& evidence_;
  const RunRecord& run_;
  Violations& found_;
};

}  // namespace

void CheckReplay(const Evidence& evidence, Violations& found) {
  // Where no worker has code, tasks were done by hand.
  if (evidence.workflows == nullptr || evidence.workflows->registrations().empty()) return;
  thread_local ShapeMemo memo;
  for (const RunRecord& run : evidence.runs) {
    if (!run.history.empty()) ReplayChecker(evidence, run, found).Check(memo);
  }
}

}  // namespace groundhog::properties
