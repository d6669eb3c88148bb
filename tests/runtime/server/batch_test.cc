// Batch operations, and what becomes of them when the server dies in their midst.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "runtime/protocol/batch_operation.h"
#include "sim/choice_tape.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using protocol::BatchOperationState;

protocol::StartBatchOperationRequest BatchOf(protocol::BatchOperation operation,
                                             const std::string& query) {
  return {.job_id = "job",
          .reason = "because",
          .identity = "operator",
          .operation = std::move(operation),
          .visibility_query = query};
}

void AddExecution(protocol::StartBatchOperationRequest& batch, const std::string& workflow_id) {
  batch.executions.push_back({.workflow_id = workflow_id});
}

auto Describe(RawWorld& w, const std::string& job = "job") {
  protocol::DescribeBatchOperationRequest request{.job_id = job};
  return w.Send(std::move(request), "", job);
}
auto Stop(RawWorld& w, const std::string& job = "job") {
  protocol::StopBatchOperationRequest request{.job_id = job, .reason = "enough"};
  return w.Send(std::move(request), "", job);
}

sim::Coro<void> StartMany(RawWorld& w, int count) {
  for (int i = 0; i < count; ++i) ExpectOk(co_await w.Start("w" + std::to_string(i)));
}

TEST_CASE("a batch terminates all that the query finds, fifty a second") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartMany(w, 5);
    ExpectOk(co_await w.Terminate("w4", "before"));
    const auto batch = BatchOf(protocol::BatchOperationTermination{}, "WorkflowType = 'Raw'");
    ExpectOk(co_await w.Say(batch, ""));
    co_await w.Sleep(30ms);
    const auto during = co_await Describe(w);
    CHECK(during->state == BatchOperationState::kRunning);
    CHECK(during->operation_type == protocol::BatchOperationType::kTerminate);
    CHECK(during->total_operation_count == 4);
    CHECK(during->complete_operation_count == 2);
    CHECK(during->identity == "operator");
    CHECK(during->reason == "because");
    co_await w.Sleep(1s);
    const auto after = co_await Describe(w);
    CHECK(after->state == BatchOperationState::kCompleted);
    CHECK(after->total_operation_count == 4);
    CHECK(after->complete_operation_count == 4);
    CHECK(after->failure_operation_count == 0);
    REQUIRE(after->close_time.has_value());
    CHECK(*after->close_time - after->start_time == 80ms);
    const auto open = co_await w.Count("ExecutionStatus = 'Running'");
    CHECK(open->count == 0);
  });
  CHECK(world.Lines("w0").back() ==
        "3 WorkflowExecutionTerminated reason=because identity=operator");
}

TEST_CASE("a slower batch keeps its own pace, over a list of executions too") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartMany(w, 2);
    auto batch = BatchOf(protocol::BatchOperationTermination{}, "");
    for (const char* const id : {"w0", "gone", "w1"}) AddExecution(batch, id);
    batch.max_operations_per_second = 0.5;
    ExpectOk(co_await w.Say(batch, ""));
    co_await w.Sleep(3s);
    const auto during = co_await Describe(w);
    CHECK(during->complete_operation_count == 2);
    co_await w.Sleep(4s);
    const auto after = co_await Describe(w);
    CHECK(after->state == BatchOperationState::kCompleted);
    CHECK(after->complete_operation_count == 3);  // one that is not there counts as done
    CHECK(*after->close_time - after->start_time == 6s);
  });
}

std::vector<double> OddPaces() { return {-1.0, 1e9, std::nan("")}; }

TEST_CASE("a pace that is no pace") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartMany(w, 3);
    for (const double pace : OddPaces()) {
      auto batch = BatchOf(protocol::BatchOperationTermination{}, "WorkflowId = 'none'");
      batch.job_id += std::to_string(pace);
      batch.max_operations_per_second = pace;
      ExpectOk(co_await w.Say(batch, ""));
      co_await w.Sleep(100ms);
    }
    auto slow = BatchOf(protocol::BatchOperationTermination{}, "WorkflowType = 'Raw'");
    slow.max_operations_per_second = 1e-300;
    ExpectOk(co_await w.Say(slow, ""));
    co_await w.Sleep(24h * 20);
    const auto told = co_await Describe(w);
    CHECK(told->complete_operation_count == 2);
    ExpectOk(co_await Stop(w));
    ExpectOk(co_await w.Terminate("w0", ""));
  });
}

