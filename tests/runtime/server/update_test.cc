// Updates: who asks for one, the messages about it, the end of the run, update with start
// (SEMANTICS d.4, f.3). The cases follow those of Temporal's own tests of updates.
#include <functional>
#include <utility>

#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"
#include "tests/runtime/server/updates_by_hand.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::Message;
using protocol::UpdateStage;

// ---- One update, many who ask ----

TEST_CASE("the update id is the idempotency key: who asks again gets the same answer") {
  RawWorld world;
  Sent first;
  Sent second;
  Sent third;
  Sent poll;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", first);
    SendUpdate(w, "u1", second);
    const WorkflowTask task = co_await w.Poll();
    REQUIRE(task->messages.size() == 1);
    const Message request = task->messages.at(0);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, task));
    co_await Ask(w, "u1", third);
    co_await Poll(w, "u1", UpdateStage::kCompleted, poll);
  });
  CHECK(first.success() == "70");
  CHECK(second.success() == "70");
  CHECK(third.success() == "70");
  CHECK(poll.success() == "70");
  CHECK(world.CountEvents("w", history::EventType::kWorkflowExecutionUpdateAccepted) == 1);
}

TEST_CASE("who waits for the acceptance is answered by it, who waits for the end later") {
  RawWorld world;
  Sent accepted;
  Sent completed;
  Sent poll;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", accepted, UpdateStage::kAccepted);
    SendUpdate(w, "u1", completed);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    Completion acceptance = CompletionOf(w, task, MessagesOf(Accept(request)));
    acceptance.commands.push_back(StartTimer("t", 1s));
    ExpectOk(co_await w.Report(acceptance, task));
    co_await w.Sleep(10ms);
    CHECK(accepted.answered);
    CHECK_FALSE(completed.answered);
    w.raw().Spawn(Poll(w, "u1", UpdateStage::kCompleted, poll));
    const WorkflowTask later = co_await w.Poll();
    CHECK(later->messages.empty());
    Completion response = CompletionOf(w, later, MessagesOf(Respond(request)));
    ExpectOk(co_await w.Report(response, later));
    co_await w.Sleep(10ms);
  });
  REQUIRE(accepted.answer.ok());
  CHECK(accepted.answer->stage == UpdateStage::kAccepted);
  CHECK_FALSE(accepted.answer->outcome.has_value());
  CHECK(completed.success() == "70");
  CHECK(poll.success() == "70");
}

TEST_CASE("messages take effect where their commands stand") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    Completion completion = CompletionOf(w, task, MessagesOf(Respond(request), Accept(request)));
    completion.commands.clear();
    completion.commands.push_back(StartTimer("a", 1h));
    completion.commands.emplace_back(history::ProtocolMessageCommand{"u1/request/accept"});
    completion.commands.push_back(StartTimer("b", 1h));
    ExpectOk(co_await w.Report(completion, task));
    co_await w.Sleep(10ms);
    CHECK(u1.success() == "70");
  });
  CHECK(From(TypesOf(world.HistoryOf("w")), 8) ==
        Lines{"8 TimerStarted", "9 WorkflowExecutionUpdateAccepted", "10 TimerStarted",
              "11 WorkflowExecutionUpdateCompleted", "12 TimerFired", "13 TimerFired",
              "14 WorkflowTaskScheduled"});
}

TEST_CASE("an update that the worker says nothing to is rejected by the server") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(StartTimer("t", 1h))));
    co_await w.Sleep(10ms);
  });
  CHECK(u1.failure() ==
        "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow "
        "Update is not supported by the worker.");
}

// ---- The end of the run ----

TEST_CASE("an accepted update of a run that ends fails for who waits, now and later") {
  RawWorld world;
  Sent waiting;
  Sent again;
  Sent poll;
  Sent other;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", waiting);
    const WorkflowTask task = co_await w.Poll();
    Completion acceptance = CompletionOf(w, task, MessagesOf(Accept(task->messages.at(0))));
    ExpectOk(co_await w.Report(acceptance, task));
    ExpectOk(co_await w.Signal("w", "end"));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
    co_await Ask(w, "u1", again);
    co_await Poll(w, "u1", UpdateStage::kCompleted, poll);
    co_await Ask(w, "u2", other);
  });
  for (const Sent* sent : {&waiting, &again, &poll}) {
    CHECK(sent->failure() ==
          "Workflow Update failed because the Workflow completed before the Update completed.");
    const auto* info =
        history::InfoAs<history::ApplicationFailureInfo>(sent->answer->outcome->failure);
    REQUIRE(info != nullptr);
    CHECK(info->type == "AcceptedUpdateCompletedWorkflow");
    CHECK(info->non_retryable);
  }
  ExpectError(other.answer, StatusCode::kNotFound, "workflow execution already completed");
}

