// Local activities as workflow code sees them (SEMANTICS d.6, f.8; recorded README 9).
#include "runtime/workflow/local_activity.h"

#include "runtime/history/failure_text.h"
#include "runtime/workflow/local_activity_machine.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityCancellationType;
using workflow::Coro;
using workflow::ExecuteLocalActivity;
using workflow::LocalActivityHandle;
using workflow::LocalActivityOptions;
using workflow::LocalActivityResolution;
using workflow::LocalActivityTask;
using workflow::Register;
using workflow::Replay;
using workflow::Result;
using workflow::WorkflowRegistry;

constexpr WorkflowType<std::string()> kShop{"Shop"};
constexpr ActivityType<std::string(int)> kPrice{"price"};
const LocalActivityOptions kOptions{.start_to_close_timeout = 5s};

history::FailurePtr StepError() {
  return history::MakeShared<history::Failure>(history::Failure{
      .message = "step failed", .info = history::ApplicationFailureInfo{.type = "StepError"}});
}

// The first that runs completes with "price <its argument>".
std::optional<LocalActivityResolution> First(const Story& story,
                                             const std::vector<LocalActivityTask>& running) {
  if (running.empty()) return std::nullopt;
  LocalActivityResolution resolution = story.Resolution(running.front().seq);
  resolution.attempt = running.front().attempt;
  resolution.result = history::ToPayloads("price " + running.front().input.at(0).data());
  return resolution;
}

struct OnePrice {
  Coro<std::string> Run() {
    const history::Timestamp before = workflow::Now();
    const std::string price = co_await ExecuteLocalActivity(kPrice, 7, kOptions);
    const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(workflow::Now() - before);
    co_await workflow::Sleep(1s);
    co_return fmt::format("{} after {} ms", price, passed.count());
  }
};

TEST_CASE("a local activity is executed without the server and recorded with its task") {
  Story story(Register<OnePrice>(kShop));
  story.RunLocalActivities([&](const auto& running) { return First(story, running); });
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "StartTimer(id 1, 1000ms)"});
  CHECK_FALSE(story.heartbeaten());
  const auto& marker = std::get<history::RecordMarker>(story.last_commands()[0]);
  REQUIRE(marker.details.size() == 2);
  CHECK(marker.details[0].first == "data");
  CHECK(marker.details[0].second[0].data() ==
        R"({"seq":1,"attempt":1,"activity_id":"1","activity_type":"price",)"
        R"("complete_time":{"nanos":500000000,"seconds":3},"backoff":null,)"
        R"("original_schedule_time":{"nanos":0,"seconds":3},"activation_index":1})");
  CHECK(marker.details[1].first == "result");
  CHECK(marker.details[1].second[0].data() == "\"price 7\"");
  CHECK_FALSE(marker.failure);
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"price 7 after 500 ms\"");
}

TEST_CASE("the task that asks for a local activity carries what it needs") {
  struct Asks {
    Coro<std::string> Run() {
      const LocalActivityOptions options{.schedule_to_close_timeout = 9s,
                                         .schedule_to_start_timeout = 2s,
                                         .start_to_close_timeout = 5s,
                                         .retry_policy = {.maximum_attempts = 3},
                                         .local_retry_threshold = 4s,
                                         .activity_id = "mine"};
      co_return co_await ExecuteLocalActivity(kPrice, 7, options);
    }
  };
  Story story(Register<Asks>(kShop));
  story.RunLocalActivities([&](const auto& running) {
    CHECK(running.at(0).activity_id == "mine");
    CHECK(running[0].activity_type == "price");
    CHECK(running[0].attempt == 1);
    CHECK(running[0].schedule_to_close_timeout == 9s);
    CHECK(running[0].schedule_to_start_timeout == 2s);
    CHECK(running[0].start_to_close_timeout == 5s);
    CHECK(running[0].retry_policy.maximum_attempts == 3);
    CHECK(running[0].local_retry_threshold == 4s);
    CHECK_FALSE(running[0].original_schedule_time);
    return First(story, running);
  });
  story.Task();
  CHECK(story.Result() == "\"price 7\"");
}

TEST_CASE("a local activity without a close timeout is refused") {
  struct Careless {
    Coro<std::string> Run() {
      const LocalActivityOptions options{.schedule_to_start_timeout = 1s};
      co_return co_await ExecuteLocalActivity(kPrice, 7, options);
    }
  };
  Story story(Register<Careless>(kShop));
  CHECK_THAT(story.Task().at(0),
             Catch::Contains("needs a start_to_close_timeout or a schedule_to_close_timeout"));
  story.NoReplay();
}

