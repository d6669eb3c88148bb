// runtime/workflow/workflow_run.h and replay.h: history in, commands out (SEMANTICS e.3, e.4, e.6).
#include "runtime/workflow/workflow_run.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using history::EventHistory;
using history::HistoryEvent;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::Nondeterminism;
using workflow::OnQuery;
using workflow::OnSignal;
using workflow::Register;
using workflow::Replay;
using workflow::Replayed;
using workflow::ReplayResult;
using workflow::Sleep;
using workflow::TaskFailure;
using workflow::TaskResult;
using workflow::WaitCondition;
using workflow::WorkflowRegistry;
using workflow::WorkflowRun;

constexpr ActivityType<int(int)> kA{"a"};
constexpr ActivityType<int(int)> kB{"b"};
constexpr SignalType<> kGo{"go"};
constexpr SignalType<int> kAdd{"add"};
constexpr QueryType<int()> kSum{"sum"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};

constexpr WorkflowType<int()> kWork{"Work"};

// The workflow that made the histories below: a, then b.
struct TwoSteps {
  Coro<int> Run() {
    const int a = co_await ExecuteActivity(kA, 1, kOptions);
    const int b = co_await ExecuteActivity(kB, 2, kOptions);
    co_return a + b;
  }
};

// 1 Started, 2-4 task, 5 a scheduled, 6-7 a done, 8-10 task, 11 b scheduled, 12-13 b done, 14-16
// task, 17 Completed
EventHistory HistoryOfTwoSteps() {
  Story story(Register<TwoSteps>(kWork));
  story.Task();
  story.CompleteActivity("1", 1);
  story.Task();
  story.CompleteActivity("2", 2);
  story.Task();
  story.Finish();
  return story.history();
}

EventHistory FirstEvents(const EventHistory& history, std::size_t count) {
  return {history.begin(), history.begin() + static_cast<std::ptrdiff_t>(count)};
}

template <class W>
ReplayResult ReplayWith(const EventHistory& history) {
  const WorkflowRegistry registry{Register<W>(kWork)};
  return Replay(registry, history);
}

// "17: expected X, code did Y: text", or "ok".
template <class W>
std::string Verdict(const EventHistory& history) {
  const ReplayResult result = ReplayWith<W>(history);
  if (const auto* difference = std::get_if<Nondeterminism>(&result)) {
    CHECK_THAT(difference->text, Catch::Matchers::StartsWith("[TMPRL1100] Nondeterminism error: "));
    return fmt::format("{}: history has {}, code did {}: {}", difference->event_id,
                       difference->expected, difference->actual, difference->text.substr(34));
  }
  if (const auto* failure = std::get_if<TaskFailure>(&result)) {
    return fmt::format("failure: {}", failure->failure);
  }
  return "ok";
}

TEST_CASE("a history replays with the code that made it, whole and cut anywhere") {
  const EventHistory history = HistoryOfTwoSteps();
  REQUIRE(history.size() == 17);
  for (std::size_t count = 1; count <= history.size(); ++count) {
    INFO(count);
    CHECK(Verdict<TwoSteps>(FirstEvents(history, count)) == "ok");
  }
}

TEST_CASE("replaying up to a started task gives that task's answer") {
  const ReplayResult result = ReplayWith<TwoSteps>(FirstEvents(HistoryOfTwoSteps(), 9));
  const auto* replayed = std::get_if<Replayed>(&result);
  REQUIRE(replayed != nullptr);
  CHECK_FALSE(replayed->closed);
  REQUIRE(replayed->next.size() == 1);
  CHECK(Describe(replayed->next.front()) == "ScheduleActivityTask(b, id 2)");
  const auto& command = std::get<history::ScheduleActivityTask>(replayed->next.front());
  CHECK(command.input == history::ToPayloads(2));
}

// --- non-determinism, with the texts of Temporal's core

TEST_CASE("an activity of another type is non-determinism") {
  struct Renamed {
    Coro<int> Run() {
      const int a = co_await ExecuteActivity(kA, 1, kOptions);
      const int again = co_await ExecuteActivity(kA, 2, kOptions);
      co_return a + again;
    }
  };
  CHECK(Verdict<Renamed>(HistoryOfTwoSteps()) ==
        "11: history has ActivityTaskScheduled(b, id 2), code did ScheduleActivityTask(a, id 2): "
        "Activity type of scheduled event 'b' does not match activity type of activity command "
        "'a'");
}

