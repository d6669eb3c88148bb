// A run's mutable state against a model of what is pending, and against its own history: a client,
// a worker, time, crashes and resets in any order (SEMANTICS a.4, b.4, c.2, f.1, f.4-f.6, f.11, g).
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/rapidcheck.h"
#include "tests/runtime/server/pending_answer.h"
#include "tests/runtime/server/pending_model.h"
#include "tests/runtime/server/raw_world.h"
#include "tests/runtime/server/state_difference.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using history::EventId;
enum class Act : std::uint8_t {
  kSignal,
  kCancel,
  kPoll,
  kComplete,
  kFail,
  kPollActivity,
  kCompleteActivity,
  kFailActivity,
  kRefuseActivity,  // a failure that is not tried again
  kHeartbeat,
  kSleep,
  kEndChild,
  kCrash,
  kReset,
  kClose,
};
void showValue(Act act, std::ostream& out) {
  constexpr const char* kNames[] = {"signal",
                                    "cancel",
                                    "poll",
                                    "complete",
                                    "fail",
                                    "poll activity",
                                    "complete activity",
                                    "fail activity",
                                    "refuse activity",
                                    "heartbeat",
                                    "sleep",
                                    "end child",
                                    "crash",
                                    "reset",
                                    "close"};
  out << kNames[static_cast<std::size_t>(act)];
}
using Move = std::pair<Act, int>;
using Moves = std::vector<Move>;

rc::Gen<Moves> AnyMoves() {
  return rc::gen::container<Moves>(
      rc::gen::pair(rc::gen::weightedElement<Act>({{2, Act::kSignal},
                                                   {1, Act::kCancel},
                                                   {8, Act::kPoll},
                                                   {8, Act::kComplete},
                                                   {1, Act::kFail},
                                                   {4, Act::kPollActivity},
                                                   {2, Act::kCompleteActivity},
                                                   {2, Act::kFailActivity},
                                                   {1, Act::kRefuseActivity},
                                                   {1, Act::kHeartbeat},
                                                   {2, Act::kSleep},
                                                   {1, Act::kEndChild},
                                                   {1, Act::kCrash},
                                                   {1, Act::kReset},
                                                   {1, Act::kClose}}),
                    rc::gen::inRange(0, 1000)));
}

// What a wrong model believes.
enum class Plant : std::uint8_t { kNone, kRetriesEnd, kResetKeepsTimers };

// Does each move to both, if it can be done now, and compares them after it.
class Both {
 public:
  Both(RawWorld& world, Plant plant) : world_(world), plant_(plant) {}

  std::string difference;

  sim::Coro<void> Begin() {
    StartOptions elsewhere;
    elsewhere.queue = "kids";
    ExpectOk(co_await world_.Start("target", elsewhere));
    StartOptions options;
    options.task_timeout = 120s;
    ExpectOk(co_await world_.Start("w", options));
    Compare();
  }

  sim::Coro<void> Do(Move move) {
    const auto [act, pick] = move;
    co_await KeepClearOfDeadlines();
    if (!model_.open && act != Act::kReset && act != Act::kCrash) co_return;
    switch (act) {
      case Act::kSignal:
        ExpectOk(co_await world_.Signal("w", "s"));
        ++model_.signals;
        model_.News();
        break;
      case Act::kCancel:
        ExpectOk(co_await world_.Cancel("w"));
        if (!std::exchange(model_.cancel_requested, true)) model_.News();
        break;
      case Act::kPoll:
        co_await Poll();
        break;
      case Act::kComplete:
        co_await Complete(pick);
        break;
      case Act::kFail:
        if (model_.task != TaskPhase::kStarted) break;
        ExpectOk(co_await world_.Fail(task_));
        model_.EndTask(true);
        break;
      case Act::kPollActivity:
        co_await PollActivity();
        break;
      case Act::kCompleteActivity:
      case Act::kFailActivity:
      case Act::kRefuseActivity:
      case Act::kHeartbeat:
        co_await Report(act, pick);
        break;
      case Act::kSleep:
        for (int quarter = 0; quarter < 4; ++quarter) {
          co_await world_.Sleep(250ms);
          CompareWithHistory();
        }
        break;
      case Act::kEndChild:
        co_await EndChild(pick);
        break;
      case Act::kCrash:
        world_.server().Crash(300ms);
        co_await world_.Sleep(400ms);
        break;
      case Act::kReset:
        co_await Reset(pick);
        break;
      case Act::kClose:
        co_await Close();
        break;
    }
    CompareWithHistory();
    co_await KeepClearOfDeadlines();
    co_await world_.Sleep(20ms);  // what goes between workflows has arrived
    model_.PassTime(world_.Now());
    Compare();
  }

