// Updates: limits, crashes and resets, and the table of their steps (SEMANTICS f.3, i).
#include <utility>

#include <fmt/format.h>

#include "runtime/server/update_registry.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"
#include "tests/runtime/server/updates_by_hand.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using history::Message;
using protocol::UpdateStage;

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
    // The first task is a normal one: it outlives the crash.
    const WorkflowTask task = co_await w.Poll();
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
