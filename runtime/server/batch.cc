#include "runtime/server/batch.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"

namespace groundhog::server {
namespace {

using history::WorkflowExecution;

constexpr double kMostPerSecond = 50;
constexpr double kLeastPerSecond = 1e-6;  // one in twelve days
constexpr int kMostRetries = 50;

Duration PaceOf(const protocol::StartBatchOperationRequest& request) {
  const double wanted = request.max_operations_per_second;
  if (!(wanted > 0)) return history::IntervalOf(kMostPerSecond);
  return history::IntervalOf(std::clamp(wanted, kLeastPerSecond, kMostPerSecond));
}

// An operation, as a client would ask for it.
class Operator {
 public:
  Operator(Engine& engine, const BatchRecord& batch, const WorkflowExecution& execution)
      : engine_(engine), batch_(*batch.request), execution_(execution) {}

  absl::Status Carry() {
    return std::visit([this](const auto& operation) { return Do(operation); }, batch_.operation);
  }

 private:
  absl::Status Do(const std::monostate&) {
    return absl::InternalError("a batch without operation");
  }
  absl::Status Do(const protocol::BatchOperationTermination&) {
    return Ask(protocol::TerminateWorkflowExecutionRequest{
        .execution = execution_, .reason = batch_.reason, .identity = batch_.identity});
  }
  absl::Status Do(const protocol::BatchOperationCancellation&) {
    return Ask(protocol::RequestCancelWorkflowExecutionRequest{
        .execution = execution_, .identity = batch_.identity, .request_id = RequestId()});
  }
  absl::Status Do(const protocol::BatchOperationSignal& operation) {
    return Ask(protocol::SignalWorkflowExecutionRequest{.execution = execution_,
                                                        .signal_name = operation.signal,
                                                        .input = operation.input,
                                                        .identity = batch_.identity,
                                                        .request_id = RequestId()});
  }
  absl::Status Do(const protocol::BatchOperationDeletion&) {
    return Ask(protocol::DeleteWorkflowExecutionRequest{.execution = execution_});
  }
  absl::Status Do(const protocol::BatchOperationReset& operation) {
    const absl::StatusOr<RunIndex> index = engine_.Find(execution_);
    if (!index.ok()) return index.status();
    const EventId finish = ResetPoint(engine_.durable().run(*index).history, operation.reset_type);
    if (finish == 0) {
      return absl::FailedPreconditionError("unable to find any scheduled or completed task");
    }
    return Ask(
        protocol::ResetWorkflowExecutionRequest{.execution = execution_,
                                                .reason = batch_.reason,
                                                .workflow_task_finish_event_id = finish,
                                                .request_id = RequestId(),
                                                .exclude_signals = operation.exclude_signals,
                                                .exclude_updates = operation.exclude_updates});
  }

  // The first or the last completed workflow task; without any the place behind a scheduled one; 0
  // if there is neither.
  static EventId ResetPoint(const EventHistory& history, protocol::ResetType type) {
    const bool last = type == protocol::ResetType::kLastWorkflowTask;
    EventId completed = 0;
    EventId scheduled = 0;
    for (const HistoryEvent& event : history) {
      const history::EventType event_type = history::TypeOf(event);
      const bool first_of_all = completed == 0;
      if (event_type == history::EventType::kWorkflowTaskCompleted && (last || first_of_all)) {
        completed = event.event_id;
      }
      if (event_type == history::EventType::kWorkflowTaskScheduled && scheduled == 0) {
        scheduled = event.event_id + 1;
      }
    }
    return completed != 0 ? completed : scheduled;
  }

  template <class Request>
  absl::Status Ask(Request request) {
    static constexpr sim::SymbolEntry kKind{Request::kName};
    Causes& names = engine_.causes();
    const sim::Label label(sim::Symbol(kKind), names.Intern(execution_.workflow_id),
                           names.Intern(batch_.job_id), 0);
    std::optional<absl::Status> answer;
    Handle(engine_, request, sim::Reply(label, answer));
    return answer.value_or(protocol::ShardReloading());
  }

  // The same each time the operation is tried.
  std::string RequestId() const {
    const std::uint64_t job = CombineHash(HashText(batch_.job_id), batch_.operation.index());
    return UuidText(job,
                    CombineHash(HashText(execution_.workflow_id), HashText(execution_.run_id)));
  }