TEST_CASE("an activity under another id is non-determinism") {
  struct OtherId {
    Coro<int> Run() {
      const ActivityOptions named{.start_to_close_timeout = 5s, .activity_id = "first"};
      co_return co_await ExecuteActivity(kA, 1, named);
    }
  };
  CHECK(Verdict<OtherId>(HistoryOfTwoSteps()) ==
        "5: history has ActivityTaskScheduled(a, id 1), code did ScheduleActivityTask(a, id "
        "first): Activity id of scheduled event '1' does not match activity id of activity command "
        "'first'");
}

TEST_CASE("another kind of command is non-determinism") {
  struct Sleeps {
    Coro<int> Run() {
      co_await Sleep(1s);
      co_return 1;
    }
  };
  struct Returns {
    Coro<int> Run() { co_return 1; }
  };
  struct Throws {
    Coro<int> Run() {
      throw workflow::ApplicationError("Odd", "no");
      co_return 1;
    }
  };
  CHECK(Verdict<Sleeps>(HistoryOfTwoSteps()) ==
        "5: history has ActivityTaskScheduled(a, id 1), code did StartTimer(id 1): Timer machine "
        "does not handle this event: HistoryEvent(id: 5, ActivityTaskScheduled)");
  CHECK(Verdict<Returns>(HistoryOfTwoSteps()) ==
        "5: history has ActivityTaskScheduled(a, id 1), code did CompleteWorkflowExecution: "
        "Complete workflow machine does not handle this event: HistoryEvent(id: 5, "
        "ActivityTaskScheduled)");
  CHECK(Verdict<Throws>(HistoryOfTwoSteps()) ==
        "5: history has ActivityTaskScheduled(a, id 1), code did FailWorkflowExecution: Fail "
        "workflow machine does not handle this event: HistoryEvent(id: 5, ActivityTaskScheduled)");
}

TEST_CASE("a missing command is non-determinism") {
  struct Waits {
    Coro<int> Run() {
      co_await WaitCondition([] { return false; });
      co_return 1;
    }
  };
  CHECK(Verdict<Waits>(HistoryOfTwoSteps()) ==
        "5: history has ActivityTaskScheduled(a, id 1), code did nothing: No command scheduled for "
        "event HistoryEvent(id: 5, ActivityTaskScheduled)");
}

TEST_CASE("an additional command is non-determinism when the next command event comes") {
  struct Extra {
    Coro<int> Run() {
      workflow::ActivityHandle<int> a = ExecuteActivity(kA, 1, kOptions);
      workflow::TimerHandle timer = workflow::StartTimer(1s);
      const int first = co_await a;
      const int second = co_await ExecuteActivity(kB, 2, kOptions);
      co_return first + second;
    }
  };
  CHECK(Verdict<Extra>(HistoryOfTwoSteps()) ==
        "11: history has ActivityTaskScheduled(b, id 2), code did StartTimer(id 1): Timer machine "
        "does not handle this event: HistoryEvent(id: 11, ActivityTaskScheduled)");
  // As long as none comes, Temporal does not mind.
  CHECK(Verdict<Extra>(FirstEvents(HistoryOfTwoSteps(), 10)) == "ok");
}

TEST_CASE(
    "a command that is issued earlier than recorded, but in the same order, passes as in core") {
  struct Eager {
    Coro<int> Run() {
      workflow::ActivityHandle<int> a = ExecuteActivity(kA, 1, kOptions);
      workflow::ActivityHandle<int> b = ExecuteActivity(kB, 2, kOptions);
      const int first = co_await a;
      const int second = co_await b;
      co_return first + second;
    }
  };
  CHECK(Verdict<Eager>(HistoryOfTwoSteps()) == "ok");
}

