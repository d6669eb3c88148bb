// A history against a model of ten lines: what is written at once, what waits for the workflow task
// in flight, and when the next task is wanted (SEMANTICS a.4).
#include <string>
#include <vector>

#include "tests/rapidcheck.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using Types = std::vector<std::string>;

enum class Action { kSignal, kCancel, kPoll, kComplete, kCompleteWithTimer };

class Model {
 public:
  bool CanPoll() const { return task_ == Task::kScheduled; }
  bool CanComplete() const { return task_ == Task::kStarted; }

  void News(const std::string& type) {
    if (task_ == Task::kStarted) return waiting_.push_back(type);
    events.push_back(type);
    if (task_ == Task::kNone) Schedule();
  }
  void Poll() {
    events.emplace_back("WorkflowTaskStarted");
    task_ = Task::kStarted;
  }
  void Complete(const Types& command_events) {
    events.emplace_back("WorkflowTaskCompleted");
    events.insert(events.end(), command_events.begin(), command_events.end());
    task_ = Task::kNone;
    if (Flush()) Schedule();
  }
  void Terminate() {
    if (task_ == Task::kStarted) events.emplace_back("WorkflowTaskFailed");
    Flush();
    events.emplace_back("WorkflowExecutionTerminated");
  }

  Types events = {"WorkflowExecutionStarted", "WorkflowTaskScheduled"};

 private:
  enum class Task { kNone, kScheduled, kStarted };
  void Schedule() {
    events.emplace_back("WorkflowTaskScheduled");
    task_ = Task::kScheduled;
  }
  bool Flush() {
    const bool any = !waiting_.empty();
    events.insert(events.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    return any;
  }

  Task task_ = Task::kScheduled;
  Types waiting_;
};

// Does it to both, if it can be done now. A second cancel request changes nothing.
class Both {
 public:
  explicit Both(RawWorld& world) : world_(world) {}

  sim::Coro<void> Do(Action action) {
    const std::string name = "s" + std::to_string(++count_);
    switch (action) {
      case Action::kSignal:
        ExpectOk(co_await world_.Signal("w", name));
        model.News("WorkflowExecutionSignaled");
        break;
      case Action::kCancel:
        if (cancelled_) break;
        cancelled_ = true;
        ExpectOk(co_await world_.Cancel("w"));
        model.News("WorkflowExecutionCancelRequested");
        break;
      case Action::kPoll:
        if (!model.CanPoll()) break;
        task_ = co_await world_.Poll();
        model.Poll();
        break;
      case Action::kComplete:
        if (!model.CanComplete()) break;
        ExpectOk(co_await world_.Complete(task_));
        model.Complete({});
        break;
      case Action::kCompleteWithTimer: {
        if (!model.CanComplete()) break;
        history::Commands commands = CommandsOf(StartTimer(name, std::chrono::hours(1)));
        ExpectOk(co_await world_.Complete(task_, std::move(commands)));
        model.Complete({"TimerStarted"});
        break;
      }
    }
  }

  Model model;

 private:
  RawWorld& world_;
  WorkflowTask task_ = absl::NotFoundError("none yet");
  bool cancelled_ = false;
  int count_ = 0;
};

TEST_CASE("a history is that of the model, whatever comes in which order", "[property]") {
  rc::prop("any sequence of news, polls and answers", [] {
    const auto actions = *rc::gen::container<std::vector<Action>>(
                              rc::gen::element(Action::kSignal, Action::kCancel, Action::kPoll,
                                               Action::kComplete, Action::kCompleteWithTimer))
                              .as("actions");
    Types expected;
    RawWorld world;
    world.Run([&](RawWorld& w) -> sim::Coro<void> {
      Both both(w);
      ExpectOk(co_await w.Start("w"));
      for (const Action action : actions) co_await both.Do(action);
      ExpectOk(co_await w.Terminate("w", "the end"));
      both.model.Terminate();
      expected = both.model.events;
    });
    Types written;
    for (const history::HistoryEvent& event : world.HistoryOf("w")) {
      written.emplace_back(history::NameOf(history::TypeOf(event)));
      RC_ASSERT(event.event_id == static_cast<history::EventId>(written.size()));
    }
    RC_ASSERT(written == expected);
  });
}

}  // namespace
}  // namespace groundhog::server::testing
