// Cancellation scopes: a tree, cancelled by code, by time and by the workflow's cancel.
#include "runtime/workflow/cancellation_scope.h"

#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::CancellationScope;
using workflow::Channel;
using workflow::ChildWorkflowOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::ExecuteChildWorkflow;
using workflow::ExecuteLocalActivity;
using workflow::FiberHandle;
using workflow::LocalActivityOptions;
using workflow::OnSignal;
using workflow::Register;
using workflow::Result;
using workflow::Shielded;
using workflow::Sleep;
using workflow::StartTimer;
using workflow::Try;
using workflow::WaitAny;
using workflow::WaitCondition;
using workflow::WithTimeout;

constexpr WorkflowType<std::string()> kTrip{"Trip"};
constexpr WorkflowType<int()> kChild{"Child"};
constexpr ActivityType<int(int)> kLeg{"step"};
constexpr SignalType<> kGiveUp{"give-up"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};
const LocalActivityOptions kLocal{.start_to_close_timeout = 5s};
const ChildWorkflowOptions kShip{
    .workflow_id = "ship",
    .cancellation_type = workflow::ChildWorkflowCancellationType::kTryCancel};

std::string WordFor(const workflow::internal::ResultBase& result) {
  return result.ok() ? " ok" : result.canceled() ? " cancelled" : " failed";
}

// One fiber for each kind of thing that can be waited for, all in one scope.
struct EveryKind {
  template <class X>
  Coro<void> Note(const char* what, X awaited) {
    const auto result = co_await Try(awaited);
    said_ += what + WordFor(result) + ";";
  }
  Coro<void> Condition() {
    const Result<void> result = co_await Try(WaitCondition([] { return false; }));
    said_ += "condition" + WordFor(result) + ";";
  }
  Coro<void> TimedCondition() {
    const Result<bool> result = co_await Try(WaitCondition([] { return false; }, 9s));
    said_ += "timed" + WordFor(result) + ";";
  }
  Coro<void> Receive() {
    const Result<std::optional<int>> result = co_await Try(channel_.Receive());
    said_ += "channel" + WordFor(result) + ";";
  }
  Coro<void> All() {
    std::vector<FiberHandle> fibers;
    fibers.push_back(workflow::Spawn(Note("activity", ExecuteActivity(kLeg, 1, kOptions))));
    fibers.push_back(workflow::Spawn(Note("timer", StartTimer(60s))));
    fibers.push_back(workflow::Spawn(Note("child", ExecuteChildWorkflow(kChild, kShip))));
    fibers.push_back(workflow::Spawn(Note("local", ExecuteLocalActivity(kLeg, 2, kLocal))));
    fibers.push_back(workflow::Spawn(Condition()));
    fibers.push_back(workflow::Spawn(TimedCondition()));
    fibers.push_back(workflow::Spawn(Receive()));
    for (const FiberHandle& fiber : fibers) co_await Shielded(fiber);
  }
  Coro<std::string> Run() {
    OnSignal(kGiveUp, [this] { given_up_ = true; });
    const CancellationScope scope;
    const FiberHandle all = scope.Spawn(All());
    co_await WaitCondition([this] { return given_up_; });
    scope.Cancel();
    scope.Cancel();
    co_await all;
    co_return said_;
  }
  Channel<int> channel_;
  bool given_up_ = false;
  std::string said_;
};

TEST_CASE("cancelling a scope cancels all that was started in it and all that waits in it") {
  Story story(Register<EveryKind>(kTrip));
  story.RunLocalActivities([](const auto&) { return std::nullopt; });
  story.Task();
  story.Add(history::ChildWorkflowExecutionStarted{
      .initiated_event_id = story.Initiated("ship"),
      .workflow_execution = {.workflow_id = "ship", .run_id = "ship-run"},
      .workflow_type = "Child"});
  story.Task();
  story.Signal("give-up");
  story.Task();
  CHECK(story.Result() ==
        "\"timer cancelled;condition cancelled;timed cancelled;channel cancelled;"
        "activity cancelled;child cancelled;local cancelled;\"");
}

// --- the tree

struct Tree {
  Coro<void> Leaf(char name) {
    const Result<void> slept = co_await Try(Sleep(60s));
    said_ += name + WordFor(slept) + ";";
  }
  Coro<void> Middle() {
    const CancellationScope below;
    const CancellationScope detached = CancellationScope::Detached();
    auto b = below.Spawn(Leaf('b'));
    auto c = detached.Spawn(Leaf('c'));
    said_ += fmt::format("{}{};", below.cancel_requested(), detached.cancel_requested());
    co_await b;
    said_ += fmt::format("{}{};", below.cancel_requested(), detached.cancel_requested());
    co_await Shielded(c);
  }
  Coro<std::string> Run() {
    const CancellationScope scope;
    auto a = workflow::Spawn(Leaf('a'));
    auto middle = scope.Spawn(Middle());
    co_await Sleep(1s);
    scope.Cancel();
    co_await middle;
    a.Cancel();
    co_await a;
    co_return said_;
  }
  std::string said_;
};

