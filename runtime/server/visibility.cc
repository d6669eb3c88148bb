#include "runtime/server/visibility.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include <fmt/format.h>

#include "runtime/history/search_attributes.h"

namespace groundhog::server {

protocol::WorkflowExecutionInfo InfoOf(const RunRecord& record) {
  const RunStart& start = *record.start;
  const ExecutionInfo& info = record.state.info;
  protocol::WorkflowExecutionInfo told{
      .execution = {.workflow_id = start.workflow_id, .run_id = start.run_id},
      .workflow_type = start.event->workflow_type,
      .task_queue = start.event->task_queue.name,
      .status = info.status,
      .start_time = info.start_time,
      .execution_time = info.first_task_time,
      .history_length = static_cast<std::int64_t>(record.history.size()),
      .history_size_bytes = info.history_bytes,
      .first_run_id = start.event->first_execution_run_id,
      .memo = MemoOf(start, info),
      .search_attributes = SearchAttributesOf(start, info)};
  if (info.properties && !info.properties->build_ids.empty()) {
    constexpr KeywordListKey kBuildIds{"BuildIds"};
    const SearchAttributeUpdate build_ids = kBuildIds.ValueSet(info.properties->build_ids);
    history::Put(told.search_attributes, build_ids.name(), build_ids.payload());
  }
  if (info.versioning) {
    told.versioning_info =
        history::MakeShared<protocol::WorkflowExecutionVersioningInfo>(info.versioning->info);
    told.worker_deployment_name = info.versioning->worker_deployment_name;
  }
  if (!info.running()) told.close_time = info.close_time;
  if (!start.event->parent_workflow_execution.workflow_id.empty()) {
    told.parent_execution = start.event->parent_workflow_execution;
    told.root_execution = start.event->root_workflow_execution;
  }
  return told;
}

namespace {

using visibility::Attribute;
using visibility::System;
using visibility::Value;

Value Text(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

// What is known only when the execution has ended.
template <class T>
Value AtEnd(const ExecutionInfo& info, T value) {
  if (info.running()) return {};
  return static_cast<std::int64_t>(value);
}

Value ReadSystem(const RunRecord& record, System attribute) {
  const RunStart& start = *record.start;
  const history::WorkflowExecutionStarted& started = *start.event;
  const ExecutionInfo& info = record.state.info;
  const bool is_child = !started.parent_workflow_execution.workflow_id.empty();
  switch (attribute) {
    case System::kWorkflowId:
      return start.workflow_id;
    case System::kRunId:
      return start.run_id;
    case System::kWorkflowType:
      return started.workflow_type;
    case System::kStartTime:
      return visibility::ToMicros(info.start_time);
    case System::kExecutionTime:
      return visibility::ToMicros(info.first_task_time);
    case System::kCloseTime:
      return AtEnd(info, visibility::ToMicros(info.close_time));
    case System::kExecutionStatus:
      return static_cast<std::int64_t>(info.status);
    case System::kTaskQueue:
      return started.task_queue.name;
    case System::kHistoryLength:
      return AtEnd(info, record.history.size());
    case System::kHistorySizeBytes:
      return AtEnd(info, info.history_bytes);
    case System::kExecutionDuration:
      return AtEnd(info, (info.close_time - info.first_task_time).count());
    case System::kStateTransitionCount:
      return AtEnd(info, info.state_transitions);
    case System::kParentWorkflowId:
      return Text(started.parent_workflow_execution.workflow_id);
    case System::kParentRunId:
      return Text(started.parent_workflow_execution.run_id);
    case System::kRootWorkflowId:
      return is_child ? started.root_workflow_execution.workflow_id : start.workflow_id;
    case System::kRootRunId:
      return is_child ? started.root_workflow_execution.run_id : start.run_id;
    case System::kNone:
      break;
  }
  return {};
}

Value Read(const RunRecord& record, const Attribute& attribute) {
  if (attribute.system != System::kNone) return ReadSystem(record, attribute.system);
  const ExecutionInfo& info = record.state.info;
  if (attribute.name == "BuildIds" && info.properties) return info.properties->build_ids;
  const history::PayloadMap& fields = SearchAttributesOf(*record.start, info);
  const history::Payload* payload = history::Find(fields, attribute.name);
  return payload == nullptr ? Value() : visibility::ValueOf(*payload, attribute.type);
}

// Of the oldest run that has one of this name.
std::optional<IndexedValueType> FindCustomType(const Durable& durable, std::string_view name) {
  for (const RunRecord& record : durable.runs()) {
    for (const auto* fields : {&record.start->event->search_attributes,
                               &SearchAttributesOf(*record.start, record.state.info)}) {
      const history::Payload* payload = history::Find(*fields, name);
      if (payload == nullptr) continue;
      if (const auto type = visibility::TypeOf(*payload)) return type;
    }
  }
  return std::nullopt;
}

absl::Status BadPageToken() { return absl::InvalidArgumentError("Invalid NextPageToken."); }

}  // namespace

bool operator<(const ListKey& a, const ListKey& b) {
  return std::tie(b.close_time, b.start_time, a.run_id) <
         std::tie(a.close_time, a.start_time, b.run_id);
}

ListKey KeyOf(const RunRecord& record) {
  const ExecutionInfo& info = record.state.info;
  return {.close_time = info.running() ? Timestamp::max() : info.close_time,
          .start_time = info.start_time,
          .run_id = record.start->run_id};
}

absl::StatusOr<visibility::Filter> MakeFilter(const Durable& durable, const std::string& query) {
  return visibility::Filter::Make(
      query, [&](std::string_view name) { return FindCustomType(durable, name); });
}

bool Matches(const visibility::Filter& filter, const RunRecord& record, Among among) {
  if (among == Among::kKept ? record.deleted : !record.archived.visibility) return false;
  return filter.Matches([&](const Attribute& attribute) { return Read(record, attribute); });
}

std::vector<RunIndex> FindRuns(const Durable& durable, const visibility::Filter& filter,
                               const std::optional<ListKey>& after, std::size_t most, Among among) {
  std::vector<std::pair<ListKey, RunIndex>> found;
  for (RunIndex index = 0; index < durable.NextRunIndex(); ++index) {
    const RunRecord& record = durable.run(index);
    if (!Matches(filter, record, among)) continue;
    ListKey key = KeyOf(record);
    if (!after || *after < key) found.emplace_back(std::move(key), index);
  }
  const std::size_t kept = std::min(most, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RunIndex> runs;
  runs.reserve(kept);
  for (std::size_t i = 0; i < kept; ++i) runs.push_back(found[i].second);
  return runs;
}

std::string ToPageToken(const ListKey& key) {
  return fmt::format("{}/{}/{}", history::ToUnixNanos(key.close_time),
                     history::ToUnixNanos(key.start_time), key.run_id);
}

absl::StatusOr<std::optional<ListKey>> FromPageToken(const std::string& token) {
  if (token.empty()) return std::optional<ListKey>();
  const char* at = token.data();
  const char* end = at + token.size();
  std::int64_t times[2] = {};
  for (std::int64_t& nanos : times) {
    const auto parsed = std::from_chars(at, end, nanos);
    if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != '/') return BadPageToken();
    at = parsed.ptr + 1;
  }
  return std::optional(ListKey{.close_time = history::FromUnixNanos(times[0]),
                               .start_time = history::FromUnixNanos(times[1]),
                               .run_id = std::string(at, end)});
}

std::size_t PageSize(std::int32_t asked) {
  return static_cast<std::size_t>(asked <= 0 || asked > kMostInPage ? kMostInPage : asked);
}

}  // namespace groundhog::server
