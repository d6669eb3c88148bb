// Updates: the registry, speculative workflow tasks, messages, aborts, limits (SEMANTICS d.2, d.4, f.3, i). The cases follow those of
// Temporal's own tests of updates.
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "runtime/server/update_registry.h"
#include "tests/catch.h"
#include "tests/runtime/server/history_lines.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::Message;
using history::Messages;
using protocol::UpdateStage;

using Answer = absl::StatusOr<protocol::UpdateWorkflowExecutionResponse>;

// An update in the background, and what came of it.
struct Sent {
  bool answered = false;
  Answer answer = absl::UnknownError("not answered");

  std::string success() const {
    REQUIRE(answer.ok());
    REQUIRE(answer->outcome.has_value());
    REQUIRE(answer->outcome->success.has_value());
    return answer->outcome->success->front().data();
  }
  std::string failure() const {
    REQUIRE(answer.ok());
    REQUIRE(answer->outcome.has_value());
    REQUIRE(answer->outcome->failure);
    return answer->outcome->failure->message;
  }
};

protocol::UpdateWorkflowExecutionRequest UpdateRequest(
    const std::string& id, UpdateStage stage = UpdateStage::kCompleted) {
  return {.execution = {.workflow_id = "w"},
          .wait_for = stage,
          .request = {.meta = {.update_id = id, .identity = "client-1"},
                      .input = {.name = "withdraw", .args = Json("30")}}};
}

sim::Coro<void> Send(RawWorld& w, const protocol::UpdateWorkflowExecutionRequest& request,
                     Sent& sent) {
  sent.answer = co_await w.Say(request, "w", "withdraw");
  sent.answered = true;
}
sim::Coro<void> Ask(RawWorld& w, std::string id, Sent& sent,
                    UpdateStage stage = UpdateStage::kCompleted) {
  const protocol::UpdateWorkflowExecutionRequest request = UpdateRequest(id, stage);
  co_await Send(w, request, sent);
}
sim::Coro<void> Poll(RawWorld& w, std::string id, UpdateStage stage, Sent& sent) {
  const protocol::PollWorkflowExecutionUpdateRequest request{
      .execution = {.workflow_id = "w"}, .update_id = std::move(id), .wait_for = stage};
  sent.answer = co_await w.Say(request, "w");
  sent.answered = true;
}

void SendUpdate(RawWorld& w, const std::string& id, Sent& sent,
                UpdateStage stage = UpdateStage::kCompleted) {
  w.raw().Spawn(Ask(w, id, sent, stage));
}

// What a worker says to an update.
Message Accept(const Message& request) {
  return {.id = request.id + "/accept",
          .protocol_instance_id = request.protocol_instance_id,
          .body = history::UpdateAcceptance{
              .accepted_request_message_id = request.id,
              .accepted_request_sequencing_event_id = request.sequencing_event_id,
              .accepted_request = std::get<history::UpdateRequest>(request.body)}};
}
Message Reject(const Message& request) {
  return {.id = request.id + "/reject",
          .protocol_instance_id = request.protocol_instance_id,
          .body = history::UpdateRejection{
              .rejected_request_message_id = request.id,
              .rejected_request_sequencing_event_id = request.sequencing_event_id,
              .rejected_request = std::get<history::UpdateRequest>(request.body),
              .failure = ApplicationFailure("rejection of " + request.protocol_instance_id,
                                            "ValueError")}};
}
Message Respond(const Message& request, const std::string& json = "70") {
  return {.id = request.id + "/complete",
          .protocol_instance_id = request.protocol_instance_id,
          .body = history::UpdateResponse{
              .meta = {.update_id = request.protocol_instance_id, .identity = "client-1"},
              .outcome = {.success = Json(json)}}};
}

// Not a braced list: g++ 12 does not do well by those in coroutines.
Messages MessagesOf(Message first) {
  Messages messages;
  messages.push_back(std::move(first));
  return messages;
}
Messages MessagesOf(Message first, Message second) {
  Messages messages = MessagesOf(std::move(first));
  messages.push_back(std::move(second));
  return messages;
}

