// What every workflow tells about itself: stack traces, metadata, current details (SEMANTICS f.2).
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/workflow/details.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Register;

constexpr WorkflowType<std::string()> kWaits{"Waits"};
constexpr SignalType<> kGo{"go"};
constexpr QueryType<int()> kCount{"count"};
constexpr UpdateType<void()> kSet{"set"};

constexpr const char* kFile = __FILE__;
constexpr int kLineOfSleep = __LINE__ + 2;
struct Waits {
  static Coro<void> Nap() { co_await workflow::Sleep(1s); }
  Waits() {
    workflow::OnSignal(kGo, []() -> Coro<void> { co_await workflow::Sleep(5s); });
    workflow::OnQuery(kCount, [] { return 1; });
    workflow::OnUpdate(kSet, [] {});
  }
  Coro<std::string> Run() {
    workflow::SetCurrentDetails("napping");
    co_await Nap();
    workflow::SetCurrentDetails("awake");
    co_await workflow::Sleep(2s);
    co_return workflow::CurrentDetails();
  }
};
constexpr int kLineOfRunCall = __LINE__ - 6;

TEST_CASE("a stack trace names file and line of each co_await that waits") {
  Story story(Register<Waits>(kWaits));
  story.Task();
  const std::string trace = nlohmann::json::parse(story.Query("__stack_trace"));
  CHECK(trace ==
        fmt::format("Run:\n  at {}:{}\n  at {}:{}\n", kFile, kLineOfSleep, kFile, kLineOfRunCall));
  story.FireTimer("1");
  story.Signal("go");
  story.Task();
  const std::string later = nlohmann::json::parse(story.Query("__stack_trace"));
  CHECK(later == fmt::format("Run:\n  at {}:{}\n\nsignal handler 'go':\n  at {}:{}\n", kFile,
                             kLineOfRunCall + 2, kFile, kLineOfSleep + 2));
  const auto enhanced = nlohmann::json::parse(story.Query("__enhanced_stack_trace"));
  CHECK(enhanced["stacks"].size() == 2);
  CHECK(enhanced["stacks"][0]["locations"][0]["line"] == kLineOfRunCall + 2);
  story.FireTimer("3");
  story.Task();
  CHECK(story.Result() == "\"awake\"");
  CHECK(story.Query("__stack_trace") == "\"signal handler 'go':\\n  at " + std::string(kFile) +
                                            ":" + std::to_string(kLineOfSleep + 2) + "\\n\"");
}

TEST_CASE("the metadata query tells type, handlers and the details of the moment") {
  Story story(Register<Waits>(kWaits));
  story.Task();
  const auto metadata = nlohmann::json::parse(story.Query("__temporal_workflow_metadata"));
  CHECK(metadata["currentDetails"] == "napping");
  CHECK(metadata["definition"]["type"] == "Waits");
  CHECK(metadata["definition"]["signalDefinitions"][0]["name"] == "go");
  CHECK(metadata["definition"]["updateDefinitions"][0]["name"] == "set");
  CHECK(metadata["definition"]["queryDefinitions"].size() == 4);
  story.FireTimer("1");
  story.Task();
  const auto later = nlohmann::json::parse(story.Query("__temporal_workflow_metadata"));
  CHECK(later["currentDetails"] == "awake");
}

constexpr ActivityType<int()> kStep{"step"};

struct Summaries {
  Coro<std::string> Run() {
    const workflow::TimerOptions nap{.summary = "a nap"};
    const workflow::ActivityOptions options{.start_to_close_timeout = 1s, .summary = "one step"};
    auto step = workflow::ExecuteActivity(kStep, options);
    co_await workflow::Sleep(1s, nap);
    (void)co_await step;
    co_return "";
  }
};

TEST_CASE("summaries go with their commands") {
  Story story(Register<Summaries>(kWaits));
  story.Task();
  const auto& schedule = std::get<history::ScheduleActivityTask>(story.last_commands()[0]);
  REQUIRE(schedule.user_metadata);
  CHECK(schedule.user_metadata->summary->data() == "\"one step\"");
  const auto& timer = std::get<history::StartTimer>(story.last_commands()[1]);
  REQUIRE(timer.user_metadata);
  CHECK(timer.user_metadata->summary->data() == "\"a nap\"");
}

}  // namespace
}  // namespace groundhog::tests