TEST_CASE("signals, cancel requests, deletions") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartMany(w, 2);
    auto signals = BatchOf(protocol::BatchOperationSignal{.signal = "go"}, "WorkflowId = 'w0'");
    ExpectOk(co_await w.Say(signals, ""));
    co_await w.Sleep(1s);
    auto cancels = BatchOf(protocol::BatchOperationCancellation{}, "WorkflowId = 'w1'");
    cancels.job_id = "job-2";
    ExpectOk(co_await w.Say(cancels, ""));
    co_await w.Sleep(1s);
    CHECK(w.CountEvents("w0", history::EventType::kWorkflowExecutionSignaled) == 1);
    CHECK(w.CountEvents("w1", history::EventType::kWorkflowExecutionCancelRequested) == 1);
    ExpectOk(co_await w.Terminate("w1", ""));
    auto deletes = BatchOf(protocol::BatchOperationDeletion{}, "WorkflowType = 'Raw'");
    deletes.job_id = "job-3";
    ExpectOk(co_await w.Say(deletes, ""));
    co_await w.Sleep(40s);
    const auto left = co_await w.Count("");
    CHECK(left->count == 0);
    const auto told = co_await Describe(w, "job-3");
    CHECK(told->complete_operation_count == 2);
    protocol::ListBatchOperationsRequest list;
    const auto listed = co_await w.Say(list, "");
    std::string jobs;
    for (const auto& info : listed->operation_info) jobs += info.job_id + " ";
    CHECK(jobs == "job-3 job-2 job ");
  });
}

sim::Coro<void> CompleteTwoTasks(RawWorld& w, std::string id) {
  ExpectOk(co_await w.Start(id));
  const WorkflowTask first = co_await w.Poll();
  ExpectOk(co_await w.Complete(first));
  ExpectOk(co_await w.Signal(id, "again"));
  const WorkflowTask second = co_await w.Poll();
  ExpectOk(co_await w.Complete(second));
}

TEST_CASE("a reset begins at the first or at the last completed task") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await CompleteTwoTasks(w, "w0");
    co_await CompleteTwoTasks(w, "w1");
    protocol::BatchOperationReset reset{.reset_type = protocol::ResetType::kLastWorkflowTask};
    const auto last = BatchOf(reset, "WorkflowId = 'w0'");
    ExpectOk(co_await w.Say(last, ""));
    co_await w.Sleep(1s);
    reset.reset_type = protocol::ResetType::kFirstWorkflowTask;
    auto first = BatchOf(reset, "WorkflowId = 'w1' AND ExecutionStatus = 'Running'");
    first.job_id = "job-2";
    ExpectOk(co_await w.Say(first, ""));
    co_await w.Sleep(1s);
    CHECK(w.CountEvents("w0", history::EventType::kWorkflowTaskCompleted) == 1);
    CHECK(w.CountEvents("w1", history::EventType::kWorkflowTaskCompleted) == 0);
    ExpectOk(co_await w.Terminate("w0", ""));
    ExpectOk(co_await w.Terminate("w1", ""));
  });
}

TEST_CASE(
    "an operation that goes on failing is given up after fifty more tries, and the batch goes on") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w0"));
    auto batch = BatchOf(protocol::BatchOperationSignal{.signal = std::string(2000, 'x')}, "");
    AddExecution(batch, "w0");
    ExpectOk(co_await w.Say(batch, ""));
    co_await w.Sleep(900ms);
    const auto during = co_await Describe(w);
    CHECK(during->state == BatchOperationState::kRunning);
    co_await w.Sleep(300ms);
    const auto after = co_await Describe(w);
    CHECK(after->state == BatchOperationState::kCompleted);
    CHECK(after->failure_operation_count == 1);
    CHECK(after->total_operation_count == 1);
    ExpectOk(co_await w.Terminate("w0", ""));
  });
}

TEST_CASE("one batch at a time; a stopped one is left where it is") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartMany(w, 5);
    const auto batch = BatchOf(protocol::BatchOperationTermination{}, "WorkflowType = 'Raw'");
    ExpectOk(co_await w.Say(batch, ""));
    auto other = batch;
    other.job_id = "other";
    ExpectError(co_await w.Say(other, ""), StatusCode::kResourceExhausted,
                "Max concurrent batch operations is reached");
    co_await w.Sleep(25ms);
    ExpectOk(co_await Stop(w));
    ExpectError(co_await Stop(w), StatusCode::kNotFound, "workflow execution already completed");
    ExpectError(co_await Stop(w, "none"), StatusCode::kNotFound, "workflow not found for ID: none");
    const auto told = co_await Describe(w);
    CHECK(told->state == BatchOperationState::kFailed);
    co_await w.Sleep(1s);
    const auto open = co_await w.Count("ExecutionStatus = 'Running'");
    CHECK(open->count == 3);
    const auto again = co_await w.Say(batch, "");
    CHECK(again.status().code() == StatusCode::kAlreadyExists);
    ExpectOk(co_await w.Say(other, ""));
    co_await w.Sleep(1s);
    const auto left = co_await w.Count("ExecutionStatus = 'Running'");
    CHECK(left->count == 0);
  });
}