TEST_CASE("an update in the task that ends the run: accepted, or given up with it") {
  const bool accepts = GENERATE(false, true);
  RawWorld world;
  Sent u1;
  Sent late;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    SendUpdate(w, "u2", late);
    co_await w.Sleep(10ms);
    Completion completion = CompletionOf(w, task);
    if (accepts) completion = CompletionOf(w, task, MessagesOf(Accept(task->messages.at(0))));
    completion.commands.push_back(CompleteWorkflow());
    ExpectOk(co_await w.Report(completion, task));
    co_await w.Sleep(10ms);
  });
  if (accepts) {
    CHECK(u1.failure() ==
          "Workflow Update failed because the Workflow completed before the Update completed.");
  } else {
    ExpectError(u1.answer, StatusCode::kNotFound,
                "workflow update was aborted by closing workflow");
  }
  ExpectError(late.answer, StatusCode::kNotFound,
              "workflow update was aborted by closing workflow");
}

// ---- Bad answers ----

TEST_CASE("a message that does not fit fails the task; the update that it was for is given up") {
  struct Case {
    std::string name;
    std::function<void(Completion&, const Message&)> spoil;
    std::string error;
  };
  const auto test = GENERATE(values<Case>({
      {"a command without its message", [](Completion& c, const Message&) { c.messages.clear(); },
       "ProtocolMessageCommand referenced absent message ID u1/request/accept"},
      {"a command that names none",
       [](Completion& c, const Message&) {
         c.commands = CommandsOf(history::ProtocolMessageCommand{});
       },
       "MessageID is not set on ProtocolMessageCommand."},
      {"an acceptance of nobody knows what",
       [](Completion& c, const Message&) { c.messages[0].protocol_instance_id = "u9"; },
       "update u9 wasn't found on the server. This is most likely a transient error which will be "
       "resolved automatically by retries"},
      {"a response before the acceptance",
       [](Completion& c, const Message& request) {
         c.messages = MessagesOf(Respond(request));
         c.commands = CommandsOf(history::ProtocolMessageCommand{"u1/request/complete"});
       },
       "invalid state transition attempted for Update u1: received *update.Response message while "
       "in state Sent"},
      {"two acceptances",
       [](Completion& c, const Message& request) { c.messages.push_back(Accept(request)); },
       "invalid state transition attempted for Update u1: received *update.Acceptance message "
       "while "
       "in state Accepted"},
      {"an acceptance of no request",
       [](Completion& c, const Message&) {
         std::get<history::UpdateAcceptance>(c.messages[0].body)
             .accepted_request_message_id.clear();
       },
       "invalid *update.Acceptance: accepted_request_message_id is not set"},
  }));
  INFO(test.name);
  RawWorld world;
  Sent u1;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request)));
    test.spoil(completion, request);
    ExpectError(co_await w.Report(completion, task), StatusCode::kInvalidArgument,
                "BadUpdateWorkflowExecutionMessage: " + test.error);
    co_await w.Sleep(10ms);
    ExpectError(u1.answer, StatusCode::kFailedPrecondition,
                "Unable to perform workflow execution update due to unexpected workflow task "
                "failure.");
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->attempt == 2);
    CHECK(next->messages.empty());
  });
  const history::EventHistory& history = world.HistoryOf("w");
  REQUIRE(history.size() == 7);
  const auto* failed = history::As<history::WorkflowTaskFailed>(history.at(6));
  REQUIRE(failed != nullptr);
  CHECK(failed->cause == history::WorkflowTaskFailedCause::kBadUpdateWorkflowExecutionMessage);
}

TEST_CASE("a stale answer to a speculative task is refused, though a new one has the same ids") {
  RawWorld world;
  Sent u1;
  Sent u2;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    Completion rejection = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    ExpectOk(co_await w.Report(rejection, task));
    SendUpdate(w, "u2", u2);
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->token.started_event_id == task->token.started_event_id);
    ExpectError(co_await w.Report(rejection, task), StatusCode::kNotFound,
                "Workflow task not found.");
    const Message request = next->messages.at(0);
    Completion completion = CompletionOf(w, next, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, next));
    co_await w.Sleep(10ms);
    CHECK(u2.success() == "70");
  });
}