using Completion = protocol::RespondWorkflowTaskCompletedRequest;
Completion CompletionOf(RawWorld& w, const WorkflowTask& task, Messages messages = {}) {
  Completion completion = w.CompleteRequest(task.value(), {});
  for (const Message& message : messages) {
    if (std::holds_alternative<history::UpdateRejection>(message.body)) continue;
    completion.commands.emplace_back(history::ProtocolMessageCommand{message.id});
  }
  completion.messages = std::move(messages);
  return completion;
}

Lines TypesOf(const history::EventHistory& history) {
  Lines types;
  for (const history::HistoryEvent& event : history) {
    types.push_back(fmt::format("{} {}", event.event_id, NameOf(TypeOf(event))));
  }
  return types;
}
Lines From(const Lines& lines, std::size_t first) {
  return Lines(lines.begin() + static_cast<std::ptrdiff_t>(first - 1), lines.end());
}

// Starts "w" and completes its first task without a command.
sim::Coro<void> StartIdle(RawWorld& w, const StartOptions& options) {
  ExpectOk(co_await w.Start("w", options));
  const WorkflowTask first = co_await w.Poll();
  ExpectOk(co_await w.Complete(first));
}
sim::Coro<void> StartIdle(RawWorld& w) {
  const StartOptions options;
  co_await StartIdle(w, options);
}

// ---- Speculative tasks ----

TEST_CASE("an update on an idle run: a speculative task, made real by the acceptance") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    CHECK(TypesOf(task->history) == Lines{"1 WorkflowExecutionStarted", "2 WorkflowTaskScheduled",
                                          "3 WorkflowTaskStarted", "4 WorkflowTaskCompleted",
                                          "5 WorkflowTaskScheduled", "6 WorkflowTaskStarted"});
    CHECK(w.HistoryOf("w").size() == 4);  // nothing of it is written
    REQUIRE(task->messages.size() == 1);
    const Message request = task->messages.front();
    CHECK(request.id == "u1/request");
    CHECK(request.protocol_instance_id == "u1");
    CHECK(request.sequencing_event_id == 5);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    const auto done = co_await w.Report(completion, task);
    ExpectOk(done);
    CHECK(done->reset_history_event_id == 0);
    co_await w.Sleep(10ms);
    CHECK(u1.success() == "70");
    CHECK(u1.answer->stage == UpdateStage::kCompleted);
  });
  CHECK(From(world.Lines("w"), 5) ==
        Lines{
            "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "6 WorkflowTaskStarted scheduled=5 identity=raw-1",
            "7 WorkflowTaskCompleted scheduled=5 started=6 identity=raw-1",
            "8 WorkflowExecutionUpdateAccepted protocolInstanceId=u1 "
            "acceptedRequestMessageId=u1/request acceptedRequestSequencingEventId=5 updateId=u1 "
            "identity=client-1 name=withdraw args=30",
            "9 WorkflowExecutionUpdateCompleted updateId=u1 identity=client-1 acceptedEventId=8 "
            "success=70",
        });
}

TEST_CASE(
    "a speculative task that only rejects leaves no trace; its ids are used by what follows") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    Completion completion = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    const auto done = co_await w.Report(completion, task);
    ExpectOk(done);
    CHECK(done->reset_history_event_id == 3);
    co_await w.Sleep(10ms);
    CHECK(u1.failure() == "rejection of u1");
    CHECK(u1.answer->stage == UpdateStage::kCompleted);
    ExpectOk(co_await w.Signal("w", "s"));
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->messages.empty());
    ExpectOk(co_await w.Complete(next, CommandsOf(CompleteWorkflow())));
  });
  CHECK(From(TypesOf(world.HistoryOf("w")), 4) ==
        Lines{"4 WorkflowTaskCompleted", "5 WorkflowExecutionSignaled", "6 WorkflowTaskScheduled",
              "7 WorkflowTaskStarted", "8 WorkflowTaskCompleted", "9 WorkflowExecutionCompleted"});
}

