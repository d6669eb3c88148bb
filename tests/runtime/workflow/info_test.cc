// runtime/workflow/info.h, random.h, logger.h: what a workflow may know, the same at every replay.
#include "runtime/workflow/info.h"

#include <chrono>
#include <regex>
#include <set>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Register;
using workflow::Sleep;

constexpr WorkflowType<std::string()> kCurious{"Curious"};
struct Curious {
  Coro<std::string> Run() {
    co_await Sleep(1s);
    const workflow::WorkflowInfo info = workflow::Info();
    co_return fmt::format("{} {} {} {} attempt {} length {} start {} now {}", info.workflow_id,
                          info.run_id, info.workflow_type, info.task_queue, info.attempt,
                          info.history_length, info.start_time.time_since_epoch() / 1s,
                          workflow::Now().time_since_epoch() / 1s);
  }
};

TEST_CASE("Info and Now tell of the run and of the present task") {
  Story story(Register<Curious>(kCurious));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"story-1 run-1 Curious queue attempt 1 length 8 start 1 now 8\"");
}

constexpr WorkflowType<std::vector<std::string>()> kDice{"Dice"};
struct Dice {
  Coro<std::vector<std::string>> Run() {
    drawn_.push_back(std::to_string(workflow::Random().Below(1'000'000)));
    drawn_.push_back(workflow::Uuid4());
    co_await Sleep(1s);
    drawn_.push_back(std::to_string(workflow::Random().Between(-5, 5)));
    drawn_.push_back(workflow::Uuid4());
    co_return drawn_;
  }
  std::vector<std::string> drawn_;
};

TEST_CASE("random numbers and uuids are the same at every replay, and the same on every compiler") {
  Story story(Register<Dice>(kDice));
  story.Task();
  story.FireTimer("1");
  story.Task();
  const auto drawn = history::FromPayload<std::vector<std::string>>(
      history::As<history::WorkflowExecutionCompleted>(story.history().back())->result.front());
  CHECK(drawn == std::vector<std::string>{"847911", "2c4db347-b0f0-4fd9-a8cf-31e1b110be1a", "1",
                                          "4afcb842-cf79-40f6-848a-7a7d98b15e6d"});
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  CHECK(std::regex_match(drawn[1], uuid));
  CHECK(std::regex_match(drawn[3], uuid));
  CHECK(drawn[1] != drawn[3]);
}

TEST_CASE("a reset run draws other numbers from the reset on") {
  const auto draw = [](bool reset) {
    Story story(Register<Dice>(kDice));
    story.Task();
    if (reset) story.Reset("run-2");
    story.FireTimer("1");
    story.Task();
    return history::FromPayload<std::vector<std::string>>(
        history::As<history::WorkflowExecutionCompleted>(story.history().back())->result.front());
  };
  const std::vector<std::string> plain = draw(false);
  const std::vector<std::string> after_reset = draw(true);
  CHECK(plain[1] == after_reset[1]);
  CHECK(plain[3] != after_reset[3]);
}

TEST_CASE("drawing with senseless bounds is an error") {
  workflow::RandomStream stream(1);
  CHECK_THROWS_AS(stream.Below(0), std::invalid_argument);
  CHECK_THROWS_AS(stream.Between(1, 0), std::invalid_argument);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(stream.Between(-1, 1));
  CHECK(seen == std::set<std::int64_t>{-1, 0, 1});
  const std::int64_t low = std::numeric_limits<std::int64_t>::min();
  const std::int64_t high = std::numeric_limits<std::int64_t>::max();
  CHECK(stream.Between(low, high) != stream.Between(low, high));
}

constexpr WorkflowType<int()> kTalker{"Talker"};
struct Talker {
  Coro<int> Run() {
    replaying_ = workflow::Info().is_replaying;
    workflow::Logger().Info("first {}", 1);
    co_await Sleep(1s);
    workflow::Logger().Warning("second {} {}", 2, "two");
    workflow::Logger().Error("failed: {}", workflow::ApplicationError("Odd", "text").failure());
    workflow::Logger().Debug("done");
    co_return 1;
  }
  bool replaying_ = false;
};

TEST_CASE("a log line is written once, not at replays") {
  Story story(Register<Talker>(kTalker));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.log() ==
        std::vector<std::string>{"first 1", "second 2 two", "failed: Odd: text", "done"});

  struct Sink final : workflow::LogSink {
    void Write(workflow::LogLevel, std::string_view line) override { lines.emplace_back(line); }
    std::vector<std::string> lines;
  } sink;
  workflow::Replay(story.registry(), story.history(), {.log = &sink});
  CHECK(sink.lines.empty());
}

}  // namespace
}  // namespace groundhog::tests