TEST_CASE("a cancel reaches scopes below, no detached one and none beside") {
  Story story(Register<Tree>(kTrip));
  story.Task();
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CancelTimer(id 3)"});
  story.FireTimer("4");
  story.Task();
  CHECK(story.Result() == "\"falsefalse;b cancelled;truefalse;c ok;a cancelled;\"");
}

struct StaysCancelled {
  Coro<int> Work() {
    const Result<int> first = co_await Try(ExecuteActivity(kLeg, 1, kOptions));
    const Result<int> second = co_await Try(ExecuteActivity(kLeg, 2, kOptions));
    const Result<void> third = co_await Try(Sleep(1s));
    const Result<bool> fourth = co_await Try(WaitCondition([] { return true; }, 1s));
    const CancellationScope below;
    said_ = WordFor(first) + WordFor(second) + WordFor(third) + WordFor(fourth) +
            (below.cancel_requested() ? " below" : "");
    co_return co_await Shielded(ExecuteActivity(kLeg, 5, kOptions));
  }
  Coro<std::string> Run() {
    const CancellationScope scope;
    scope.Cancel();
    const int n = co_await scope.Run(Work());
    co_await Sleep(2s);
    co_return fmt::format("{} {}", said_, n);
  }
  std::string said_;
};

TEST_CASE("a cancelled scope stays cancelled: what is awaited in it later comes to nothing") {
  Story story(Register<StaysCancelled>(kTrip));
  CHECK(story.Task() == Answer{"ScheduleActivityTask(step, id 3)"});
  story.CompleteActivity("3", 7);
  CHECK(story.Task() == Answer{"StartTimer(id 3, 2000ms)"});
  story.FireTimer("3");
  story.Task();
  CHECK(story.Result() == "\" cancelled cancelled cancelled cancelled below 7\"");
}

struct BelongsToTheCall {
  Coro<std::string> Work() {
    const Result<int> done = co_await Try(Shielded(ExecuteActivity(kLeg, 1, kOptions)));
    const Result<int> later = co_await Try(ExecuteActivity(kLeg, 2, kOptions));
    co_return WordFor(done) + WordFor(later);
  }
  Coro<std::string> Run() {
    const CancellationScope scope;
    const CancellationScope other;
    const auto cancel_both = [scope, other]() -> Coro<void> {
      co_await Sleep(1s);
      other.Cancel();
      co_await Sleep(1s);
      scope.Cancel();
    };
    auto canceller = workflow::Spawn(cancel_both);
    const Result<int> moved = co_await Try(other.Run(ExecuteActivity(kLeg, 3, kOptions)));
    const std::string said = co_await scope.Run(Work());
    co_return WordFor(moved) + said;
  }
};

TEST_CASE("what is started in the call of Run or Shielded belongs to that scope") {
  Story story(Register<BelongsToTheCall>(kTrip));
  story.Task();
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"RequestCancelActivityTask(scheduled 5)", "StartTimer(id 2, 1000ms)",
                               "ScheduleActivityTask(step, id 2)"});
  story.FireTimer("2");
  CHECK(story.Task().empty());
  story.CompleteActivity("2", 1);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\" cancelled ok cancelled\"");
}

// --- the workflow's cancel

struct Travels {
  Coro<int> Book() {
    auto flight = ExecuteActivity(kLeg, 1, kOptions);
    auto hotel = ExecuteActivity(kLeg, 2, kOptions);
    const Result<int> booked = co_await Try(flight);
    const Result<int> slept = co_await Try(hotel);
    said_ = WordFor(booked) + WordFor(slept);
    co_return co_await Shielded(ExecuteActivity(kLeg, 3, kOptions));
  }
  Coro<std::string> Run() {
    const CancellationScope scope;
    const int refunded = co_await scope.Run(Book());
    const Result<void> after = co_await Try(Sleep(1s));  // the cancel was delivered
    co_return fmt::format("{} {}{}", said_, refunded, WordFor(after));
  }
  std::string said_;
};

TEST_CASE("the workflow's cancel is a cancel of the scope where its code stands") {
  Story story(Register<Travels>(kTrip));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task() == Answer{"RequestCancelActivityTask(scheduled 5)",
                               "RequestCancelActivityTask(scheduled 6)",
                               "ScheduleActivityTask(step, id 3)"});
  story.CompleteActivity("3", 9);
  CHECK(story.Task() == Answer{"StartTimer(id 1, 1000ms)"});
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\" cancelled cancelled 9 ok\"");
}