TEST_CASE("a rejected update is forgotten: the same id can be tried again, and is not found") {
  RawWorld world;
  Sent first;
  Sent second;
  Sent poll;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", first);
    const WorkflowTask task = co_await w.Poll();
    Completion rejection = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    ExpectOk(co_await w.Report(rejection, task));
    co_await Poll(w, "u1", UpdateStage::kCompleted, poll);
    ExpectError(poll.answer, StatusCode::kNotFound, "update \"u1\" not found");
    SendUpdate(w, "u1", second);
    const WorkflowTask again = co_await w.Poll();
    const Message request = again->messages.at(0);
    Completion completion = CompletionOf(w, again, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, again));
    co_await w.Sleep(10ms);
    CHECK(second.success() == "70");
  });
  CHECK(first.failure() == "rejection of u1");
}

TEST_CASE(
    "events that a speculative task has shown: written, unless the worker can see them again") {
  const bool discards = GENERATE(false, true);
  RawWorld world;
  Sent u1;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    ExpectOk(co_await w.Complete(first, CommandsOf(Step("1", 5s))));
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->messages.at(0).sequencing_event_id == 6);
    Completion completion = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    completion.discard_speculative_workflow_task_with_events = discards;
    const auto done = co_await w.Report(completion, task);
    CHECK(done->reset_history_event_id == (discards ? 3 : 0));
    co_await w.Sleep(10ms);
  });
  CHECK(u1.failure() == "rejection of u1");
  CHECK(world.HistoryOf("w").size() == (discards ? 5 : 8));
}

TEST_CASE("a speculative task that is started becomes a normal one when something is buffered") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Signal("w", "s"));
    CHECK(w.HistoryOf("w").size() == 6);
    Completion completion = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    const auto done = co_await w.Report(completion, task);
    ExpectOk(done);
    CHECK(done->reset_history_event_id == 0);
    const WorkflowTask next = co_await w.Poll();
    ExpectOk(co_await w.Complete(next, CommandsOf(CompleteWorkflow())));
  });
  CHECK(u1.failure() == "rejection of u1");
  CHECK(From(TypesOf(world.HistoryOf("w")), 5) ==
        Lines{"5 WorkflowTaskScheduled", "6 WorkflowTaskStarted", "7 WorkflowTaskCompleted",
              "8 WorkflowExecutionSignaled", "9 WorkflowTaskScheduled", "10 WorkflowTaskStarted",
              "11 WorkflowTaskCompleted", "12 WorkflowExecutionCompleted"});
}

TEST_CASE("a speculative task that waits becomes a normal one in front of the event that comes") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    co_await w.Sleep(10ms);
    ExpectOk(co_await w.Signal("w", "s"));
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->messages.at(0).sequencing_event_id == 6);
    Completion completion = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    ExpectOk(co_await w.Report(completion, task));
  });
  CHECK(From(TypesOf(world.HistoryOf("w")), 5) ==
        Lines{"5 WorkflowTaskScheduled", "6 WorkflowExecutionSignaled", "7 WorkflowTaskStarted",
              "8 WorkflowTaskCompleted"});
}

TEST_CASE("a speculative task that takes too long is written, timed out, and tried again") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.task_timeout = 1s;
    co_await StartIdle(w, options);
    SendUpdate(w, "u1", u1);
    const WorkflowTask slow = co_await w.Poll();
    co_await w.Sleep(1100ms);
    const Message late = slow->messages.at(0);
    Completion completion = CompletionOf(w, slow, MessagesOf(Accept(late), Respond(late)));
    ExpectError(co_await w.Report(completion, slow), StatusCode::kNotFound,
                "Workflow task not found.");
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->attempt == 2);
    const Message request = task->messages.at(0);
    CHECK(request.sequencing_event_id == 8);
    Completion second = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(second, task));
    co_await w.Sleep(10ms);
    CHECK(u1.success() == "70");
  });
  CHECK(From(TypesOf(world.HistoryOf("w")), 5) ==
        Lines{"5 WorkflowTaskScheduled", "6 WorkflowTaskStarted", "7 WorkflowTaskTimedOut",
              "8 WorkflowTaskScheduled", "9 WorkflowTaskStarted", "10 WorkflowTaskCompleted",
              "11 WorkflowExecutionUpdateAccepted", "12 WorkflowExecutionUpdateCompleted"});
}