TEST_CASE("a command of a replayed task that no event took is sent with the next answer, whole") {
  struct Eager {
    Coro<int> Run() {
      workflow::ActivityHandle<int> a = ExecuteActivity(kA, 1, kOptions);
      workflow::ActivityHandle<int> b = ExecuteActivity(kB, 2, kOptions);
      const int first = co_await a;
      const int second = co_await b;
      co_return first + second;
    }
  };
  const ReplayResult result = ReplayWith<Eager>(FirstEvents(HistoryOfTwoSteps(), 9));
  const auto* replayed = std::get_if<Replayed>(&result);
  REQUIRE(replayed != nullptr);
  REQUIRE(replayed->next.size() == 1);
  const auto& command = std::get<history::ScheduleActivityTask>(replayed->next.front());
  CHECK(command.activity_type == "b");
  CHECK(command.input == history::ToPayloads(2));
}

TEST_CASE("a closed history needs an event for every command") {
  EventHistory terminated = FirstEvents(HistoryOfTwoSteps(), 11);
  terminated.push_back(history::MakeEvent(12, {}, history::WorkflowExecutionTerminated{}));
  CHECK(Verdict<TwoSteps>(terminated) == "ok");
  struct Extra {
    Coro<int> Run() {
      const int first = co_await ExecuteActivity(kA, 1, kOptions);
      workflow::ActivityHandle<int> b = ExecuteActivity(kB, 2, kOptions);
      co_await Sleep(1s);
      const int second = co_await b;
      co_return first + second;
    }
  };
  CHECK(Verdict<Extra>(terminated) ==
        "12: history has no more commands: the run was closed by WorkflowExecutionTerminated, code "
        "did StartTimer(id 1): the workflow's code issued StartTimer(id 1), but the history was "
        "closed without an event for it");
  EventHistory timed_out = FirstEvents(HistoryOfTwoSteps(), 4);
  timed_out.push_back(history::MakeEvent(5, {}, history::WorkflowExecutionTimedOut{}));
  CHECK(Verdict<TwoSteps>(timed_out) ==
        "5: history has no more commands: the run was closed by WorkflowExecutionTimedOut, code "
        "did ScheduleActivityTask(a, id 1): the workflow's code issued ScheduleActivityTask(a, id "
        "1), but the history was closed without an event for it");
}

TEST_CASE("another way to end is non-determinism; another result is not") {
  struct Fails {
    Coro<int> Run() {
      co_await ExecuteActivity(kA, 1, kOptions);
      co_await ExecuteActivity(kB, 2, kOptions);
      throw workflow::ApplicationError("Odd", "no");
      co_return 1;
    }
  };
  struct OtherResult {
    Coro<int> Run() {
      co_await ExecuteActivity(kA, 1, kOptions);
      co_await ExecuteActivity(kB, 2, kOptions);
      co_return 12345;
    }
  };
  CHECK(Verdict<Fails>(HistoryOfTwoSteps()) ==
        "17: history has WorkflowExecutionCompleted, code did FailWorkflowExecution: Fail workflow "
        "machine does not handle this event: HistoryEvent(id: 17, WorkflowExecutionCompleted)");
  CHECK(Verdict<OtherResult>(HistoryOfTwoSteps()) == "ok");
}

TEST_CASE("inputs, timeouts, retry policies and queues are not compared") {
  struct OtherOptions {
    Coro<int> Run() {
      const ActivityOptions options{.task_queue = "elsewhere",
                                    .schedule_to_close_timeout = 1h,
                                    .retry_policy = {.maximum_attempts = 17}};
      const int a = co_await ExecuteActivity(kA, 100, options);
      const int b = co_await ExecuteActivity(kB, 200, options);
      co_return a + b;
    }
  };
  CHECK(Verdict<OtherOptions>(HistoryOfTwoSteps()) == "ok");
}

TEST_CASE("events that belong to nothing are non-determinism") {
  EventHistory history = FirstEvents(HistoryOfTwoSteps(), 5);
  SECTION("an activity that was never scheduled") {
    history.push_back(
        history::MakeEvent(6, {}, history::ActivityTaskStarted{.scheduled_event_id = 4}));
    CHECK(Verdict<TwoSteps>(history) ==
          "6: history has ActivityTaskStarted, code did nothing: During event handling, this event "
          "had an initial command ID but we could not find a matching command for it: "
          "HistoryEvent(id: 6, ActivityTaskStarted)");
  }
  SECTION("an activity that completes before it starts") {
    history.push_back(
        history::MakeEvent(6, {}, history::ActivityTaskCompleted{.scheduled_event_id = 5}));
    CHECK(Verdict<TwoSteps>(history) ==
          "6: history has ActivityTaskCompleted, code did ScheduleActivityTask(a, id 1): Invalid "
          "transition in state machine: ActivityMachine in state Scheduled at HistoryEvent(id: 6, "
          "ActivityTaskCompleted)");
  }
  SECTION("a timer that was never started") {
    history.push_back(
        history::MakeEvent(6, {}, history::TimerFired{.timer_id = "1", .started_event_id = 5}));
    CHECK_THAT(Verdict<TwoSteps>(history),
               Catch::Matchers::StartsWith("6: history has TimerFired, code did nothing"));
  }
}

