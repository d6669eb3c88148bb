// Child workflows in workflow code (runtime/workflow/child_workflow.h, child_workflow_machine.h).
#include <chrono>

#include "runtime/workflow/child_workflow_machine.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using history::WorkflowExecution;
using workflow::ChildWorkflowCancellationType;
using workflow::ChildWorkflowError;
using workflow::ChildWorkflowHandle;
using workflow::ChildWorkflowOptions;
using workflow::Coro;
using workflow::ExecuteChildWorkflow;
using workflow::OnSignal;
using workflow::Register;
using workflow::Result;
using workflow::StartChildWorkflow;
using workflow::Try;
using workflow::WaitCondition;

constexpr WorkflowType<std::string(int)> kChild{"Child"};
constexpr WorkflowType<std::string()> kParent{"Parent"};
constexpr WorkflowType<std::string(std::string)> kParentOf{"Parent"};
constexpr SignalType<> kGo{"go"};
constexpr SignalType<int> kAdd{"add"};

const WorkflowExecution kKid{.workflow_id = "kid", .run_id = "kid-run"};

// --- what the server says of the child

void Started(Story& story) {
  story.Add(history::ChildWorkflowExecutionStarted{.initiated_event_id = story.Initiated("kid"),
                                                   .workflow_execution = kKid,
                                                   .workflow_type = "Child"});
}
void StartFailed(Story& story) {
  story.Add(history::StartChildWorkflowExecutionFailed{
      .workflow_id = "kid",
      .workflow_type = "Child",
      .cause = history::StartChildWorkflowExecutionFailedCause::kWorkflowAlreadyExists,
      .initiated_event_id = story.Initiated("kid")});
}
void Completed(Story& story, history::EventId initiated, const std::string& result = "done") {
  story.Add(history::ChildWorkflowExecutionCompleted{.result = history::ToPayloads(result),
                                                     .workflow_execution = kKid,
                                                     .workflow_type = "Child",
                                                     .initiated_event_id = initiated});
}
void Failed(Story& story, history::EventId initiated) {
  story.Add(history::ChildWorkflowExecutionFailed{
      .failure = history::MakeShared<history::Failure>(history::Failure{
          .message = "broke", .info = history::ApplicationFailureInfo{.type = "ChildError"}}),
      .workflow_execution = kKid,
      .workflow_type = "Child",
      .initiated_event_id = initiated,
      .retry_state = history::RetryState::kRetryPolicyNotSet});
}
void Canceled(Story& story, history::EventId initiated) {
  story.Add(history::ChildWorkflowExecutionCanceled{
      .workflow_execution = kKid, .workflow_type = "Child", .initiated_event_id = initiated});
}
void CancelRequested(Story& story) {
  story.Add(history::ExternalWorkflowExecutionCancelRequested{
      .initiated_event_id = story.Initiated("kid"), .workflow_execution = kKid});
}

// --- waiting for a child

struct Awaits {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "kid", .run_timeout = 1min};
    co_return co_await ExecuteChildWorkflow(kChild, 7, options);
  }
};

TEST_CASE("a child's result is what its parent awaits") {
  Story story(Register<Awaits>(kParent));
  CHECK(story.Task() == Answer{"StartChildWorkflowExecution(Child, id kid)"});
  const auto& command = std::get<history::StartChildWorkflowExecution>(story.last_commands()[0]);
  CHECK(command.input == history::ToPayloads(7));
  CHECK(command.workflow_run_timeout == 1min);
  CHECK(command.parent_close_policy == history::ParentClosePolicy::kTerminate);
  CHECK_FALSE(command.retry_policy.has_value());
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  CHECK(story.Task().empty());
  Completed(story, initiated);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"done\"");
}

TEST_CASE("a child that starts and ends between two tasks is told of in one") {
  Story story(Register<Awaits>(kParent));
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  Completed(story, initiated);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
}