TEST_CASE("a speculative task that no worker takes is written and timed out after 5 s") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    co_await w.Sleep(5100ms);
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->messages.at(0).sequencing_event_id == 7);
    Completion completion = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    ExpectOk(co_await w.Report(completion, task));
  });
  CHECK(From(world.Lines("w"), 5) ==
        Lines{
            "5 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "6 WorkflowTaskTimedOut scheduled=5 timeout=SCHEDULE_TO_START",
            "7 WorkflowTaskScheduled kind=NORMAL timeout=10s attempt=1",
            "8 WorkflowTaskStarted scheduled=7 identity=raw-1",
            "9 WorkflowTaskCompleted scheduled=7 started=8 identity=raw-1",
        });
}

TEST_CASE("a speculative task that the worker fails is written with its failure") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Fail(task));
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->attempt == 2);
    REQUIRE(next->messages.size() == 1);  // it was not processed: it is sent again
    const Message request = next->messages.at(0);
    Completion completion = CompletionOf(w, next, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, next));
    co_await w.Sleep(10ms);
    CHECK(u1.success() == "70");
  });
  CHECK(From(TypesOf(world.HistoryOf("w")), 5) ==
        Lines{"5 WorkflowTaskScheduled", "6 WorkflowTaskStarted", "7 WorkflowTaskFailed",
              "8 WorkflowTaskScheduled", "9 WorkflowTaskStarted", "10 WorkflowTaskCompleted",
              "11 WorkflowExecutionUpdateAccepted", "12 WorkflowExecutionUpdateCompleted"});
}

TEST_CASE("terminating a run writes a speculative task only if it is started") {
  const bool started = GENERATE(false, true);
  RawWorld world;
  Sent u1;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    co_await w.Sleep(10ms);
    if (started) {
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Terminate("w", "stop"));
      const Message request = task->messages.at(0);
      Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
      ExpectError(co_await w.Report(completion, task), StatusCode::kNotFound,
                  "Workflow task not found.");
    } else {
      ExpectOk(co_await w.Terminate("w", "stop"));
    }
    co_await w.Sleep(10ms);
  });
  ExpectError(u1.answer, StatusCode::kNotFound, "workflow update was aborted by closing workflow");
  const Lines tail = started ? Lines{"5 WorkflowTaskScheduled", "6 WorkflowTaskStarted",
                                     "7 WorkflowTaskFailed", "8 WorkflowExecutionTerminated"}
                             : Lines{"5 WorkflowExecutionTerminated"};
  CHECK(From(TypesOf(world.HistoryOf("w")), 5) == tail);
}

TEST_CASE("a heartbeat makes a speculative task real; the update may be answered later") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    ExpectOk(co_await w.CompleteForced(task));
    CHECK_FALSE(u1.answered);
    const WorkflowTask next = co_await w.Poll();
    Completion completion = CompletionOf(w, next, MessagesOf(Reject(request)));
    ExpectOk(co_await w.Report(completion, next));
    co_await w.Sleep(10ms);
    CHECK(u1.failure() == "rejection of u1");
  });
  CHECK(From(TypesOf(world.HistoryOf("w")), 5) ==
        Lines{"5 WorkflowTaskScheduled", "6 WorkflowTaskStarted", "7 WorkflowTaskCompleted",
              "8 WorkflowTaskScheduled", "9 WorkflowTaskStarted", "10 WorkflowTaskCompleted"});
}

TEST_CASE("an update that comes while a task is under way gets a speculative one of its own") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask first = co_await w.Poll();
    SendUpdate(w, "u1", u1);
    co_await w.Sleep(10ms);
    ExpectOk(co_await w.Complete(first));
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->token.scheduled_event_id == 5);
    Completion completion = CompletionOf(w, task, MessagesOf(Reject(task->messages.at(0))));
    const auto done = co_await w.Report(completion, task);
    CHECK(done->reset_history_event_id == 3);
    co_await w.Sleep(10ms);
  });
  CHECK(u1.failure() == "rejection of u1");
  CHECK(world.HistoryOf("w").size() == 4);
}

