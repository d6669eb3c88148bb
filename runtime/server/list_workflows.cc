// ListWorkflowExecutions, ListArchivedWorkflowExecutions and CountWorkflowExecutions.
#include <utility>

#include <absl/container/btree_map.h>

#include "runtime/server/handlers.h"
#include "runtime/server/visibility.h"

namespace groundhog::server {
namespace {

// The statuses of those that match, as keywords.
void CountByStatus(const Durable& durable, const visibility::Filter& filter,
                   protocol::CountWorkflowExecutionsResponse& response) {
  absl::btree_map<history::WorkflowExecutionStatus, std::int64_t> counts;
  for (const RunRecord& record : durable.runs()) {
    if (Matches(filter, record)) ++counts[record.state.info.status];
  }
  for (const auto& [status, count] : counts) {
    const std::string name(visibility::StatusName(static_cast<std::int64_t>(status)));
    response.groups.push_back(
        {.group_values = {internal::EncodeIndexed(name, IndexedValueType::kKeyword)},
         .count = count});
    response.count += count;
  }
}

template <class Request>
void AnswerList(Engine& engine, const Request& request, Among among, sim::Reply reply) {
  const absl::StatusOr<visibility::Filter> filter = MakeFilter(engine.durable(), request.query);
  if (!filter.ok()) return engine.Refuse(reply, filter.status());
  if (filter->group_by()) {
    return engine.Refuse(reply,
                         absl::InvalidArgumentError("invalid query: operation is not supported: "
                                                    "'GROUP BY' clause"));
  }
  const auto after = FromPageToken(request.next_page_token);
  if (!after.ok()) return engine.Refuse(reply, after.status());
  const std::size_t size = PageSize(request.page_size);
  const std::vector<RunIndex> runs = FindRuns(engine.durable(), *filter, *after, size, among);
  protocol::ListWorkflowExecutionsResponse response;
  for (const RunIndex run : runs) {
    response.executions.push_back(InfoOf(engine.durable().run(run)));
  }
  // As in Temporal a full page has a token, though nothing may be behind it.
  if (runs.size() == size) {
    response.next_page_token = ToPageToken(KeyOf(engine.durable().run(runs.back())));
  }
  engine.Answer(reply, std::move(response));
}

}  // namespace

void Handle(Engine& engine, protocol::ListWorkflowExecutionsRequest& request, sim::Reply reply) {
  AnswerList(engine, request, Among::kKept, std::move(reply));
}

void Handle(Engine& engine, protocol::ListArchivedWorkflowExecutionsRequest& request,
            sim::Reply reply) {
  if (engine.archives().visibility) {
    return AnswerList(engine, request, Among::kArchived, std::move(reply));
  }
  engine.Refuse(reply,
                absl::InvalidArgumentError("Namespace is not configured for visibility archival."));
}

void Handle(Engine& engine, protocol::CountWorkflowExecutionsRequest& request, sim::Reply reply) {
  const absl::StatusOr<visibility::Filter> filter = MakeFilter(engine.durable(), request.query);
  if (!filter.ok()) return engine.Refuse(reply, filter.status());
  protocol::CountWorkflowExecutionsResponse response;
  // All else that one may group by is NULL of every workflow execution: one group, of no value.
  const bool by_status =
      filter->group_by() && filter->group_by()->system == visibility::System::kExecutionStatus;
  if (by_status) {
    CountByStatus(engine.durable(), *filter, response);
    return engine.Answer(reply, std::move(response));
  }
  for (const RunRecord& record : engine.durable().runs()) {
    if (Matches(*filter, record)) ++response.count;
  }
  engine.Answer(reply, std::move(response));
}

}  // namespace groundhog::server