TEST_CASE("what is no history is said to be none, and nothing crashes") {
  const EventHistory history = HistoryOfTwoSteps();
  CHECK(Verdict<TwoSteps>({}) ==
        "failure: InvalidHistory: this is no history of a run: there are no events");
  CHECK(Verdict<TwoSteps>({history.begin() + 1, history.end()}) ==
        "failure: InvalidHistory: this is no history of a run: its first event is 2");
  EventHistory gap = history;
  gap.erase(gap.begin() + 5);
  CHECK(Verdict<TwoSteps>(gap) ==
        "failure: InvalidHistory: this is no history of a run: event 7 follows event 5");
  EventHistory twice = FirstEvents(history, 1);
  twice.push_back(history.front());
  twice.back().event_id = 2;
  CHECK(Verdict<TwoSteps>(twice) ==
        "failure: InvalidHistory: this is no history of a run: it has two "
        "WorkflowExecutionStarted");
  EventHistory headless{history::MakeEvent(1, {}, history::WorkflowTaskScheduled{})};
  CHECK(Verdict<TwoSteps>(headless) ==
        "failure: InvalidHistory: this is no history of a run: it starts with "
        "WorkflowTaskScheduled, not with WorkflowExecutionStarted");
}

TEST_CASE("a workflow type that is not registered fails the task and names those that are") {
  const WorkflowRegistry registry{Register<TwoSteps>(WorkflowType<int()>{"Other"}),
                                  Register<TwoSteps>(WorkflowType<int()>{"Another"})};
  const ReplayResult result = Replay(registry, HistoryOfTwoSteps());
  REQUIRE(std::holds_alternative<TaskFailure>(result));
  CHECK(fmt::format("{}", std::get<TaskFailure>(result).failure) ==
        "NotFoundError: workflow type 'Work' is not registered on this worker (registered: "
        "Another, Other)");
}

// --- tasks

TEST_CASE("a bug fails the task; the next attempt starts from the history") {
  static bool broken = false;
  broken = true;
  struct Buggy {
    Coro<int> Run() {
      const int a = co_await ExecuteActivity(kA, 1, kOptions);
      if (broken) throw std::out_of_range("bug after activity");
      co_return a;
    }
  };
  Story story(Register<Buggy>(kWork));
  story.Task();
  story.CompleteActivity("1", 7);
  CHECK(story.Task() == Answer{"TaskFailure: std::out_of_range: bug after activity"});
  broken = false;
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "7");
}

TEST_CASE("something thrown that is no exception fails the task too") {
  struct Odd {
    Coro<int> Run() {
      throw 5;
      co_return 1;
    }
  };
  Story story(Register<Odd>(kWork));
  CHECK(story.Task() == Answer{"TaskFailure: int: an exception that is no std::exception"});
  story.NoReplay();
}

TEST_CASE("input that does not decode fails the task") {
  struct Takes {
    Coro<int> Run(int n) { co_return n; }
  };
  Story story(WorkflowRegistry{Register<Takes>(WorkflowType<int(int)>{"Takes"})}, "Takes",
              history::ToPayloads("text"));
  const Answer answer = story.Task();
  REQUIRE(answer.size() == 1);
  CHECK_THAT(answer.front(), Catch::Matchers::ContainsSubstring("cannot decode payload"));
  story.NoReplay();
}

TEST_CASE("an error in the constructor counts like one in Run") {
  struct Fails {
    Fails() { throw workflow::ApplicationError("Odd", "not today"); }
    Coro<int> Run() { co_return 1; }
  };
  Story story(Register<Fails>(kWork));
  CHECK(story.Task() == Answer{"FailWorkflowExecution"});
}