TEST_CASE("an update before the first task comes with it") {
  RawWorld world;
  Sent u1;
  world.Run([&u1](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    SendUpdate(w, "u1", u1);
    co_await w.Sleep(10ms);
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->messages.at(0).sequencing_event_id == 2);
    const Message request = task->messages.at(0);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, task));
    co_await w.Sleep(10ms);
    CHECK(u1.success() == "70");
  });
}

TEST_CASE(
    "an update does not wait for the start delay; a rejected one leaves the delay as it was") {
  const bool rejects = GENERATE(false, true);
  RawWorld world;
  Sent u1;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    StartOptions options;
    options.start_delay = 60s;
    ExpectOk(co_await w.Start("w", options));
    SendUpdate(w, "u1", u1);
    const WorkflowTask task = co_await w.Poll();
    CHECK(w.Now() < 1);
    const Message request = task->messages.at(0);
    Messages messages =
        rejects ? MessagesOf(Reject(request)) : MessagesOf(Accept(request), Respond(request));
    Completion completion = CompletionOf(w, task, std::move(messages));
    ExpectOk(co_await w.Report(completion, task));
    if (rejects) {
      const WorkflowTask first = co_await w.Poll();
      CHECK(w.Now() == Approx(60).margin(0.1));
      CHECK(first->history.size() == 3);
      ExpectOk(co_await w.Complete(first, CommandsOf(CompleteWorkflow())));
    } else {
      co_await w.Sleep(70s);
      CHECK(w.HistoryOf("w").size() == 6);
    }
  });
}

TEST_CASE("a query sees what a speculative task in front of it does") {
  RawWorld world;
  Sent u1;
  world.Run({[&u1](RawWorld& w) -> sim::Coro<void> {
               co_await StartIdle(w);
               SendUpdate(w, "u1", u1);
               const WorkflowTask task = co_await w.Poll();
               co_await w.Sleep(100ms);
               const Message request = task->messages.at(0);
               Completion completion =
                   CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
               ExpectOk(co_await w.Report(completion, task));
               const WorkflowTask query = co_await w.Poll();
               CHECK(query->query_only);
               CHECK(query->history.size() == 9);
               ExpectOk(co_await w.AnswerQuery(query, "70"));
             },
             [](RawWorld& w) -> sim::Coro<void> {
               co_await w.Sleep(50ms);
               ExpectOk(co_await w.Query("w", "balance"));
             }});
}

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
    Completion repeated = rejection;
    ExpectOk(co_await w.Report(rejection, task));
    SendUpdate(w, "u2", u2);
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->token.started_event_id == task->token.started_event_id);
    ExpectError(co_await w.Report(repeated, task), StatusCode::kNotFound,
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

// ---- Limits ----

TEST_CASE("at most 10 updates are in flight") {
  RawWorld world;
  std::vector<Sent> sent(11);
  Sent known;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    for (int i = 0; i < 10; ++i) SendUpdate(w, fmt::format("u{}", i), sent[i]);
    co_await w.Sleep(10ms);
    co_await Ask(w, "u10", sent[10]);
    SendUpdate(w, "u3", known);  // not one more
    const WorkflowTask task = co_await w.Poll();
    CHECK(task->messages.size() == 10);
    CHECK(task->messages.at(9).protocol_instance_id == "u9");
    ExpectOk(co_await w.Complete(task, CommandsOf(CompleteWorkflow())));
    co_await w.Sleep(10ms);
  });
  ExpectError(sent[10].answer, StatusCode::kResourceExhausted,
              "limit on number of concurrent in-flight updates has been reached (10)");
  ExpectError(known.answer, StatusCode::kNotFound,
              "workflow update was aborted by closing workflow");
}

