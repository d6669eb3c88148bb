// Signals and cancel requests to other workflows (runtime/workflow/external_workflow.h).
#include <chrono>

#include "runtime/workflow/cancel_external_machine.h"
#include "runtime/workflow/signal_external_machine.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::ExternalWorkflow;
using workflow::ExternalWorkflowHandle;
using workflow::Register;
using workflow::Result;
using workflow::Try;

constexpr WorkflowType<std::string()> kSender{"Sender"};
constexpr SignalType<std::string> kAdd{"add"};
constexpr SignalType<> kEnd{"end"};

struct Signals {
  Coro<std::string> Run() {
    const ExternalWorkflowHandle target = ExternalWorkflow("target");
    co_await target.Signal(kAdd, "hello");
    const Result<void> sent = co_await Try(target.Signal(kEnd));
    co_return sent.ok() ? "sent" : history::Describe(sent.failure());
  }
};

void Signaled(Story& story) {
  story.Add(
      history::ExternalWorkflowExecutionSignaled{.initiated_event_id = story.Initiated("target"),
                                                 .workflow_execution = {.workflow_id = "target"}});
}

TEST_CASE("a signal is awaited until it has arrived") {
  Story story(Register<Signals>(kSender));
  CHECK(story.Task() == Answer{"SignalExternalWorkflowExecution(add, workflow target)"});
  const auto& command =
      std::get<history::SignalExternalWorkflowExecution>(story.last_commands()[0]);
  CHECK(command.input == history::ToPayloads("hello"));
  Signaled(story);
  CHECK(story.Task() == Answer{"SignalExternalWorkflowExecution(end, workflow target)"});
  SECTION("it did") {
    Signaled(story);
    story.Task();
    CHECK(story.Result() == "\"sent\"");
  }
  using Cause = history::SignalExternalWorkflowExecutionFailedCause;
  const auto fail = [&](Cause cause) {
    story.Add(history::SignalExternalWorkflowExecutionFailed{
        .cause = cause, .initiated_event_id = story.Initiated("target")});
    story.Task();
  };
  SECTION("there was nobody") {
    fail(Cause::kExternalWorkflowExecutionNotFound);
    CHECK(story.Result() ==
          "\"ExternalWorkflowExecutionNotFound: Unable to signal external workflow because it was "
          "not found\"");
  }
  SECTION("it was one too many") {
    fail(Cause::kSignalCountLimitExceeded);
    CHECK(story.Result() ==
          "\"SignalCountLimitExceeded: Unable to signal external workflow because The "
          "per-workflow signal limit was exceeded\"");
  }
}

struct TakesBack {
  Coro<std::string> Run() {
    auto signal = ExternalWorkflow("target").Signal(kEnd);
    signal.Cancel();
    const Result<void> sent = co_await Try(signal);
    co_return history::Describe(sent.failure());
  }
};

TEST_CASE("a signal can be taken back before it is sent") {
  Story story(Register<TakesBack>(kSender));
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"Signal was cancelled before being sent\"");
}

TEST_CASE("a cancel of who waits for a signal that was sent does not take it back") {
  Story story(Register<Signals>(kSender));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task().empty());
  Signaled(story);
  CHECK(story.Task() == Answer{"SignalExternalWorkflowExecution(end, workflow target)"});
}

struct CancelsOther {
  Coro<std::string> Run() {
    const ExternalWorkflowHandle target = ExternalWorkflow("target", "target-run");
    const Result<void> asked = co_await Try(target.Cancel("tired"));
    co_return asked.ok() ? "asked" : history::Describe(asked.failure());
  }
};

TEST_CASE("another workflow can be asked to cancel") {
  Story story(Register<CancelsOther>(kSender));
  CHECK(story.Task() ==
        Answer{"RequestCancelExternalWorkflowExecution(workflow target target-run, 'Cancel "
               "requested by workflow with run id run-1 with reason: tired')"});
  SECTION("and was") {
    story.Add(history::ExternalWorkflowExecutionCancelRequested{.initiated_event_id =
                                                                    story.Initiated("target")});
    story.Task();
    CHECK(story.Result() == "\"asked\"");
  }
  SECTION("and was not there") {
    story.Add(history::RequestCancelExternalWorkflowExecutionFailed{
        .cause =
            history::CancelExternalWorkflowExecutionFailedCause::kExternalWorkflowExecutionNotFound,
        .initiated_event_id = story.Initiated("target")});
    story.Task();
    CHECK(story.Result() ==
          "\"ExternalWorkflowExecutionNotFound: Unable to cancel external workflow because not "
          "found\"");
  }
}

// --- differences at replay

struct SignalsOther {
  Coro<std::string> Run() {
    co_await ExternalWorkflow("elsewhere").Signal(kAdd, "hello");
    co_return "";
  }
};
struct SignalsOtherwise {
  Coro<std::string> Run() {
    co_await ExternalWorkflow("target").Signal(kEnd);
    co_return "";
  }
};

std::string Difference(const workflow::WorkflowRegistration& changed,
                       const history::EventHistory& history) {
  const auto result = workflow::Replay(workflow::WorkflowRegistry{changed}, history);
  const auto* difference = std::get_if<workflow::Nondeterminism>(&result);
  return difference == nullptr ? "none" : difference->text;
}

TEST_CASE("another target, signal or kind of request is a difference") {
  Story story(Register<Signals>(kSender));
  story.Task();
  Signaled(story);
  const std::string prefix = "[TMPRL1100] Nondeterminism error: ";
  CHECK(Difference(Register<SignalsOther>(kSender), story.history()) ==
        prefix +
            "Workflow id of signal event 'target' does not match workflow id of command "
            "'elsewhere'");
  CHECK(Difference(Register<SignalsOtherwise>(kSender), story.history()) ==
        prefix + "Signal name of signal event 'add' does not match signal name of command 'end'");
  CHECK(Difference(Register<CancelsOther>(kSender), story.history()) ==
        prefix +
            "Cancel external WF machine does not handle this event: HistoryEvent(id: 5, "
            "SignalExternalWorkflowExecutionInitiated)");
}

TEST_CASE("an answer to a request that was not made is a difference") {
  Story story(Register<Signals>(kSender));
  story.NoReplay();
  story.Task();
  story.Add(history::ExternalWorkflowExecutionSignaled{.initiated_event_id = 4});
  CHECK(story.Task() ==
        Answer{"Nondeterminism: [TMPRL1100] Nondeterminism error: During event handling, this "
               "event had an initial command ID but we could not find a matching command for it: "
               "HistoryEvent(id: 6, ExternalWorkflowExecutionSignaled)"});
}

TEST_CASE("every state of the two requests can be reached") {
  using namespace workflow::internal;  // NOLINT(google-build-using-namespace): both machines
  const auto reach = [](auto first, auto inputs, std::size_t states) {
    std::vector reached{first};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      for (std::size_t input = 0; input < inputs.second; ++input) {
        const auto next = NextState(reached[i], static_cast<decltype(inputs.first)>(input));
        if (next && std::find(reached.begin(), reached.end(), *next) == reached.end()) {
          reached.push_back(*next);
        }
      }
    }
    CHECK(reached.size() == states);
  };
  reach(SignalExternalState::kCreated, std::pair(SignalExternalInput{}, kSignalExternalInputs),
        kSignalExternalStates);
  reach(CancelExternalState::kCreated, std::pair(CancelExternalInput{}, kCancelExternalInputs),
        kCancelExternalStates);
}

}  // namespace
}  // namespace groundhog::tests
