#include "scenarios/recorded/outcome.h"

#include <string>

#include <fmt/format.h>

namespace groundhog::recorded {

using nlohmann::json;

namespace {

json LinkOf(const history::ApplicationFailureInfo& application) {
  json link = {{"class", "ApplicationError"},
               {"type", application.type},
               {"non_retryable", application.non_retryable}};
  if (!application.details.empty()) link["details"] = ValuesOf(application.details);
  if (application.next_retry_delay) {
    link["next_retry_delay"] =
        fmt::format("{}s", static_cast<double>(application.next_retry_delay->count()) / 1e9);
  }
  if (application.category != history::ApplicationErrorCategory::kUnspecified) {
    link["category"] = NameOf(application.category);
  }
  return link;
}

json LinkOf(const history::ActivityFailureInfo& activity) {
  return {{"class", "ActivityError"},
          {"activity_type", activity.activity_type},
          {"activity_id", activity.activity_id},
          {"identity", activity.identity},
          {"retry_state", NameOf(activity.retry_state)},
          {"scheduled_event_id", activity.scheduled_event_id},
          {"started_event_id", activity.started_event_id}};
}

json LinkOf(const history::ChildWorkflowExecutionFailureInfo& child) {
  return {{"class", "ChildWorkflowError"},
          {"workflow_type", child.workflow_type},
          {"workflow_id", child.workflow_id},
          {"retry_state", NameOf(child.retry_state)},
          {"initiated_event_id", child.initiated_event_id},
          {"started_event_id", child.started_event_id}};
}

json LinkOf(const history::TimeoutFailureInfo& timeout) {
  return {{"class", "TimeoutError"},
          {"timeout_type", NameOf(timeout.timeout_type)},
          {"last_heartbeat_details", ValuesOf(timeout.last_heartbeat_details)}};
}

json LinkOf(const history::CanceledFailureInfo& canceled) {
  return {{"class", "CancelledError"}, {"details", ValuesOf(canceled.details)}};
}

json LinkOf(const history::TerminatedFailureInfo&) { return {{"class", "TerminatedError"}}; }

template <class Other>
json LinkOf(const Other&) {
  return {{"class", "another failure"}};
}

std::string StatusText(history::WorkflowExecutionStatus status) {
  std::string text(NameOf(status));
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

}  // namespace

json ValuesOf(const history::Payloads& payloads) {
  json values = json::array();
  for (const history::Payload& payload : payloads) {
    if (payload.encoding() == history::kEncodingNull) {
      values.push_back(nullptr);
      continue;
    }
    const json value = json::parse(payload.data(), nullptr, /*allow_exceptions=*/false);
    values.push_back(value.is_discarded() ? json(payload.data()) : value);
  }
  return values;
}

json ChainOf(const history::Failure* failure) {
  json chain = json::array();
  for (; failure != nullptr; failure = failure->cause.get()) {
    json link = std::visit([](const auto& info) { return LinkOf(info); }, failure->info);
    link["message"] = failure->message;
    chain.push_back(std::move(link));
  }
  return chain;
}

json OutcomeAsRecorded(const client::Outcome& outcome) {
  json recorded = {{"status", StatusText(outcome.status)}};
  if (outcome.completed()) {
    const json values = ValuesOf(outcome.result);
    recorded["result"] = values.empty() ? json(nullptr) : values.front();
    return recorded;
  }
  recorded["chain"] = ChainOf(outcome.failure.get());
  return recorded;
}

}  // namespace groundhog::recorded
