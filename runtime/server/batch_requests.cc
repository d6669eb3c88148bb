// StartBatchOperation, StopBatchOperation, DescribeBatchOperation, ListBatchOperations.
#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/batch.h"
#include "runtime/server/handlers.h"
#include "runtime/server/names.h"
#include "runtime/visibility/query.h"

namespace groundhog::server {
namespace {

using protocol::BatchOperationState;
using protocol::StartBatchOperationRequest;

// Temporal answers UNKNOWN to the two that are said to be so: clients take that for trouble that
// passes, so it is INVALID_ARGUMENT here.
absl::Status CheckBatch(const StartBatchOperationRequest& request) {
  const auto invalid = [](const std::string& text) { return absl::InvalidArgumentError(text); };
  const bool has_query = !request.visibility_query.empty();
  const bool has_executions = !request.executions.empty();
  if (request.operation.index() == 0 || request.reason.empty() || (!has_query && !has_executions)) {
    return invalid("must provide required parameters: BatchType/Reason/Namespace/Query/Executions");
  }
  if (request.job_id.empty()) return protocol::NotSetOnRequest("JobId");
  if (has_query && has_executions) {
    return invalid("batch query and executions are mutually exclusive");  // UNKNOWN
  }
  const auto* signal = std::get_if<protocol::BatchOperationSignal>(&request.operation);
  if (signal != nullptr && signal->signal.empty())
    return invalid("must provide signal name");  // UNKNOWN
  const auto* reset = std::get_if<protocol::BatchOperationReset>(&request.operation);
  if (reset != nullptr && reset->reset_type == protocol::ResetType::kUnspecified) {
    return invalid("unknown batch reset type Unspecified");
  }
  if (!has_query) return absl::OkStatus();
  const auto query = visibility::ParseQuery(request.visibility_query, "dummy");
  if (query.ok()) return absl::OkStatus();
  return invalid("invalid visibility query: " + std::string(query.status().message()));
}

// Nothing if there never was one of this name.
std::optional<BatchIndex> FindBatch(const Engine& engine, const std::string& job_id) {
  const auto& batches = engine.durable().batches();
  for (BatchIndex index = 0; index < batches.size(); ++index) {
    if (batches[index].request->job_id == job_id) return index;
  }
  return std::nullopt;
}

std::string RunIdOf(const std::string& job_id) {
  const std::uint64_t job = HashText(job_id);
  return UuidText(job, CombineHash(job, HashText("batch")));
}

// A batch is to be started while another one runs, or has its name.
absl::Status CheckOthers(const Engine& engine, const std::string& job_id) {
  const auto& batches = engine.durable().batches();
  if (std::any_of(batches.begin(), batches.end(),
                  [](const BatchRecord& batch) { return batch.running(); })) {
    return absl::ResourceExhaustedError("Max concurrent batch operations is reached");
  }
  if (!FindBatch(engine, job_id)) return absl::OkStatus();
  return protocol::WorkflowAlreadyFinished(job_id, RunIdOf(job_id));
}

// How many executions the batch will be about; a query that means nothing finds none, and ends the
// batch with its first step.
std::int64_t Estimate(const Engine& engine, const StartBatchOperationRequest& request) {
  if (!request.executions.empty()) return static_cast<std::int64_t>(request.executions.size());
  const auto filter = MakeFilter(engine.durable(), AdjustedQuery(request));
  if (!filter.ok()) return 0;
  const auto& runs = engine.durable().runs();
  return std::count_if(runs.begin(), runs.end(),
                       [&](const RunRecord& record) { return Matches(*filter, record); });
}

ListKey KeyOf(const BatchRecord& batch) {
  return {.close_time = batch.progress.close_time.value_or(Timestamp::max()),
          .start_time = batch.start_time,
          .run_id = batch.request->job_id};
}

}  // namespace

void Handle(Engine& engine, StartBatchOperationRequest& request, sim::Reply reply) {
  absl::Status bad = CheckBatch(request);
  bad.Update(CheckOthers(engine, request.job_id));
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  NewBatch batch{.start_time = engine.now(), .total = Estimate(engine, request)};
  batch.request = history::MakeShared<StartBatchOperationRequest>(std::move(request));
  if (!engine.CommitAlone(reply.label(), std::move(batch))) {
    if (!engine.alive()) return;
    ArmBatches(engine);  // perhaps it was
    return engine.Refuse(reply, protocol::ShardReloading());
  }
  engine.Answer(reply, protocol::StartBatchOperationResponse{});
  ArmBatches(engine);
}

void Handle(Engine& engine, protocol::StopBatchOperationRequest& request, sim::Reply reply) {
  if (request.job_id.empty()) return engine.Refuse(reply, protocol::NotSetOnRequest("JobId"));
  if (request.reason.empty()) return engine.Refuse(reply, protocol::NotSetOnRequest("Reason"));
  const auto index = FindBatch(engine, request.job_id);
  if (!index) return engine.Refuse(reply, protocol::WorkflowNotFound(request.job_id));
  const BatchRecord& batch = engine.durable().batches()[*index];
  if (!batch.running()) return engine.Refuse(reply, protocol::WorkflowAlreadyCompleted());
  BatchProgress progress = batch.progress;
  progress.state = BatchOperationState::kFailed;
  progress.close_time = engine.now();
  if (!engine.CommitAlone(reply.label(), PutBatchProgress{*index, std::move(progress)})) {
    if (engine.alive()) engine.Refuse(reply, protocol::ShardReloading());
    return;
  }
  engine.Answer(reply, protocol::StopBatchOperationResponse{});
}

void Handle(Engine& engine, protocol::DescribeBatchOperationRequest& request, sim::Reply reply) {
  if (request.job_id.empty()) return engine.Refuse(reply, protocol::NotSetOnRequest("JobId"));
  const auto index = FindBatch(engine, request.job_id);
  if (!index) return engine.Refuse(reply, protocol::WorkflowNotFound(request.job_id));
  const BatchRecord& batch = engine.durable().batches()[*index];
  const BatchProgress& progress = batch.progress;
  protocol::DescribeBatchOperationResponse response{
      .operation_type = protocol::TypeOf(batch.request->operation),
      .job_id = request.job_id,
      .state = progress.state,
      .start_time = batch.start_time,
      .close_time = progress.close_time,
      .identity = batch.request->identity,
      .reason = batch.request->reason};
  // Of a batch that did not come to its end Temporal has forgotten the counts.
  if (progress.state != BatchOperationState::kFailed) {
    const bool completed = progress.state == BatchOperationState::kCompleted;
    response.total_operation_count = completed ? progress.done + progress.failed : batch.total;
    response.complete_operation_count = progress.done;
    response.failure_operation_count = progress.failed;
  }
  engine.Answer(reply, std::move(response));
}

void Handle(Engine& engine, protocol::ListBatchOperationsRequest& request, sim::Reply reply) {
  const auto after = FromPageToken(request.next_page_token);
  if (!after.ok()) return engine.Refuse(reply, after.status());
  std::vector<std::pair<ListKey, const BatchRecord*>> found;
  for (const BatchRecord& batch : engine.durable().batches()) {
    ListKey key = KeyOf(batch);
    if (!*after || **after < key) found.emplace_back(std::move(key), &batch);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  protocol::ListBatchOperationsResponse response;
  const std::size_t size = PageSize(request.page_size);
  for (const auto& [key, batch] : found) {
    response.operation_info.push_back(
        {.job_id = batch->request->job_id,
         .operation_type = protocol::TypeOf(batch->request->operation),
         .state = batch->progress.state,
         .start_time = batch->start_time,
         .close_time = batch->progress.close_time});
    if (response.operation_info.size() < size) continue;
    response.next_page_token = ToPageToken(key);
    break;
  }
  engine.Answer(reply, std::move(response));
}

}  // namespace groundhog::server