struct Tries {
  Coro<std::string> Run() {
    const Result<std::string> price =
        co_await workflow::Try(ExecuteLocalActivity(kPrice, 7, kOptions));
    co_return price.ok() ? *price : fmt::format("{}", price.failure());
  }
};

TEST_CASE("a failure of a local activity comes as itself, a timeout wrapped") {
  Story failing(Register<Tries>(kShop));
  failing.RunLocalActivities([&](const auto& running) {
    LocalActivityResolution resolution = failing.Resolution(running.at(0).seq);
    resolution.attempt = 2;
    resolution.failure = StepError();
    return std::optional(resolution);
  });
  CHECK(failing.Task() == Answer{"RecordMarker(core_local_activity)", "CompleteWorkflowExecution"});
  const auto& marker = std::get<history::RecordMarker>(failing.last_commands()[0]);
  CHECK(marker.details.size() == 1);
  REQUIRE(marker.failure);
  CHECK(marker.failure->message == "step failed");
  CHECK(failing.Result() == "\"StepError: step failed\"");

  Story slow(Register<Tries>(kShop));
  slow.RunLocalActivities([&](const auto& running) {
    LocalActivityResolution resolution = slow.Resolution(running.at(0).seq);
    resolution.failure = history::MakeShared<history::Failure>(history::Failure{
        .message = "Activity timed out",
        .info =
            history::TimeoutFailureInfo{.timeout_type = history::TimeoutType::kScheduleToClose}});
    return std::optional(resolution);
  });
  slow.Task();
  CHECK_THAT(slow.Result(), Catch::StartsWith("\"Local Activity timed out"));
}

struct Three {
  Coro<void> One(int i) {
    const std::string price = co_await ExecuteLocalActivity(kPrice, i, kOptions);
    co_await workflow::Sleep(std::chrono::seconds(i));
    log_ += std::to_string(i);
  }
  Coro<std::string> Run() {
    std::vector<workflow::FiberHandle> fibers;
    for (int i = 1; i <= 3; ++i) fibers.push_back(workflow::Spawn(One(i)));
    co_await workflow::WaitAll(fibers);
    co_return log_;
  }
  std::string log_;
};

TEST_CASE("local activities side by side replay in the order in which they ended") {
  Story story(Register<Three>(kShop));
  story.RunLocalActivities([&](const std::vector<LocalActivityTask>& running) {
    return First(story, {running.back()});
  });
  const std::string marker = "RecordMarker(core_local_activity)";
  CHECK(story.Task() == Answer{marker, "StartTimer(id 1, 3000ms)", marker,
                               "StartTimer(id 2, 2000ms)", marker, "StartTimer(id 3, 1000ms)"});
  for (const char* id : {"3", "1", "2"}) story.FireTimer(id);
  story.Task();
  CHECK(story.Result() == "\"132\"");
}

TEST_CASE("markers that were recorded together are resolved together") {
  Story story(Register<Three>(kShop));
  story.RunLocalActivities([&](const auto& running) { return First(story, running); });
  story.Task();
  // As core writes it when several end at once: the markers, then what the code did.
  history::EventHistory history(story.history().begin(), story.history().begin() + 4);
  for (const std::size_t i : {4, 6, 8, 5, 7, 9}) history.push_back(story.history().at(i));
  for (std::size_t i = 0; i < history.size(); ++i) {
    history[i].event_id = static_cast<history::EventId>(i) + 1;
  }
  CHECK(std::holds_alternative<workflow::Replayed>(
      Replay(WorkflowRegistry{Register<Three>(kShop)}, history)));
  story.NoReplay();
}

TEST_CASE("a long back-off is waited for by a timer, then there is another round") {
  Story story(Register<Tries>(kShop));
  story.RunLocalActivities([&](const auto& running) {
    LocalActivityResolution resolution = *First(story, running);
    if (running.at(0).attempt == 1) {
      resolution.attempt = 2;  // the first was tried again at once
      resolution.result.clear();
      resolution.failure = StepError();
      resolution.backoff = 600ms;
    } else {
      CHECK(running[0].attempt == 3);
      CHECK(running[0].seq == 2);
      CHECK(running[0].activity_id == "2");
      CHECK(running[0].original_schedule_time == history::FromUnixNanos(3'000'000'000));
    }
    return std::optional(resolution);
  });
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "StartTimer(id 1, 600ms)"});
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"price 7\"");
}