TEST_CASE("the events of tasks that timed out or failed join the next task") {
  struct Collects {
    Collects() {
      OnSignal(kAdd, [this](int n) {
        sum_ = 10 * sum_ + n;
        seen_at_.push_back(workflow::Info().history_length);
      });
      OnSignal(kGo, [this] { go_ = true; });
    }
    Coro<std::vector<std::int64_t>> Run() {
      co_await WaitCondition([this] { return go_; });
      seen_at_.push_back(sum_);
      co_return seen_at_;
    }
    std::int64_t sum_ = 0;
    std::vector<std::int64_t> seen_at_;
    bool go_ = false;
  };
  const WorkflowType<std::vector<std::int64_t>()> type{"Collects"};
  Story story(Register<Collects>(type));
  story.Signal("add", 1);
  story.TaskTimesOut();  // 3 to 5
  story.Signal("add", 2);
  story.Task();  // 7 to 9
  story.Signal("add", 3);
  story.RefuseNextAnswer();
  story.Task();  // 11 to 13
  story.Signal("add", 4);
  story.Signal("go");
  story.Task();  // 16 to 18
  CHECK(story.Result() == "[8,8,17,17,1234]");
}

TEST_CASE("an answer that was refused is given again with the news") {
  struct Listens {
    Listens() {
      OnSignal(kAdd, [this](int n) { sum_ += n; });
    }
    Coro<int> Run() { co_return sum_; }
    int sum_ = 0;
  };
  Story story(Register<Listens>(kWork));
  story.RefuseNextAnswer();
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  story.Signal("add", 5);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "5");
}

TEST_CASE("an empty task is run like any other") {
  EventHistory history = FirstEvents(HistoryOfTwoSteps(), 5);
  using namespace history;  // NOLINT(google-build-using-namespace): all of its events
  history.push_back(MakeEvent(6, {}, WorkflowTaskScheduled{}));
  history.push_back(MakeEvent(7, {}, WorkflowTaskStarted{.scheduled_event_id = 6}));
  history.push_back(
      MakeEvent(8, {}, WorkflowTaskCompleted{.scheduled_event_id = 6, .started_event_id = 7}));
  history.push_back(MakeEvent(9, {}, WorkflowTaskScheduled{}));
  history.push_back(MakeEvent(10, {}, WorkflowTaskStarted{.scheduled_event_id = 9}));
  CHECK(Verdict<TwoSteps>(history) == "ok");
}

TEST_CASE("a run tells whether it can go on with some events") {
  const EventHistory history = HistoryOfTwoSteps();
  const std::span<const HistoryEvent> events(history);
  const WorkflowRegistry registry{Register<TwoSteps>(kWork)};
  WorkflowRun run(registry, {});
  CHECK_FALSE(run.CanContinueWith({}));
  CHECK_FALSE(run.CanContinueWith(events.subspan(3)));
  REQUIRE(run.CanContinueWith(events.first(3)));
  CHECK(InWords(run.Activate(events.first(3))) == Answer{"ScheduleActivityTask(a, id 1)"});
  CHECK(run.last_event_id() == 3);
  CHECK(run.next_event_id() == 4);

  CHECK_FALSE(run.CanContinueWith(events.first(9)));
  CHECK_FALSE(run.CanContinueWith(events.subspan(4, 5)));
  EventHistory failed{
      history::MakeEvent(4, {}, history::WorkflowTaskFailed{.started_event_id = 3})};
  CHECK_FALSE(run.CanContinueWith(failed));
  CHECK_THROWS_WITH(run.Activate(failed),
                    Catch::Matchers::ContainsSubstring("give it the whole history"));
  REQUIRE(run.CanContinueWith(events.subspan(3, 6)));
  CHECK(InWords(run.Activate(events.subspan(3, 6))) == Answer{"ScheduleActivityTask(b, id 2)"});
  CHECK_FALSE(run.is_closed());
  CHECK(InWords(run.Activate(events.subspan(9, 6))) == Answer{"CompleteWorkflowExecution"});
  CHECK(run.is_closed());
}