 private:
  // So that it is clear whether something came before or after a deadline.
  sim::Coro<void> KeepClearOfDeadlines() {
    while (IsNearDeadline()) co_await world_.Sleep(100ms);
    model_.PassTime(world_.Now());
  }
  // A back-off of half a second may also end just before or behind one.
  bool IsNearDeadline() const {
    const auto is_near = [now = world_.Now()](double due) {
      return (due > now - 0.05 && due < now + 0.2) || (due > now + 0.4 && due < now + 0.6);
    };
    return std::any_of(model_.timers.begin(), model_.timers.end(),
                       [&](const auto& timer) { return is_near(timer.second); }) ||
           std::any_of(model_.activities.begin(), model_.activities.end(),
                       [&](const auto& each) { return is_near(each.second.due); });
  }

  sim::Coro<void> Poll() {
    if (model_.task != TaskPhase::kScheduled) co_return;
    const PendingModel before = model_;
    task_ = co_await world_.Poll();
    model_.task = TaskPhase::kStarted;
    // A second attempt is written together with its end: no history can be cut there.
    if (task_->attempt == 1) cuts_.insert_or_assign(task_->started_event_id + 1, before);
  }

  // Each digit of `pick` is a command.
  sim::Coro<void> Complete(int pick) {
    if (model_.task != TaskPhase::kStarted) co_return;
    PendingAnswer answer(model_, Current().state.activities, world_.Now(), count_);
    for (int digits = pick; digits > 0; digits /= 10) answer.Add(digits % 10, pick);
    ExpectOk(co_await world_.Complete(task_, std::move(answer.commands)));
    for (const std::string& child : answer.begun) alive_.insert(child);
    model_ = std::move(answer.after);
    model_.EndTask(answer.again);
  }

  sim::Coro<void> PollActivity() {
    const double now = world_.Now();
    const bool any = std::any_of(
        model_.activities.begin(), model_.activities.end(),
        [now](const auto& each) { return !each.second.started && each.second.ready < now; });
    if (!any) co_return;
    const ActivityTask task = co_await world_.PollActivity();
    const std::string id = task->token.activity_id;
    const auto found = model_.activities.find(id);
    if (found == model_.activities.end() || found->second.started) {
      difference = "a task of activity " + id + " that the model does not have";
      co_return;
    }
    found->second.started = true;
    running_.insert_or_assign(id, std::make_unique<ActivityTask>(task));
  }

  sim::Coro<void> Report(Act act, int pick) {
    std::map<std::string, ModelActivity> started = model_.activities;
    std::erase_if(started, [](const auto& each) { return !each.second.started; });
    const std::string* id = PickName(started, pick);
    if (id == nullptr) co_return;
    const ActivityTask& task = *running_.at(*id);
    ModelActivity& activity = model_.activities.at(*id);
    if (act == Act::kHeartbeat) {
      ExpectOk(co_await world_.Heartbeat(task, Text("beat")));
      co_return;
    }
    bool ends = true;
    if (act == Act::kCompleteActivity) {
      ExpectOk(co_await world_.CompleteActivity(task));
    } else if (act == Act::kRefuseActivity) {
      const history::FailurePtr failure = history::MakeShared<history::Failure>(history::Failure{
          .message = "never", .info = history::ApplicationFailureInfo{.non_retryable = true}});
      ExpectOk(co_await world_.FailActivity(task, failure));
    } else {
      const history::FailurePtr failure = ApplicationFailure("not yet", "Retryable");
      ExpectOk(co_await world_.FailActivity(task, failure));
      ends = activity.cancel_requested || activity.due < world_.Now() + 0.5 ||
             plant_ == Plant::kRetriesEnd;
      activity.started = false;
      activity.ready = world_.Now() + 0.6;
    }
    if (!ends) co_return;
    model_.activities.erase(*id);
    model_.News();
  }