TEST_CASE("a local activity that outlasts its task is heartbeaten, and recorded with the next") {
  Story story(Register<OnePrice>(kShop));
  CHECK(story.Task().empty());
  CHECK(story.heartbeaten());
  CHECK(story.Task().empty());
  story.Signal("nobody", 1);
  story.RunLocalActivities([&](const auto& running) { return First(story, running); });
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "StartTimer(id 1, 1000ms)"});
  story.FireTimer("1");
  story.Task();
}

TEST_CASE("a heartbeat carries the commands that the code has issued meanwhile") {
  struct Both {
    Coro<std::string> Run() {
      workflow::TimerHandle timer = workflow::StartTimer(9s);
      const std::string price = co_await ExecuteLocalActivity(kPrice, 7, kOptions);
      timer.Cancel();
      co_return price;
    }
  };
  Story story(Register<Both>(kShop));
  CHECK(story.Task() == Answer{"StartTimer(id 1, 9000ms)"});
  story.RunLocalActivities([&](const auto& running) { return First(story, running); });
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "CancelTimer(id 1)",
                               "CompleteWorkflowExecution"});
}

TEST_CASE("a workflow that ends waits for no local activity") {
  struct Impatient {
    Coro<std::string> Run() {
      const auto price = ExecuteLocalActivity(kPrice, 7, kOptions);
      co_return "early";
    }
  };
  Story story(Register<Impatient>(kShop));
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
}

template <ActivityCancellationType kType>
struct Cancels {
  Coro<std::string> Run() {
    const LocalActivityOptions options{.start_to_close_timeout = 5s, .cancellation_type = kType};
    LocalActivityHandle<std::string> price = ExecuteLocalActivity(kPrice, 7, options);
    co_await ExecuteLocalActivity(kPrice, 1, kOptions);
    price.Cancel();
    const Result<std::string> result = co_await workflow::Try(price);
    co_return result.ok() ? *result : fmt::format("{}", result.failure());
  }
};

TEST_CASE("cancelling a local activity: try, wait, abandon") {
  const auto second_first = [](Story& story) {
    return [&story](const std::vector<LocalActivityTask>& running) {
      return First(story, {running.back()});
    };
  };
  const std::string marker = "RecordMarker(core_local_activity)";
  Story tries(Register<Cancels<ActivityCancellationType::kTryCancel>>(kShop));
  tries.RunLocalActivities(second_first(tries));
  CHECK(tries.Task() == Answer{marker, marker, "CompleteWorkflowExecution"});
  CHECK(tries.local_activity_cancels() == std::vector<std::uint32_t>{1});
  CHECK_THAT(tries.Result(), Catch::StartsWith("\"Local Activity cancelled"));
  const auto& canceled = std::get<history::RecordMarker>(tries.last_commands()[1]);
  REQUIRE(canceled.failure);
  CHECK(history::InfoAs<history::CanceledFailureInfo>(canceled.failure) != nullptr);

  Story abandons(Register<Cancels<ActivityCancellationType::kAbandon>>(kShop));
  abandons.RunLocalActivities(second_first(abandons));
  CHECK(abandons.Task() == Answer{marker, marker, "CompleteWorkflowExecution"});
  CHECK(abandons.local_activity_cancels().empty());

  Story waits(Register<Cancels<ActivityCancellationType::kWaitCancellationCompleted>>(kShop));
  waits.RunLocalActivities(second_first(waits));
  CHECK(waits.Task() == Answer{marker, marker, "CompleteWorkflowExecution"});
  CHECK(waits.local_activity_cancels() == std::vector<std::uint32_t>{1});
  CHECK(waits.Result() == "\"price 7\"");
}

TEST_CASE("cancelled before anybody could begin it, a local activity is recorded as cancelled") {
  struct AtOnce {
    Coro<std::string> Run() {
      LocalActivityHandle<std::string> price = ExecuteLocalActivity(kPrice, 7, kOptions);
      price.Cancel();
      const Result<std::string> result = co_await workflow::Try(price);
      co_return result.canceled() ? "cancelled" : "not";
    }
  };
  Story story(Register<AtOnce>(kShop));
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "CompleteWorkflowExecution"});
  CHECK(story.local_activity_cancels().empty());
  CHECK(story.Result() == "\"cancelled\"");
}

// --- differences