TEST_CASE("a history that lacks the event of a command that was answered is non-determinism") {
  const WorkflowRegistry registry{Register<TwoSteps>(kWork)};
  const EventHistory history = HistoryOfTwoSteps();
  WorkflowRun run(registry, {});
  run.Activate(std::span(history).first(3));
  using namespace history;  // NOLINT(google-build-using-namespace): all of its events
  const EventHistory lacking{
      MakeEvent(4, {}, WorkflowTaskCompleted{.scheduled_event_id = 2, .started_event_id = 3}),
      MakeEvent(5, {}, WorkflowTaskScheduled{}),
      MakeEvent(6, {}, WorkflowTaskStarted{.scheduled_event_id = 5})};
  CHECK(InWords(run.Activate(lacking)) ==
        Answer{"Nondeterminism: [TMPRL1100] Nondeterminism error: ScheduleActivityTask(a, id 1) "
               "was answered to an earlier Workflow Task, but the history has no event for it"});
}

TEST_CASE("a run that failed is dead") {
  struct Broken {
    Coro<int> Run() {
      throw std::logic_error("bug");
      co_return 1;
    }
  };
  const EventHistory history = FirstEvents(HistoryOfTwoSteps(), 3);
  const WorkflowRegistry registry{Register<Broken>(kWork)};
  WorkflowRun run(registry, {});
  CHECK(InWords(run.Activate(history)) == Answer{"TaskFailure: std::logic_error: bug"});
  CHECK(run.dead());
  CHECK_THROWS_AS(run.Activate(history), std::logic_error);
  CHECK_THROWS_AS(run.Query("sum", {}), std::logic_error);
}

TEST_CASE(
    "events without a started task are only replayed, and the run can be asked and continued") {
  struct Sums {
    Sums() {
      OnSignal(kAdd, [this](int n) { sum_ += n; });
      OnQuery(kSum, [this] { return sum_; });
    }
    Coro<int> Run() {
      co_await WaitCondition([this] { return sum_ > 5; });
      co_return sum_;
    }
    int sum_ = 0;
  };
  Story story(Register<Sums>(kWork));
  story.Signal("add", 2);
  story.Task();
  story.Signal("add", 4);
  story.Task();
  const WorkflowRegistry registry{Register<Sums>(kWork)};
  const std::span<const HistoryEvent> events(story.history());
  WorkflowRun run(registry, {});
  CHECK(InWords(run.Activate(events.first(5))).empty());  // up to WorkflowTaskCompleted
  CHECK(history::ResultFromPayloads<int>(*run.Query("sum", {})) == 2);
  REQUIRE(run.CanContinueWith(events.subspan(5, 3)));
  CHECK(InWords(run.Activate(events.subspan(5, 3))) == Answer{"CompleteWorkflowExecution"});
  CHECK(history::ResultFromPayloads<int>(*run.Query("sum", {})) == 6);
}

TEST_CASE("a loop without end fails the task") {
  struct Spins {
    Coro<int> Step() { co_return 1; }
    Coro<int> Run() {
      int n = 0;
      while (n >= 0) n = co_await Step();
      co_return n;
    }
  };
  const WorkflowRegistry registry{Register<Spins>(kWork)};
  WorkflowRun run(registry, {.max_steps_per_task = 1000});
  const Answer answer = InWords(run.Activate(FirstEvents(HistoryOfTwoSteps(), 3)));
  REQUIRE(answer.size() == 1);
  CHECK_THAT(answer.front(), Catch::Matchers::StartsWith("TaskFailure: Deadlock: ") &&
                                 Catch::Matchers::ContainsSubstring("1000 steps"));
}

// --- destruction

struct Noisy {
  explicit Noisy(std::vector<std::string>& log) : log_(log) {}
  ~Noisy() {
    log_.push_back("destroyed");
    (void)ExecuteActivity(kA, 1, kOptions);
    (void)workflow::StartTimer(1s);
    (void)WaitCondition([] { return true; });
    workflow::Spawn([]() -> Coro<void> { co_return; });
    OnSignal(kGo, [] {});
    OnQuery(kSum, [] { return 1; });
    workflow::Logger().Info("in a destructor");
    (void)workflow::Now();
    (void)workflow::Random().Next();
    if (handle_ != nullptr) handle_->Cancel();
  }
  std::vector<std::string>& log_;
  workflow::ActivityHandle<int>* handle_ = nullptr;
};