struct SaysWhatHappened {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "kid"};
    const Result<std::string> result = co_await Try(ExecuteChildWorkflow(kChild, 7, options));
    if (result.ok()) co_return *result;
    const auto* info =
        history::InfoAs<history::ChildWorkflowExecutionFailureInfo>(result.failure());
    if (info == nullptr) co_return history::Describe(result.failure());
    co_return history::Describe(result.failure()) + " | " + info->workflow_id + " " + info->run_id +
        " " + std::to_string(info->initiated_event_id) + " " +
        std::to_string(info->started_event_id) + " " +
        std::string(history::NameOf(info->retry_state));
  }
};

// SEMANTICS b.5.
TEST_CASE("each way in which a child ends has its failure") {
  Story story(Register<SaysWhatHappened>(kParent));
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  SECTION("it was not started") {
    StartFailed(story);
    story.Task();
    CHECK(story.Result() == "\"WorkflowAlreadyStartedError: Workflow execution already started\"");
    return;
  }
  Started(story);
  SECTION("it failed") {
    Failed(story, initiated);
    story.Task();
    CHECK(story.Result() ==
          "\"Child Workflow execution failed (Child): ChildError: broke | kid kid-run 5 6 "
          "RETRY_POLICY_NOT_SET\"");
  }
  SECTION("it timed out") {
    story.Add(
        history::ChildWorkflowExecutionTimedOut{.workflow_execution = kKid,
                                                .initiated_event_id = initiated,
                                                .retry_state = history::RetryState::kTimeout});
    story.Task();
    CHECK(story.Result() ==
          "\"Child Workflow execution timed out (Child): Timed out | kid kid-run 5 6 TIMEOUT\"");
  }
  SECTION("it was terminated") {
    story.Add(history::ChildWorkflowExecutionTerminated{.workflow_execution = kKid,
                                                        .initiated_event_id = initiated});
    story.Task();
    CHECK(story.Result() ==
          "\"Child Workflow execution terminated (Child): Terminated | kid kid-run 5 6 "
          "NON_RETRYABLE_FAILURE\"");
  }
  SECTION("it was cancelled") {
    Canceled(story, initiated);
    story.Task();
    CHECK(story.Result() ==
          "\"Child Workflow execution cancelled (Child): canceled | kid kid-run 5 6 "
          "NON_RETRYABLE_FAILURE\"");
  }
}

TEST_CASE("a child's failure that nobody catches fails the parent with the whole chain") {
  Story story(Register<Awaits>(kParent));
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  Failed(story, initiated);
  CHECK(story.Task() == Answer{"FailWorkflowExecution"});
  const history::FailurePtr failure = story.Failure();
  CHECK(history::InfoAs<history::ChildWorkflowExecutionFailureInfo>(failure) != nullptr);
  CHECK(history::ApplicationTypeOf(failure) == "ChildError");
}

struct CatchesByType {
  Coro<std::string> Run() {
    std::string caught = "nothing";
    const ChildWorkflowOptions options{.workflow_id = "kid"};
    try {
      co_await StartChildWorkflow(kChild, 1, options);
    } catch (const workflow::WorkflowAlreadyStartedError& error) {
      caught = error.what();
    }
    co_return caught;
  }
};

TEST_CASE("a child that cannot be started is an error of its own class") {
  Story story(Register<CatchesByType>(kParent));
  story.Task();
  StartFailed(story);
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"WorkflowAlreadyStartedError: Workflow execution already started\"");
}

// --- the handle

struct UsesHandle {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "kid"};
    const auto child = co_await StartChildWorkflow(kChild, 1, options);
    std::string text = child.workflow_id() + " " + child.first_execution_run_id();
    co_await child.Signal(kAdd, 3);
    text += " " + co_await child;
    co_return text;
  }
};