TEST_CASE("what is no batch is refused with Temporal's text") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const std::string needed =
        "must provide required parameters: BatchType/Reason/Namespace/Query/Executions";
    const auto good = BatchOf(protocol::BatchOperationTermination{}, "WorkflowId = 'x'");
    auto bad = good;
    bad.reason = "";
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument, needed);
    bad = good;
    bad.operation = {};
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument, needed);
    bad = good;
    bad.visibility_query = "";
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument, needed);
    bad = good;
    bad.job_id = "";
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument,
                "JobId is not set on request.");
    bad = good;
    AddExecution(bad, "x");
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument,
                "batch query and executions are mutually exclusive");
    bad = BatchOf(protocol::BatchOperationSignal{}, "WorkflowId = 'x'");
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument, "must provide signal name");
    bad = BatchOf(protocol::BatchOperationReset{}, "WorkflowId = 'x'");
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument,
                "unknown batch reset type Unspecified");
    bad = BatchOf(protocol::BatchOperationTermination{}, "()");
    ExpectError(co_await w.Say(bad, ""), StatusCode::kInvalidArgument,
                "invalid visibility query: syntax error at position 29");
    ExpectError(co_await Describe(w, ""), StatusCode::kInvalidArgument,
                "JobId is not set on request.");
    ExpectError(co_await Describe(w, "none"), StatusCode::kNotFound,
                "workflow not found for ID: none");
    // What means nothing ends the batch.
    bad = BatchOf(protocol::BatchOperationTermination{}, "Nonsense = 1");
    ExpectOk(co_await w.Say(bad, ""));
    co_await w.Sleep(1s);
    const auto told = co_await Describe(w);
    CHECK(told->state == BatchOperationState::kFailed);
  });
}

TEST_CASE("a server that dies in the midst of a batch goes on with it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartMany(w, 6);
    const auto batch =
        BatchOf(protocol::BatchOperationSignal{.signal = "go"}, "WorkflowType = 'Raw'");
    ExpectOk(co_await w.Say(batch, ""));
    for (int crash = 0; crash < 3; ++crash) {
      co_await w.Sleep(25ms);
      w.server().Crash(1s);
      co_await w.Sleep(1s);
    }
    co_await w.Sleep(2s);
    const auto told = co_await Describe(w);
    CHECK(told->state == BatchOperationState::kCompleted);
    CHECK(told->complete_operation_count == 6);
    for (int i = 0; i < 6; ++i) {
      const std::string id = "w" + std::to_string(i);
      CHECK(w.CountEvents(id, history::EventType::kWorkflowExecutionSignaled) == 1);
      ExpectOk(co_await w.Terminate(id, ""));
    }
  });
}

// ---- Every fault of every commit of a batch ----

bool IsTransient(const absl::Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kDeadlineExceeded;
}

// Three workflows, and one batch that signals them; whatever was not answered is said again.
sim::Coro<void> SignalThree(RawWorld& w) {
  for (const char* const id : {"w0", "w1", "w2"}) {
    const StartOptions options{.request_id = id};
    while (IsTransient((co_await w.Start(id, options)).status())) co_await w.Sleep(200ms);
  }
  const auto batch =
      BatchOf(protocol::BatchOperationSignal{.signal = "go"}, "WorkflowType = 'Raw'");
  while (IsTransient((co_await w.Say(batch, "")).status())) co_await w.Sleep(200ms);
  for (int tries = 0; tries < 2'000; ++tries) {
    const auto told = co_await Describe(w);
    if (told.ok() && told->state != BatchOperationState::kRunning) {
      CHECK(told->state == BatchOperationState::kCompleted);
      CHECK(told->complete_operation_count == 3);
      co_return;
    }
    co_await w.Sleep(200ms);
  }
  FAIL_CHECK("the batch does not end");
}

std::vector<sim::Decision> PlayBatch(sim::Choices& choices) {
  RawWorld world(&choices);
  world.Run(SignalThree);
  for (const char* const id : {"w0", "w1", "w2"}) {
    CHECK(world.CountEvents(id, history::EventType::kWorkflowExecutionSignaled) == 1);
  }
  std::vector<sim::Decision> faults;
  const auto sites = ServerSites();
  for (std::size_t i = 0; i < choices.points().size(); ++i) {
    const sim::ChoicePoint& point = choices.points()[i];
    const std::string kind(point.label.kind().text());
    const bool of_batch = kind == "SignalWorkflowExecution" || kind == "BatchOperation" ||
                          kind == "StartBatchOperation";
    if (!of_batch || std::find(sites.begin(), sites.end(), point.site) == sites.end()) continue;
    for (sim::Answer answer = 1; answer <= point.site->answers.size(); ++answer) {
      faults.push_back(sim::Decision::From(sim::TakenDecision{
          .point = point, .occurrence = choices.OccurrenceAt(i), .answer = answer}));
    }
  }
  return faults;
}

TEST_CASE("a batch comes to its end, each operation once, whichever of its commits fails") {
  sim::RecordedChoices uneventful;
  uneventful.KeepPoints();
  const std::vector<sim::Decision> faults = PlayBatch(uneventful);
  // Three signals, three times progress, the end, and the start: seven answers each at commits, two
  // after replies.
  CHECK(faults.size() > 50);
  for (const sim::Decision& fault : faults) {
    INFO(fault.Text());
    sim::RecordedChoices choices({fault});
    PlayBatch(choices);
    CHECK(choices.Unused().empty());
  }
}

}  // namespace
}  // namespace groundhog::server::testing