  sim::Coro<void> EndChild(int pick) {
    if (model_.children.empty()) co_return;
    auto at = model_.children.begin();
    std::advance(at, static_cast<std::size_t>(pick) % model_.children.size());
    const std::string child = *at;
    ExpectOk(co_await world_.Terminate(child, "grown"));
    alive_.erase(child);
    model_.children.erase(child);
    model_.News();
  }

  // The run as it was when one of its tasks was handed out, those of the runs before it included.
  sim::Coro<void> Reset(int pick) {
    if (cuts_.empty()) co_return;
    auto cut = cuts_.begin();
    std::advance(cut, static_cast<std::size_t>(pick) % cuts_.size());
    if (cut->first > static_cast<EventId>(Current().history.size())) co_return;
    ExpectOk(co_await world_.Reset("w", "", cut->first));
    PendingModel then = cut->second;
    if (plant_ == Plant::kResetKeepsTimers) then.timers.insert_or_assign("planted", kNever);
    model_.Reset(std::move(then), alive_, world_.Now());
    cuts_.erase(std::next(cut), cuts_.end());
  }

  sim::Coro<void> Close() {
    if (model_.task != TaskPhase::kStarted || model_.news_wait) co_return;
    ExpectOk(co_await world_.Complete(task_, CommandsOf(CompleteWorkflow())));
    for (const std::string& child : model_.children) alive_.erase(child);  // they are terminated
    model_.Close();
  }

  const RunRecord& Current() const {
    return world_.durable().run(*world_.durable().FindCurrent("w"));
  }

  void CompareWithHistory() {
    if (!difference.empty()) return;
    for (const RunRecord& run : world_.durable().runs()) {
      difference = DifferenceFromHistory(run, world_.symbols());
      if (!difference.empty()) return;
    }
  }

  void Compare() {
    CompareWithHistory();
    if (!difference.empty()) return;
    const RunState& state = Current().state;
    const auto expect = [this](bool holds, const char* what) {
      if (!holds && difference.empty()) difference = std::string("not as in the model: ") + what;
    };
    PendingNames activities;
    for (const auto& [id, activity] : state.activities) {
      activities.insert(activity.scheduled->activity_id);
      const auto known = model_.activities.find(activity.scheduled->activity_id);
      if (known == model_.activities.end()) continue;
      expect(known->second.started == activity.is_started(), "whether an activity runs");
      expect(known->second.cancel_requested == activity.cancel_requested, "whether to cancel it");
    }
    PendingNames timers;
    for (const auto& [id, timer] : state.timers) timers.insert(timer.started->timer_id);
    PendingNames children;
    const Relations* relations = state.relations.get();
    if (relations != nullptr && state.info.running()) {
      for (const auto& [id, child] : relations->children) {
        children.insert(child.initiated->workflow_id);
      }
    }
    expect(activities == NamesOf(model_.activities), "activities");
    expect(timers == NamesOf(model_.timers), "timers");
    expect(children == model_.children, "children");
    expect(relations == nullptr || relations->requests.empty(), "requests");
    expect(state.info.signals == model_.signals, "signals");
    expect(state.info.cancel_requested == model_.cancel_requested, "the cancel request");
    expect(state.info.running() == model_.open, "the status");
    expect(state.info.workflow_task.phase == model_.task, "the workflow task");
  }