std::string ProblemOf(const WorkflowRegistry& code, const history::EventHistory& history) {
  const workflow::ReplayResult result = Replay(code, history);
  const auto* difference = std::get_if<workflow::Nondeterminism>(&result);
  return difference == nullptr ? "" : difference->text;
}

history::EventHistory Recorded() {
  Story story(Register<OnePrice>(kShop));
  story.RunLocalActivities([&](const auto& running) { return First(story, running); });
  story.Task();
  return story.history();
}

TEST_CASE("code that does not ask for the local activity of a marker differs from its history") {
  struct Plain {
    Coro<std::string> Run() {
      co_await workflow::Sleep(1s);
      co_return "";
    }
  };
  CHECK(ProblemOf(WorkflowRegistry{Register<Plain>(kShop)}, Recorded()) ==
        "[TMPRL1100] Nondeterminism error: Missing associated machine for LocalActivity(1)");
}

TEST_CASE("another type or another id of a local activity is a difference") {
  struct OtherType {
    Coro<std::string> Run() {
      co_await ExecuteLocalActivity(ActivityType<std::string(int)>{"other"}, 7, kOptions);
      co_await workflow::Sleep(1s);
      co_return "";
    }
  };
  struct OtherId {
    Coro<std::string> Run() {
      const LocalActivityOptions options{.start_to_close_timeout = 5s, .activity_id = "mine"};
      co_await ExecuteLocalActivity(kPrice, 7, options);
      co_await workflow::Sleep(1s);
      co_return "";
    }
  };
  CHECK(ProblemOf(WorkflowRegistry{Register<OtherType>(kShop)}, Recorded()) ==
        "[TMPRL1100] Nondeterminism error: Activity type of recorded marker 'price' does not match "
        "activity type of local activity command 'other'");
  CHECK(ProblemOf(WorkflowRegistry{Register<OtherId>(kShop)}, Recorded()) ==
        "[TMPRL1100] Nondeterminism error: Activity id of recorded marker '1' does not match "
        "activity id of local activity command 'mine'");
}

TEST_CASE("a local activity whose marker never came is executed when the run goes live") {
  const history::EventHistory recorded = Recorded();
  // Everything up to the first task's completion, as a worker left it that died in a heartbeat.
  Story story(WorkflowRegistry{Register<OnePrice>(kShop)},
              history::EventHistory(recorded.begin(), recorded.begin() + 4));
  int executed = 0;
  story.RunLocalActivities([&](const auto& running) {
    ++executed;
    return First(story, running);
  });
  CHECK(story.Task() == Answer{"RecordMarker(core_local_activity)", "StartTimer(id 1, 1000ms)"});
  CHECK(executed == 2);  // once by the run that was there, once by a new one
}

TEST_CASE("Go's markers of local activities are replayed") {
  history::EventHistory history = Recorded();
  auto marker = *history::As<history::MarkerRecorded>(history.at(4));
  marker.marker_name = "LocalActivity";
  marker.details[0].second = {history::Payload(
      history::kEncodingJson,
      R"({"ActivityID":"1","ActivityType":"price","ReplayTime":"1970-01-01T00:00:03.5Z",)"
      R"("Attempt":3,"Backoff":0})")};
  history[4] = history::MakeEvent(5, history[4].event_time, marker);
  CHECK(ProblemOf(WorkflowRegistry{Register<OnePrice>(kShop)}, history).empty());
}

TEST_CASE("the rounds of a local activity make legal transitions only") {
  using workflow::internal::LocalActivityInput;
  using workflow::internal::LocalActivityState;
  using workflow::internal::NextState;
  CHECK(NextState(LocalActivityState::kWaitingForMarker, LocalActivityInput::kGoLive) ==
        LocalActivityState::kRequested);
  CHECK(NextState(LocalActivityState::kRequested, LocalActivityInput::kResult) ==
        LocalActivityState::kMarkerQueued);
  CHECK(NextState(LocalActivityState::kMarkerQueued, LocalActivityInput::kMarkerEvent) ==
        LocalActivityState::kRecorded);
  CHECK_FALSE(NextState(LocalActivityState::kRequested, LocalActivityInput::kMarkerEvent));
  CHECK_FALSE(NextState(LocalActivityState::kRecorded, LocalActivityInput::kMarkerEvent));
  CHECK_FALSE(NextState(LocalActivityState::kRecorded, LocalActivityInput::kGoLive));
}

}  // namespace
}  // namespace groundhog::tests