struct DetachedFirst {
  Coro<void> Inner() { co_await Sleep(1s); }
  Coro<void> Outer() {
    const CancellationScope scope;
    co_await scope.Run(Inner());
  }
  Coro<std::string> Run() {
    const CancellationScope detached = CancellationScope::Detached();
    co_await detached.Run(Outer());
    const Result<void> after = co_await Try(Sleep(1s));
    co_return "after" + WordFor(after);
  }
};

TEST_CASE("in a detached scope the workflow's cancel waits, however deep the code stands") {
  Story story(Register<DetachedFirst>(kTrip));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task().empty());
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"after cancelled\"");
}

// --- time

struct Limited {
  Coro<int> Work() {
    const int n = co_await ExecuteActivity(kLeg, 1, kOptions);
    co_return n;
  }
  Coro<std::string> Run() {
    const Result<int> quote = co_await Try(WithTimeout(30s, Work()));
    co_await Sleep(1s);
    co_return quote.ok() ? fmt::format("{}", *quote) : WordFor(quote);
  }
};

TEST_CASE("a scope with a time limit") {
  Story story(Register<Limited>(kTrip));
  CHECK(story.Task() == Answer{"StartTimer(id 1, 30000ms)", "ScheduleActivityTask(step, id 1)"});
  SECTION("is cancelled by its timer") {
    story.FireTimer("1");
    CHECK(story.Task() ==
          Answer{"RequestCancelActivityTask(scheduled 6)", "StartTimer(id 2, 1000ms)"});
    story.FireTimer("2");
    story.Task();
    CHECK(story.Result() == "\" cancelled\"");
  }
  SECTION("takes the timer back when the work is done") {
    story.CompleteActivity("1", 4);
    CHECK(story.Task() == Answer{"CancelTimer(id 1)", "StartTimer(id 2, 1000ms)"});
    story.FireTimer("2");
    story.Task();
    CHECK(story.Result() == "\"4\"");
  }
  SECTION("is cancelled with the workflow, timer and all") {
    story.RequestCancel();
    CHECK(story.Task() == Answer{"RequestCancelActivityTask(scheduled 6)", "CancelTimer(id 1)",
                                 "StartTimer(id 2, 1000ms)"});
    story.FireTimer("2");
    story.Task();
    CHECK(story.Result() == "\" cancelled\"");
  }
}

struct WaitsInside {
  Coro<std::size_t> Race() {
    auto one = StartTimer(60s);
    auto two = StartTimer(90s);
    co_return co_await WaitAny(one, two);
  }
  Coro<std::string> Run() {
    const CancellationScope scope;
    const auto cancel_later = [scope]() -> Coro<void> {
      co_await Sleep(1s);
      scope.Cancel();
    };
    auto canceller = workflow::Spawn(cancel_later);
    const Result<std::size_t> first = co_await Try(scope.Run(Race()));
    co_await canceller;
    co_return "race" + WordFor(first);
  }
};

TEST_CASE("WaitAny in a scope that is cancelled is cancelled, and so are its timers") {
  Story story(Register<WaitsInside>(kTrip));
  story.Task();
  story.FireTimer("3");
  CHECK(story.Task() ==
        Answer{"CancelTimer(id 1)", "CancelTimer(id 2)", "CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"race cancelled\"");
}

struct Abandoned {
  Coro<void> Hang() {
    co_await WaitCondition([] { return false; });
  }
  Coro<std::string> Run() {
    const CancellationScope scope;
    auto fiber = scope.Spawn(Hang());
    co_await scope.Run(Sleep(1s));
    co_return "done";
  }
};

TEST_CASE("a run that ends with a scope in use leaves nothing behind") {
  Story story(Register<Abandoned>(kTrip));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"done\"");
}

struct LateAwait {
  Coro<std::string> Run() {
    auto held = WaitCondition([] { return false; }, 1s);
    co_await Sleep(5s);
    const bool in_time = co_await held;
    co_return in_time ? "held" : "late";
  }
};

TEST_CASE("a condition whose time was over before it was awaited does not wait") {
  Story story(Register<LateAwait>(kTrip));
  story.Task();
  story.FireTimer("1");
  story.Task();
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"late\"");
}

TEST_CASE("a query cannot cancel a scope") {
  struct Asked {
    Asked() {
      workflow::OnQuery(QueryType<int()>{"q"}, [this] {
        if (scope_) scope_->Cancel();
        return 1;
      });
    }
    Coro<std::string> Run() {
      scope_.emplace();
      co_await Sleep(1s);
      co_return "done";
    }
    std::optional<CancellationScope> scope_;
  };
  Story story(Register<Asked>(kTrip));
  story.Task();
  CHECK_THAT(story.Query("q"), Catch::Matchers::Contains("CancellationScope::Cancel"));
  story.FireTimer("1");
  story.Task();
}

}  // namespace
}  // namespace groundhog::tests