  template <class Map>
  static PendingNames NamesOf(const Map& map) {
    PendingNames names;
    for (const auto& [name, value] : map) names.insert(name);
    return names;
  }

  RawWorld& world_;
  Plant plant_;
  PendingModel model_;
  // By the event that a reset would put in place of another one.
  std::map<EventId, PendingModel> cuts_;
  std::map<std::string, std::unique_ptr<ActivityTask>> running_;
  PendingNames alive_;  // of all children that ever were
  WorkflowTask task_ = absl::NotFoundError("none yet");
  int count_ = 0;
};

// Empty if the server does what the model does.
std::string Play(const Moves& moves, Plant plant = Plant::kNone) {
  std::string difference;
  RawWorld world;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    Both both(w, plant);
    co_await both.Begin();
    for (std::size_t i = 0; i < moves.size() && both.difference.empty(); ++i) {
      co_await both.Do(moves[i]);
    }
    difference = both.difference;
    (void)co_await w.Terminate("w", "the end");
    (void)co_await w.Terminate("target", "the end");
  });
  return difference;
}

TEST_CASE("a run's state is the model's and what its history gives, whatever happens",
          "[property]") {
  rc::prop("any sequence of moves", [] {
    const Moves moves = *AnyMoves().as("moves");
    const std::string difference = Play(moves);
    if (!difference.empty()) RC_FAIL(difference);
  });
}

// The difference that one of the first two hundred random sequences shows.
std::string FirstDifference(Plant plant) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::string difference = Play(AnyMoves()(rc::Random(seed), 100).value(), plant);
    if (!difference.empty()) return difference;
  }
  return "";
}

TEST_CASE("a model that is wrong about retries or resets is caught") {
  CHECK(FirstDifference(Plant::kRetriesEnd) == "not as in the model: activities");
  CHECK(FirstDifference(Plant::kResetKeepsTimers) == "not as in the model: timers");
}

// A run with one of everything, and what the store might have lost of it.
TEST_CASE("a state that has lost something of its history is caught") {
  RawWorld world;
  world.Run([&world](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    const history::Command child = history::StartChildWorkflowExecution{
        .workflow_id = "kid", .workflow_type = "Child", .task_queue = "kids"};
    const history::Command memo =
        history::ModifyWorkflowProperties{.upserted_memo = {{"note", Text("new").front()}}};
    ExpectOk(co_await w.Complete(
        task, CommandsOf(StartTimer("t", 30s), testing::Step("a", 30s), child, memo)));
    ExpectOk(co_await w.Signal("w", "s"));
    ExpectOk(co_await w.Cancel("w"));
    co_await w.Sleep(20ms);
    const RunRecord& whole = world.durable().run(0);
    const auto without = [&](auto lose) {
      RunRecord run = whole;
      lose(run.state);
      return DifferenceFromHistory(run, world.symbols());
    };
    CHECK(without([](RunState&) {}).empty());
    CHECK(without([](RunState& state) { state.timers.clear(); }) ==
          "timer 5 is not stored as pending");
    CHECK(without([](RunState& state) { state.activities.clear(); }) ==
          "activity 6 is not stored as pending");
    CHECK(without([](RunState& state) { state.relations.reset(); }) ==
          "child 7 is not stored as pending");
    CHECK(without([](RunState& state) {
            state.relations.Make().children.at(7).first_run_id = "another";
          }) == "child 7");
    CHECK(without([](RunState& state) { state.timers.at(5).fire_time += 1s; }) == "timer 5");
    CHECK(without([](RunState& state) { state.info.signals = 0; }) == "signals");
    CHECK(without([](RunState& state) { state.info.cancel_requested = false; }) ==
          "cancel_requested");
    CHECK(without([](RunState& state) { state.info.properties = {}; }) == "memo");
    CHECK(without([](RunState& state) { state.info.workflow_task = {}; }) ==
          "the workflow task's phase");
    ExpectOk(co_await w.Terminate("w", "the end"));
  });
}

}  // namespace
}  // namespace groundhog::server::testing