std::vector<std::string> destructor_log;

TEST_CASE("destroying a run destroys its coroutines, and what destructors ask for is ignored") {
  struct Suspended {
    Coro<int> Inner() {
      const Noisy inner(destructor_log);
      co_await Sleep(60s);
      co_return 1;
    }
    Coro<void> Beside() {
      const Noisy beside(destructor_log);
      co_await WaitCondition([] { return false; });
    }
    Coro<int> Run() {
      workflow::ActivityHandle<int> activity = ExecuteActivity(kA, 1, kOptions);
      Noisy outer(destructor_log);
      outer.handle_ = &activity;
      workflow::FiberHandle fiber = workflow::Spawn(Beside());
      const int inner = co_await Inner();
      co_return inner;
    }
  };
  destructor_log.clear();
  const WorkflowRegistry registry{Register<Suspended>(kWork)};
  struct Sink final : workflow::LogSink {
    void Write(workflow::LogLevel, std::string_view) override { ++lines; }
    int lines = 0;
  } sink;
  {
    WorkflowRun run(registry, {.log = &sink});
    CHECK(InWords(run.Activate(FirstEvents(HistoryOfTwoSteps(), 3))) ==
          Answer{"ScheduleActivityTask(a, id 1)", "StartTimer(id 1, 60000ms)"});
    CHECK(destructor_log.empty());
  }
  CHECK(destructor_log.size() == 3);
  CHECK(sink.lines == 0);
}

TEST_CASE("handles that outlive their run are harmless") {
  static std::optional<workflow::ActivityHandle<int>> leaked;
  struct Leaks {
    Coro<int> Run() {
      leaked = ExecuteActivity(kA, 1, kOptions);
      co_return co_await *leaked;
    }
  };
  {
    const WorkflowRegistry registry{Register<Leaks>(kWork)};
    WorkflowRun run(registry, {});
    run.Activate(FirstEvents(HistoryOfTwoSteps(), 3));
  }
  REQUIRE(leaked.has_value());
  leaked->Cancel();
  CHECK_FALSE(leaked->done());
  leaked.reset();
}

TEST_CASE("a run may be made, driven and destroyed inside another's code") {
  struct Nested {
    Coro<int> Run() {
      const std::string before(workflow::Info().workflow_type);
      CHECK(Verdict<TwoSteps>(HistoryOfTwoSteps()) == "ok");
      CHECK(workflow::Info().workflow_type == before);
      co_return 1;
    }
  };
  const WorkflowType<int()> type{"Nested"};
  Story story(Register<Nested>(type));
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
}

TEST_CASE("the API says so when it is called outside of workflow code") {
  using workflow::OutsideWorkflowError;
  const std::string text = "was called outside of workflow code";
  CHECK_THROWS_AS(ExecuteActivity(kA, 1, kOptions), OutsideWorkflowError);
  CHECK_THROWS_WITH(ExecuteActivity(kA, 1, kOptions),
                    Catch::Matchers::StartsWith("workflow::ExecuteActivity " + text));
  CHECK_THROWS_WITH(Sleep(1s), Catch::Matchers::StartsWith("workflow::Sleep " + text));
  CHECK_THROWS_WITH(WaitCondition([] { return true; }),
                    Catch::Matchers::StartsWith("workflow::WaitCondition " + text));
  CHECK_THROWS_WITH(workflow::Now(), Catch::Matchers::StartsWith("workflow::Now " + text));
  CHECK_THROWS_AS(workflow::Info(), OutsideWorkflowError);
  CHECK_THROWS_AS(workflow::Random(), OutsideWorkflowError);
  CHECK_THROWS_AS(workflow::Uuid4(), OutsideWorkflowError);
  CHECK_THROWS_AS(workflow::Logger(), OutsideWorkflowError);
  CHECK_THROWS_AS(workflow::IsCancelRequested(), OutsideWorkflowError);
  CHECK_THROWS_AS(OnSignal(kGo, [] {}), OutsideWorkflowError);
  CHECK_THROWS_AS(OnQuery(kSum, [] { return 1; }), OutsideWorkflowError);
  CHECK_THROWS_AS(workflow::Spawn([]() -> Coro<void> { co_return; }), OutsideWorkflowError);
}

}  // namespace
}  // namespace groundhog::tests