TEST_CASE("a run has at most 2000 updates, and 20 MiB of them in flight") {
  UpdateInfos infos;
  for (int i = 0; i < 1999; ++i) {
    infos[fmt::format("u{}", i)] = {.progress = UpdateProgress::kCompleted, .event_id = i + 1};
  }
  UpdateRegistry updates(infos);
  CHECK(updates.updates().empty());
  history::UpdateRequest request{.meta = {.update_id = "last"}, .input = {.name = "x"}};
  CHECK(updates.CheckLimits(request, infos).ok());
  updates.Admit(history::MakeShared<history::UpdateRequest>(request));
  const absl::Status refusal = updates.CheckLimits(request, infos);
  CHECK(refusal.code() == StatusCode::kFailedPrecondition);
  CHECK_THAT(
      std::string(refusal.message()),
      Catch::Matchers::StartsWith("The limit on the total number of distinct updates in this "
                                  "workflow has been reached (2000). Make sure any duplicate"));

  UpdateRegistry large(UpdateInfos{});
  request.input.args = Text(std::string(11 << 20, 'x'));
  CHECK(large.CheckLimits(request, {}).ok());
  large.Admit(history::MakeShared<history::UpdateRequest>(request));
  ExpectError(large.CheckLimits(request, {}), StatusCode::kResourceExhausted,
              "limit on total payload size of in-flight updates has been reached (20971520 bytes)");
}

// ---- Crashes ----

TEST_CASE(
    "an update that was not accepted is lost with the server; who sends it again has it done") {
  const bool sent_to_worker = GENERATE(false, true);
  RawWorld world;
  Sent lost;
  Sent again;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", lost);
    co_await w.Sleep(10ms);
    WorkflowTask stale = absl::UnknownError("none");
    if (sent_to_worker) stale = co_await w.Poll();
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    CHECK(lost.answer.status().code() == StatusCode::kUnavailable);
    if (sent_to_worker) {  // the task is gone as well
      const Message request = stale->messages.at(0);
      Completion completion = CompletionOf(w, stale, MessagesOf(Accept(request), Respond(request)));
      ExpectError(co_await w.Report(completion, stale), StatusCode::kNotFound,
                  "Workflow task not found.");
    }
    CHECK(w.HistoryOf("w").size() == 4);
    SendUpdate(w, "u1", again);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, task));
    co_await w.Sleep(10ms);
    CHECK(again.success() == "70");
  });
  CHECK(world.CountEvents("w", history::EventType::kWorkflowExecutionUpdateAccepted) == 1);
}

TEST_CASE(
    "a worker's answer outlives the registry: the update is taken in again from its message") {
  RawWorld world;
  Sent lost;
  Sent poll;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    SendUpdate(w, "u1", lost);
    co_await w.Sleep(10ms);
    const WorkflowTask task =
        co_await w.Poll();  // the first task is a normal one: it outlives the crash
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    const Message request = task->messages.at(0);
    Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
    ExpectOk(co_await w.Report(completion, task));
    co_await Poll(w, "u1", UpdateStage::kCompleted, poll);
    CHECK(poll.success() == "70");
  });
}

TEST_CASE("an accepted update outlives a crash: it is known, and can be completed") {
  RawWorld world;
  Sent accepted;
  Sent waiting;
  Sent known;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", accepted, UpdateStage::kAccepted);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    Completion acceptance = CompletionOf(w, task, MessagesOf(Accept(request)));
    acceptance.commands.push_back(StartTimer("t", 2s));
    ExpectOk(co_await w.Report(acceptance, task));
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    SendUpdate(w, "u1", waiting);
    const WorkflowTask later = co_await w.Poll();
    CHECK(later->messages.empty());  // it is not to be handled twice
    Completion response = CompletionOf(w, later, MessagesOf(Respond(request)));
    ExpectOk(co_await w.Report(response, later));
    co_await w.Sleep(10ms);
    CHECK(waiting.success() == "70");
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    co_await Ask(w, "u1", known);
    CHECK(known.success() == "70");
  });
  REQUIRE(accepted.answer.ok());
  CHECK(accepted.answer->stage == UpdateStage::kAccepted);
  CHECK(world.CountEvents("w", history::EventType::kWorkflowExecutionUpdateCompleted) == 1);
}

