// Speculative workflow tasks, which updates bring about (SEMANTICS d.2, f.3).
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
using history::Messages;
using protocol::UpdateStage;

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

}  // namespace
}  // namespace groundhog::server::testing