TEST_CASE("a started child can be signalled, and awaited") {
  Story story(Register<UsesHandle>(kParent));
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  CHECK(story.Task() == Answer{"SignalExternalWorkflowExecution(add, child kid)"});
  const auto& command =
      std::get<history::SignalExternalWorkflowExecution>(story.last_commands()[0]);
  CHECK(command.input == history::ToPayloads(3));
  story.Add(history::ExternalWorkflowExecutionSignaled{.initiated_event_id = story.Initiated("kid"),
                                                       .workflow_execution = kKid});
  CHECK(story.Task().empty());
  Completed(story, initiated);
  story.Task();
  CHECK(story.Result() == "\"kid kid-run done\"");
}

struct WithoutId {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options;
    const auto one = ExecuteChildWorkflow(kChild, 1, options);
    const auto two = ExecuteChildWorkflow(kChild, 2, options);
    co_await WaitCondition([] { return false; });
    co_return one.workflow_id() + two.workflow_id();
  }
};

TEST_CASE("children without an id get one that is the same at every replay") {
  Story story(Register<WithoutId>(kParent));
  story.Task();
  const auto id = [&](std::size_t place) {
    return std::get<history::StartChildWorkflowExecution>(story.last_commands()[place]).workflow_id;
  };
  CHECK(id(0).size() == 36);
  CHECK(id(0) != id(1));
}  // the story replays

// --- cancelling

template <ChildWorkflowCancellationType type>
struct Cancels {
  Coro<std::string> Run() {
    OnSignal(kGo, [this] { go_ = true; });
    const ChildWorkflowOptions options{.workflow_id = "kid", .cancellation_type = type};
    ChildWorkflowHandle<std::string> child = co_await StartChildWorkflow(kChild, 1, options);
    co_await WaitCondition([this] { return go_; });
    child.Cancel("enough");
    child.Cancel("really");  // says nothing new
    const Result<std::string> result = co_await Try(child);
    const std::string text = result.ok() ? *result : history::Describe(result.failure());
    co_await WaitCondition([] { return false; });
    co_return text;
  }
  bool go_ = false;
};

using Type = ChildWorkflowCancellationType;
const std::string kRequest = "RequestCancelExternalWorkflowExecution(child kid kid-run, 'enough')";

template <Type type>
history::EventId ToTheCancel(Story& story) {
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  story.Task();
  story.Signal("go");
  return initiated;
}

TEST_CASE("WAIT_CANCELLATION_COMPLETED asks the child and waits for its end") {
  Story story(Register<Cancels<Type::kWaitCancellationCompleted>>(kParent));
  const history::EventId initiated = ToTheCancel<Type::kWaitCancellationCompleted>(story);
  CHECK(story.Task() == Answer{kRequest});
  CancelRequested(story);
  CHECK(story.Task().empty());
  SECTION("which may be anything") { Completed(story, initiated); }
  SECTION("for example cancelled") { Canceled(story, initiated); }
  CHECK(story.Task().empty());
}

TEST_CASE("a cancel in the very task that brings the child's end comes too late") {
  Story story(Register<Cancels<Type::kTryCancel>>(kParent));
  const history::EventId initiated = ToTheCancel<Type::kTryCancel>(story);
  SECTION("of a child that completed") { Completed(story, initiated); }
  SECTION("of one that failed") { Failed(story, initiated); }
  CHECK(story.Task().empty());
}

TEST_CASE("TRY_CANCEL asks the child and does not wait") {
  Story story(Register<Cancels<Type::kTryCancel>>(kParent));
  const history::EventId initiated = ToTheCancel<Type::kTryCancel>(story);
  CHECK(story.Task() == Answer{kRequest});
  CancelRequested(story);
  CHECK(story.Task().empty());
  SECTION("a cancelled end is accepted") {
    Canceled(story, initiated);
    CHECK(story.Task().empty());
  }
  SECTION("any other end is refused, as Temporal's core does") {
    story.NoReplay();
    Completed(story, initiated);
    CHECK(story.Task() ==
          Answer{"Nondeterminism: [TMPRL1100] Nondeterminism error: Child workflows which don't "
                 "have the ABANDON cancellation type cannot complete after being cancelled."});
  }
}

