// Continue-as-new as workflow code asks for it (runtime/workflow/continue_as_new.h; SEMANTICS f.7).
#include <chrono>
#include <string>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ContinueAsNew;
using workflow::ContinueAsNewOptions;
using workflow::Coro;
using workflow::OnSignal;
using workflow::Register;
using workflow::Sleep;
using workflow::WaitCondition;

constexpr WorkflowType<std::string(int)> kCountdown{"Countdown"};
constexpr WorkflowType<std::string(std::string)> kOther{"Other"};
constexpr SignalType<> kGo{"go"};

history::ContinueAsNewWorkflowExecution CommandOf(const Story& story) {
  return std::get<history::ContinueAsNewWorkflowExecution>(story.last_commands().back());
}

struct Countdown {
  Coro<std::string> Run(int n) {
    co_await Sleep(100ms);
    if (n > 0) ContinueAsNew(kCountdown, n - 1);
    co_return "zero";
  }
};

TEST_CASE("a workflow continues as new with its own type and what is left to do") {
  Story story(Register<Countdown>(kCountdown), 2);
  story.Task();
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"ContinueAsNewWorkflowExecution"});
  const history::ContinueAsNewWorkflowExecution command = CommandOf(story);
  CHECK(command.workflow_type == "Countdown");
  CHECK(command.input == history::ToPayloads(1));
  CHECK(command.task_queue.empty());  // the server knows it
  CHECK_FALSE(command.retry_policy);
}

struct ChangesItself {
  Coro<std::string> Run(int) {
    const ContinueAsNewOptions options{.task_queue = "elsewhere",
                                       .run_timeout = 60s,
                                       .retry_policy = history::RetryPolicy{.maximum_attempts = 3},
                                       .memo = Memo{{"m", 2}}};
    const std::string input = "x";
    ContinueAsNew(kOther, input, options);
    co_return "never";
  }
};

TEST_CASE("a workflow continues as another one with other options") {
  Story story(Register<ChangesItself>(kCountdown), 2);
  CHECK(story.Task() == Answer{"ContinueAsNewWorkflowExecution"});
  const history::ContinueAsNewWorkflowExecution command = CommandOf(story);
  CHECK(command.workflow_type == "Other");
  CHECK(command.input == history::ToPayloads("x"));
  CHECK(command.task_queue == "elsewhere");
  CHECK(command.workflow_run_timeout == 60s);
  CHECK(command.retry_policy->maximum_attempts == 3);
  CHECK(Memo(command.memo).Get<int>("m") == 2);
}

// What catches std::exception lets it through.
struct CatchesEverything {
  Coro<std::string> Run(int n) {
    std::string caught;
    try {
      Step(n);
    } catch (const std::exception& error) {
      caught = error.what();
    }
    co_return caught;
  }
  static void Step(int n) { ContinueAsNew(kCountdown, n - 1); }
};

TEST_CASE("code that catches exceptions does not stop a workflow from continuing as new") {
  Story story(Register<CatchesEverything>(kCountdown), 2);
  CHECK(story.Task() == Answer{"ContinueAsNewWorkflowExecution"});
}

struct FromHandler {
  FromHandler() {
    OnSignal(kGo, [] { ContinueAsNew(kCountdown, 7); });
  }
  Coro<std::string> Run(int) {
    co_await WaitCondition([] { return false; });
    co_return "never";
  }
};

TEST_CASE("a signal handler may continue the workflow as new") {
  Story story(Register<FromHandler>(kCountdown), 2);
  story.Task();
  story.Signal("go");
  CHECK(story.Task() == Answer{"ContinueAsNewWorkflowExecution"});
  CHECK(CommandOf(story).input == history::ToPayloads(7));
}

TEST_CASE("code that no longer continues as new is not the code of the history") {
  Story story(Register<Countdown>(kCountdown), 2);
  story.Task();
  story.FireTimer("1");
  story.Task();
  struct Completes {
    Coro<std::string> Run(int) {
      co_await Sleep(100ms);
      co_return "done";
    }
  };
  const workflow::WorkflowRegistry registry{Register<Completes>(kCountdown)};
  workflow::WorkflowRun run(registry, {});
  CHECK(InWords(run.Activate(story.history())) ==
        Answer{"Nondeterminism: [TMPRL1100] Nondeterminism error: Complete workflow machine does "
               "not handle this event: HistoryEvent(id: 10, WorkflowExecutionContinuedAsNew)"});
}

}  // namespace
}  // namespace groundhog::tests