  Engine& engine_;
  const protocol::StartBatchOperationRequest& batch_;
  const WorkflowExecution& execution_;
};

// ---- What to operate on ----

// Has been operated on before the server died: it was open then, and stood further ahead.
bool WasDone(const BatchRecord& batch, const RunRecord& record) {
  const protocol::BatchOperationType type = protocol::TypeOf(batch.request->operation);
  const bool closes =
      type == protocol::BatchOperationType::kDelete || type == protocol::BatchOperationType::kReset;
  const ExecutionInfo& info = record.state.info;
  return closes && !info.running() && info.close_time >= batch.start_time;
}

absl::Status FetchPage(Engine& engine, const BatchRecord& batch, BatchWork& work) {
  const absl::StatusOr<visibility::Filter> filter =
      MakeFilter(engine.durable(), AdjustedQuery(*batch.request));
  if (!filter.ok()) return filter.status();
  const std::vector<RunIndex> runs = FindRuns(engine.durable(), *filter, work.after, kMostInPage);
  work.page.clear();
  work.next = 0;
  work.more_pages = runs.size() == kMostInPage;
  for (const RunIndex run : runs) {
    const RunRecord& record = engine.durable().run(run);
    work.after = KeyOf(record);
    if (!WasDone(batch, record)) work.page.push_back({KeyOf(record), run});
  }
  return absl::OkStatus();
}

// What the next operation is about, and how far the batch is when it is done.
struct Step {
  WorkflowExecution execution = {};
  std::string cursor = {};
};

// Nothing if there is none left.
absl::StatusOr<std::optional<Step>> NextStep(Engine& engine, const BatchRecord& batch,
                                             BatchWork& work) {
  const std::vector<WorkflowExecution>& given = batch.request->executions;
  if (!given.empty()) {
    const auto at = static_cast<std::size_t>(batch.progress.done + batch.progress.failed);
    if (at == given.size()) return std::optional<Step>();
    return std::optional(Step{.execution = given[at]});
  }
  while (work.next == work.page.size()) {
    if (!work.more_pages) return std::optional<Step>();
    if (absl::Status bad = FetchPage(engine, batch, work); !bad.ok()) return bad;
  }
  const BatchWork::Target& target = work.page[work.next];
  const RunStart& start = *engine.durable().run(target.run).start;
  return std::optional(Step{.execution = {.workflow_id = start.workflow_id, .run_id = start.run_id},
                            .cursor = ToPageToken(target.key)});
}

// ---- Progress ----

Deadline StepOf(BatchIndex batch, Timestamp due) {
  return Deadline{.due = due, .kind = DeadlineKind::kBatchOperation, .id = batch};
}

// Whether it is written for certain; if not, the step comes again.
bool WriteProgress(Engine& engine, BatchIndex index, BatchProgress progress) {
  const BatchRecord& batch = engine.durable().batches()[index];
  const auto number = static_cast<std::int32_t>(progress.done + progress.failed);
  const sim::Label label(sim::Symbol(kBatchOperation),
                         engine.causes().Intern(batch.request->job_id), sim::Symbol(), number);
  if (engine.CommitAlone(label, PutBatchProgress{index, std::move(progress)})) return true;
  if (engine.alive()) {
    engine.batch_work().reset();  // perhaps it was written: the store says where to go on
    engine.Push(StepOf(index, engine.now() + kRetryDelay));
  }
  return false;
}

void End(Engine& engine, BatchIndex index, protocol::BatchOperationState state) {
  BatchProgress progress = engine.durable().batches()[index].progress;
  progress.state = state;
  progress.close_time = engine.now();
  if (WriteProgress(engine, index, std::move(progress))) engine.batch_work().reset();
}

}  // namespace

std::string AdjustedQuery(const protocol::StartBatchOperationRequest& request) {
  const protocol::BatchOperationType type = protocol::TypeOf(request.operation);
  const bool any_status =
      type == protocol::BatchOperationType::kDelete || type == protocol::BatchOperationType::kReset;
  if (any_status) return request.visibility_query;
  return "(" + request.visibility_query + ") AND (ExecutionStatus='Running')";
}

void ArmBatches(Engine& engine) {
  const auto& batches = engine.durable().batches();
  for (BatchIndex index = 0; index < batches.size(); ++index) {
    if (batches[index].running()) engine.Push(StepOf(index, engine.now()));
  }
}

void CarryOnBatch(Engine& engine, const Deadline& deadline) {
  const auto index = static_cast<BatchIndex>(deadline.id);
  const BatchRecord& batch = engine.durable().batches()[index];
  std::unique_ptr<BatchWork>& kept = engine.batch_work();
  if (kept == nullptr || kept->batch != index) {
    kept = std::make_unique<BatchWork>(
        BatchWork{.batch = index, .after = *FromPageToken(batch.progress.cursor)});
  }
  const absl::StatusOr<std::optional<Step>> step = NextStep(engine, batch, *kept);
  if (!step.ok()) return End(engine, index, protocol::BatchOperationState::kFailed);
  if (!step->has_value()) return End(engine, index, protocol::BatchOperationState::kCompleted);
  const absl::Status status = Operator(engine, batch, (*step)->execution).Carry();
  if (!engine.alive()) return;
  const Timestamp next = engine.now() + PaceOf(*batch.request);
  const bool done = status.ok() || absl::IsNotFound(status);
  const bool may_retry = !absl::IsFailedPrecondition(status) && kept->tries < kMostRetries;
  if (!done && may_retry) {
    ++kept->tries;
    return engine.Push(StepOf(index, next));
  }
  BatchProgress progress = batch.progress;
  ++(done ? progress.done : progress.failed);
  progress.cursor = (*step)->cursor;
  if (!WriteProgress(engine, index, std::move(progress))) return;
  kept->tries = 0;
  if (!kept->page.empty()) ++kept->next;
  engine.Push(StepOf(index, next));
}

}  // namespace groundhog::server