TEST_CASE("ABANDON tells nobody, and lets the child go on") {
  Story story(Register<Cancels<Type::kAbandon>>(kParent));
  const history::EventId initiated = ToTheCancel<Type::kAbandon>(story);
  CHECK(story.Task().empty());
  SECTION("to any end") { Completed(story, initiated); }
  SECTION("to a bad one") { Failed(story, initiated); }
  CHECK(story.Task().empty());
}

TEST_CASE("WAIT_CANCELLATION_REQUESTED waits until the child has been asked") {
  Story story(Register<Cancels<Type::kWaitCancellationRequested>>(kParent));
  const history::EventId initiated = ToTheCancel<Type::kWaitCancellationRequested>(story);
  CHECK(story.Task() == Answer{kRequest});
  SECTION("and no longer") {
    CancelRequested(story);
    CHECK(story.Task().empty());
    Completed(story, initiated);
    CHECK(story.Task().empty());
  }
  SECTION("or for its end, if it could not be asked any more") {
    story.Add(history::RequestCancelExternalWorkflowExecutionFailed{
        .cause =
            history::CancelExternalWorkflowExecutionFailedCause::kExternalWorkflowExecutionNotFound,
        .initiated_event_id = story.Initiated("kid")});
    CHECK(story.Task().empty());
    Completed(story, initiated);
    CHECK(story.Task().empty());
  }
}

struct CancelsUnsent {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "kid"};
    auto child = ExecuteChildWorkflow(kChild, 1, options);
    child.Cancel("changed my mind");
    const Result<std::string> result = co_await Try(child);
    co_return history::Describe(result.failure());
  }
};

TEST_CASE("a child that is cancelled in the task that starts it leaves no trace") {
  Story story(Register<CancelsUnsent>(kParent));
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() ==
        "\"Child Workflow Execution cancelled before scheduled: changed my mind (Child): "
        "canceled\"");
}

TEST_CASE("a cancel of the parent goes on to the child that it awaits") {
  Story story(Register<Awaits>(kParent));
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  story.RequestCancel();
  CHECK(story.Task() == Answer{"RequestCancelExternalWorkflowExecution(child kid kid-run, '')"});
  CancelRequested(story);
  CHECK(story.Task().empty());
  Canceled(story, initiated);
  CHECK(story.Task() == Answer{"CancelWorkflowExecution"});
}

struct AwaitsStart {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "kid"};
    const auto child = co_await StartChildWorkflow(kChild, 1, options);
    co_return co_await child;
  }
};

TEST_CASE("a cancel while a child is being started is told at once; the child is asked too") {
  Story story(Register<AwaitsStart>(kParent));
  story.Task();
  story.RequestCancel();
  CHECK(story.Task() == Answer{"RequestCancelExternalWorkflowExecution(child kid , '')",
                               "CancelWorkflowExecution"});
}

// --- differences at replay

struct OtherId {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "other"};
    co_return co_await ExecuteChildWorkflow(kChild, 1, options);
  }
};
constexpr WorkflowType<std::string(int)> kOtherChild{"OtherChild"};
struct OtherType {
  Coro<std::string> Run() {
    const ChildWorkflowOptions options{.workflow_id = "kid"};
    co_return co_await ExecuteChildWorkflow(kOtherChild, 1, options);
  }
};
struct NoChild {
  Coro<std::string> Run() {
    co_await workflow::Sleep(1s);
    co_return "";
  }
};

std::string Difference(const workflow::WorkflowRegistration& changed,
                       const history::EventHistory& history) {
  const auto result = workflow::Replay(workflow::WorkflowRegistry{changed}, history);
  const auto* difference = std::get_if<workflow::Nondeterminism>(&result);
  return difference == nullptr ? "none" : difference->text;
}