TEST_CASE("a reset brings updates to the new run again, unless they are excluded") {
  for (const bool exclude : {false, true}) {
    RawWorld world;
    Sent first;
    Sent again;
    world.Run([&](RawWorld& w) -> sim::Coro<void> {
      co_await StartIdle(w);
      SendUpdate(w, "u1", first);
      const WorkflowTask task = co_await w.Poll();
      Message request = task->messages.at(0);
      Completion completion = CompletionOf(w, task, MessagesOf(Accept(request), Respond(request)));
      ExpectOk(co_await w.Report(completion, task));
      protocol::ResetWorkflowExecutionRequest reset{.execution = {.workflow_id = "w"},
                                                    .reason = "probe",
                                                    .workflow_task_finish_event_id = 4,
                                                    .exclude_updates = exclude};
      ExpectOk(co_await w.Send(std::move(reset), "w"));
      const WorkflowTask next = co_await w.Poll();
      CHECK(next->messages.empty());  // an event brings it
      if (exclude) {
        ExpectOk(co_await w.Complete(next));
        co_return;
      }
      request.sequencing_event_id = 5;
      Completion more = CompletionOf(w, next, MessagesOf(Accept(request), Respond(request, "40")));
      ExpectOk(co_await w.Report(more, next));
      co_await Ask(w, "u1", again);
      CHECK(again.success() == "40");
    });
    CHECK(first.success() == "70");
    const history::EventHistory& history = world.HistoryOf("w", 2);
    CHECK(TypesOf(history).at(4) ==
          (exclude ? "5 WorkflowTaskScheduled" : "5 WorkflowExecutionUpdateAdmitted"));
    if (exclude) continue;
    REQUIRE(history.size() == 10);
    const auto* accepted = history::As<history::WorkflowExecutionUpdateAccepted>(history[8]);
    REQUIRE(accepted != nullptr);
    CHECK_FALSE(accepted->accepted_request.has_value());
    CHECK(accepted->accepted_request_sequencing_event_id == 5);
    CHECK(history::As<history::WorkflowExecutionUpdateCompleted>(history[9]) != nullptr);
  }
}

TEST_CASE("a reset after an acceptance leaves the update to be completed") {
  RawWorld world;
  Sent accepted;
  Sent waiting;
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    co_await StartIdle(w);
    SendUpdate(w, "u1", accepted, UpdateStage::kAccepted);
    const WorkflowTask task = co_await w.Poll();
    const Message request = task->messages.at(0);
    Completion acceptance = CompletionOf(w, task, MessagesOf(Accept(request)));
    ExpectOk(co_await w.Report(acceptance, task));
    ExpectOk(co_await w.Signal("w", "go"));
    const WorkflowTask second = co_await w.Poll();
    ExpectOk(co_await w.Complete(second));
    ExpectOk(co_await w.Reset("w", "", 12));
    const WorkflowTask next = co_await w.Poll();
    CHECK(next->messages.empty());  // it is not to be handled twice
    w.server().Crash(500ms);
    co_await w.Sleep(600ms);
    SendUpdate(w, "u1", waiting);
    co_await w.Sleep(10ms);
    Completion response = CompletionOf(w, next, MessagesOf(Respond(request)));
    ExpectOk(co_await w.Report(response, next));
    co_await w.Sleep(10ms);
  });
  CHECK(waiting.success() == "70");
  CHECK(world.CountEvents("w", history::EventType::kWorkflowExecutionUpdateAdmitted) == 0);
}

TEST_CASE("an update takes only the steps of its table") {
  int legal = 0;
  for (int phase = 0; phase < 4; ++phase) {
    for (int step = 0; step < 4; ++step) {
      legal +=
          NextPhase(static_cast<UpdatePhase>(phase), static_cast<UpdateStep>(step)).has_value();
    }
  }
  CHECK(legal == 7);
  CHECK_FALSE(NextPhase(UpdatePhase::kAccepted, UpdateStep::kAccept).has_value());
  CHECK_FALSE(NextPhase(UpdatePhase::kAdmitted, UpdateStep::kComplete).has_value());
}

}  // namespace
}  // namespace groundhog::server::testing