TEST_CASE("a failing or closing workflow takes no updates") {
  RawWorld world;
  Sent failing;
  Sent closing;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    for (int attempt = 1; attempt <= 2; ++attempt) {
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Fail(task));
    }
    co_await Ask(w, "u1", failing);
    const WorkflowTask third = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "s"));
    ExpectError(co_await w.Complete(third, CommandsOf(CompleteWorkflow())),
                StatusCode::kInvalidArgument, "UnhandledCommand");
    const WorkflowTask last = co_await w.Poll();
    co_await Ask(w, "u2", closing);
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  ExpectError(failing.answer, StatusCode::kFailedPrecondition,
              "Unable to perform workflow execution update due to Workflow Task in failed state.");
  ExpectError(closing.answer, StatusCode::kResourceExhausted,
              "workflow operation can not be applied because workflow is closing");
}

TEST_CASE("requests that lack something are refused") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    Sent sent;
    co_await Ask(w, "u1", sent);
    ExpectError(sent.answer, StatusCode::kNotFound, "workflow not found for ID: w");
    co_await StartIdle(w);
    protocol::UpdateWorkflowExecutionRequest request = UpdateRequest("");
    co_await Send(w, request, sent);
    ExpectError(sent.answer, StatusCode::kInvalidArgument, "Update meta is not set on request.");
    request = UpdateRequest(std::string(1001, 'u'));
    co_await Send(w, request, sent);
    ExpectError(sent.answer, StatusCode::kInvalidArgument, "UpdateId length exceeds limit.");
    request = UpdateRequest("u1");
    request.request.input.name.clear();
    co_await Send(w, request, sent);
    ExpectError(sent.answer, StatusCode::kInvalidArgument, "Update name is not set on request.");
    request = UpdateRequest("u1", UpdateStage::kAdmitted);
    co_await Send(w, request, sent);
    CHECK(sent.answer.status().code() == StatusCode::kPermissionDenied);
  });
}

// ---- Update with start ----

using BothAnswers = absl::StatusOr<protocol::ExecuteMultiOperationResponse>;

sim::Coro<void> SendBoth(RawWorld& w, std::string id, std::string start_request,
                         history::WorkflowIdConflictPolicy conflict, BothAnswers& answer) {
  protocol::ExecuteMultiOperationRequest request{.start = {.workflow_id = "w",
                                                           .workflow_type = "Raw",
                                                           .task_queue = kQueue,
                                                           .identity = "client-1",
                                                           .request_id = std::move(start_request),
                                                           .id_conflict_policy = conflict},
                                                 .update = UpdateRequest(id)};
  answer = co_await w.Say(request, "w", "withdraw");
}

TEST_CASE("an update with start starts the workflow, or uses the one that runs") {
  constexpr auto kUse = history::WorkflowIdConflictPolicy::kUseExisting;
  constexpr auto kFail = history::WorkflowIdConflictPolicy::kFail;
  RawWorld world;
  BothAnswers first = absl::UnknownError("");
  BothAnswers repeated = absl::UnknownError("");
  BothAnswers second = absl::UnknownError("");
  BothAnswers refused = absl::UnknownError("");
  BothAnswers known = absl::UnknownError("");
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    w.raw().Spawn(SendBoth(w, "u1", "start-1", kFail, first));
    co_await w.Sleep(10ms);
    w.raw().Spawn(SendBoth(w, "u1", "start-1", kFail, repeated));  // its answer was lost
    const WorkflowTask task = co_await w.Poll();
    REQUIRE(task->messages.size() == 1);
    const Message request = task->messages.at(0);
    CHECK(request.sequencing_event_id == 2);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, task));
    w.raw().Spawn(SendBoth(w, "u2", "start-2", kUse, second));
    const WorkflowTask next = co_await w.Poll();
    const Message another = next->messages.at(0);
    Completion more = CompletionOf(w, next, MessagesOf(Accept(another), Respond(another, "40")));
    ExpectOk(co_await w.Report(more, next));
    co_await SendBoth(w, "u3", "start-3", kFail, refused);
    co_await SendBoth(w, "u1", "start-4", kFail, known);
  });
  REQUIRE(first.ok());
  CHECK(first->start.started);
  CHECK(first->update.outcome->success->front().data() == "70");
  REQUIRE(repeated.ok());
  CHECK(repeated->start.run_id == first->start.run_id);
  CHECK(repeated->update.outcome->success->front().data() == "70");
  REQUIRE(second.ok());
  CHECK_FALSE(second->start.started);
  CHECK(second->start.run_id == first->start.run_id);
  CHECK(second->update.outcome->success->front().data() == "40");
  CHECK(refused.status().code() == StatusCode::kAlreadyExists);
  REQUIRE(known.ok());
  CHECK(known->update.outcome->success->front().data() == "70");
}

}  // namespace
}  // namespace groundhog::server::testing