TEST_CASE("a child of another id or type, or none, is a difference") {
  Story story(Register<Awaits>(kParent));
  story.Task();
  const history::EventId initiated = story.Initiated("kid");
  Started(story);
  Completed(story, initiated);
  story.Task();
  const std::string prefix = "[TMPRL1100] Nondeterminism error: ";
  CHECK(Difference(Register<OtherId>(kParent), story.history()) ==
        prefix +
            "Child workflow id of scheduled event 'kid' does not match child workflow id of "
            "command 'other'");
  CHECK(Difference(Register<OtherType>(kParent), story.history()) ==
        prefix +
            "Child workflow type of scheduled event 'Child' does not match child workflow "
            "type of command 'OtherChild'");
  CHECK(Difference(Register<NoChild>(kParent), story.history()) ==
        prefix +
            "Timer machine does not handle this event: HistoryEvent(id: 5, "
            "StartChildWorkflowExecutionInitiated)");
}

// --- the table

using S = workflow::internal::ChildState;
using I = workflow::internal::ChildInput;

template <class State, std::size_t n>
std::vector<State> All() {
  std::vector<State> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(static_cast<State>(i));
  return all;
}

TEST_CASE("a child can be cancelled while it is open") {
  for (const S state : All<S, workflow::internal::kChildStates>()) {
    INFO(NameOf(state));
    const bool open = state == S::kCreated || state == S::kInitiated || state == S::kStarted;
    for (const I input : {I::kCancelAndWait, I::kCancelAtOnce}) {
      CHECK(NextState(state, input).has_value() == open);
    }
    CHECK(NextState(state, I::kInitiatedEvent).has_value() == (state == S::kCreated));
    CHECK(NextState(state, I::kStartedEvent).has_value() ==
          (state == S::kInitiated || state == S::kCanceled));
    CHECK(NextState(state, I::kCompletedEvent).has_value() ==
          (state == S::kStarted || state == S::kCanceled));
  }
}

TEST_CASE("every state of a child can be reached") {
  std::vector<S> reached{S::kCreated};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const I input : All<I, workflow::internal::kChildInputs>()) {
      const auto next = NextState(reached[i], input);
      if (next && std::find(reached.begin(), reached.end(), *next) == reached.end()) {
        reached.push_back(*next);
      }
    }
  }
  CHECK(reached.size() == workflow::internal::kChildStates);
}

// --- what a child knows of its parent

struct NamesItsParent {
  Coro<std::string> Run() {
    const workflow::WorkflowInfo info = workflow::Info();
    if (!info.parent) co_return "none";
    co_return std::string(info.parent->workflow_id) + "/" + std::string(info.root->workflow_id);
  }
};

TEST_CASE("a workflow without a parent has none") {
  Story story(Register<NamesItsParent>(kParent));
  story.Task();
  CHECK(story.Result() == "\"none\"");
}

TEST_CASE("a child knows its parent and its root") {
  const workflow::WorkflowRegistry registry{Register<NamesItsParent>(kParent)};
  workflow::WorkflowRun run(registry, {.workflow_id = "kid", .run_id = "kid-run"});
  const history::EventHistory events{
      history::MakeEvent(1, {},
                         history::WorkflowExecutionStarted{
                             .workflow_type = "Parent",
                             .parent_workflow_execution = {.workflow_id = "p", .run_id = "p-run"},
                             .root_workflow_execution = {.workflow_id = "r", .run_id = "r-run"}}),
      history::MakeEvent(2, {}, history::WorkflowTaskScheduled{}),
      history::MakeEvent(3, {}, history::WorkflowTaskStarted{.scheduled_event_id = 2})};
  const workflow::TaskResult answer = run.Activate(events);
  const auto& commands = std::get<history::Commands>(answer);
  CHECK(std::get<history::CompleteWorkflowExecution>(commands.at(0)).result ==
        history::ToPayloads("p/r"));
}

}  // namespace
}  // namespace groundhog::tests
