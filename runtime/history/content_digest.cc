#include "runtime/history/content_digest.h"

#include <bit>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/hash.h"

namespace groundhog::history {
namespace {

class Digester {
 public:
  explicit Digester(std::uint64_t seed) : hash_(seed) {}

  void Add(std::uint64_t value) { hash_ = CombineHash(hash_, value); }
  void Add(std::int64_t value) { Add(static_cast<std::uint64_t>(value)); }
  void Add(std::int32_t value) {
    Add(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  }
  void Add(bool value) { Add(std::uint64_t{value}); }
  void Add(Duration value) { Add(value.count()); }
  void Add(double value) { Add(std::bit_cast<std::uint64_t>(value)); }
  template <class E>
  requires std::is_enum_v<E>
  void Add(E value) { Add(static_cast<std::uint64_t>(value)); }
  void Add(std::string_view text) {
    bytes_ += static_cast<std::int64_t>(text.size());
    std::uint64_t hash = text.size();
    for (; text.size() >= 8; text.remove_prefix(8)) hash = CombineHash(hash, Word(text, 8));
    if (!text.empty()) hash = CombineHash(hash, Word(text, text.size()));
    Add(hash);
  }
  void Add(const std::string& text) { Add(std::string_view(text)); }
  void Add(const Payload& payload) {
    Add(payload.encoding());
    Add(payload.data());
    for (const auto& [key, value] : payload.content().metadata) {
      Add(key);
      Add(value);
    }
  }
  void Add(const Payloads& payloads) {
    Add(std::uint64_t{payloads.size()});
    for (const Payload& payload : payloads) Add(payload);
  }
  void Add(const PayloadMap& map) {
    for (const auto& [name, payload] : map) {
      Add(name);
      Add(payload);
    }
  }
  void Add(const TaskQueue& queue) {
    Add(queue.name);
    Add(queue.kind);
    Add(queue.normal_name);
  }
  void Add(const RetryPolicy& policy) {
    Add(policy.initial_interval);
    Add(policy.backoff_coefficient);
    Add(policy.maximum_interval);
    Add(policy.maximum_attempts);
    for (const std::string& type : policy.non_retryable_error_types) Add(type);
  }
  void Add(const FailurePtr& failure) {
    for (const Failure* at = failure.get(); at != nullptr; at = at->cause.get()) {
      Add(at->message);
      Add(at->source);
      Add(at->stack_trace);
      Add(std::uint64_t{at->info.index()});
      std::visit([this](const auto& info) { AddInfo(info); }, at->info);
    }
    Add(std::uint64_t{failure ? 1U : 0U});
  }
  template <class First, class Second, class... Rest>
  void Add(const First& first, const Second& second, const Rest&... rest) {
    Add(first);
    Add(second, rest...);
  }

  ContentDigest digest() const { return {hash_, bytes_}; }

 private:
  // The first `count` bytes as a number that does not depend on the machine's byte order.
  static std::uint64_t Word(std::string_view text, std::size_t count) {
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&word, text.data(), count);
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
      }
    }
    return word;
  }

  void AddInfo(const std::monostate&) {}
  void AddInfo(const ApplicationFailureInfo& info) {
    Add(info.type, info.non_retryable, info.details, info.category);
    if (info.next_retry_delay) Add(*info.next_retry_delay);
  }
  void AddInfo(const TimeoutFailureInfo& info) {
    Add(info.timeout_type, info.last_heartbeat_details);
  }
  void AddInfo(const CanceledFailureInfo& info) { Add(info.details, info.identity); }
  void AddInfo(const TerminatedFailureInfo& info) { Add(info.identity); }
  void AddInfo(const ServerFailureInfo& info) { Add(info.non_retryable); }
  void AddInfo(const ResetWorkflowFailureInfo& info) { Add(info.last_heartbeat_details); }
  void AddInfo(const ActivityFailureInfo& info) {
    Add(info.scheduled_event_id, info.started_event_id, info.identity, info.activity_type,
        info.activity_id, info.retry_state);
  }
  void AddInfo(const ChildWorkflowExecutionFailureInfo& info) {
    Add(info.workflow_id, info.run_id, info.workflow_type, info.initiated_event_id,
        info.started_event_id, info.retry_state);
  }

  std::uint64_t hash_;
  std::int64_t bytes_ = 0;
};

void Describe(Digester& to, const WorkflowExecutionStarted& e) {
  to.Add(e.workflow_type, e.task_queue, e.input, e.workflow_execution_timeout,
         e.workflow_run_timeout, e.workflow_task_timeout, e.workflow_id,
         e.original_execution_run_id);
  to.Add(e.identity, e.attempt, e.first_workflow_task_backoff, e.header, e.memo,
         e.search_attributes);
  to.Add(e.first_execution_run_id, e.continued_execution_run_id, e.initiator, e.continued_failure,
         e.last_completion_result, e.cron_schedule);
  if (e.retry_policy) to.Add(*e.retry_policy);
}
void Describe(Digester& to, const WorkflowExecutionCompleted& e) {
  to.Add(e.result, e.workflow_task_completed_event_id, e.new_execution_run_id);
}
void Describe(Digester& to, const WorkflowExecutionFailed& e) {
  to.Add(e.failure, e.retry_state, e.workflow_task_completed_event_id, e.new_execution_run_id);
}
void Describe(Digester& to, const WorkflowExecutionTimedOut& e) {
  to.Add(e.retry_state, e.new_execution_run_id);
}
void Describe(Digester& to, const WorkflowExecutionTerminated& e) {
  to.Add(e.reason, e.details, e.identity);
}
void Describe(Digester& to, const WorkflowExecutionCancelRequested& e) {
  to.Add(e.cause, e.external_initiated_event_id, e.identity);
}
void Describe(Digester& to, const WorkflowExecutionCanceled& e) {
  to.Add(e.details, e.workflow_task_completed_event_id);
}
void Describe(Digester& to, const WorkflowExecutionSignaled& e) {
  to.Add(e.signal_name, e.input, e.identity, e.header, e.request_id);
}
void Describe(Digester& to, const WorkflowTaskScheduled& e) {
  to.Add(e.task_queue, e.start_to_close_timeout, e.attempt);
}
void Describe(Digester& to, const WorkflowTaskStarted& e) {
  to.Add(e.scheduled_event_id, e.identity, e.request_id, e.suggest_continue_as_new,
         e.history_size_bytes);
}
void Describe(Digester& to, const WorkflowTaskCompleted& e) {
  to.Add(e.scheduled_event_id, e.started_event_id, e.identity);
}
void Describe(Digester& to, const WorkflowTaskTimedOut& e) {
  to.Add(e.scheduled_event_id, e.started_event_id, e.timeout_type);
}
void Describe(Digester& to, const WorkflowTaskFailed& e) {
  to.Add(e.scheduled_event_id, e.started_event_id, e.cause, e.failure, e.identity, e.base_run_id,
         e.new_run_id);
}
void Describe(Digester& to, const ActivityTaskScheduled& e) {
  to.Add(e.activity_id, e.activity_type, e.task_queue, e.header, e.input,
         e.schedule_to_close_timeout, e.schedule_to_start_timeout, e.start_to_close_timeout);
  to.Add(e.heartbeat_timeout, e.workflow_task_completed_event_id, e.retry_policy);
}
void Describe(Digester& to, const ActivityTaskStarted& e) {
  to.Add(e.scheduled_event_id, e.identity, e.request_id, e.attempt, e.last_failure);
}
void Describe(Digester& to, const ActivityTaskCompleted& e) {
  to.Add(e.result, e.scheduled_event_id, e.started_event_id, e.identity);
}
void Describe(Digester& to, const ActivityTaskFailed& e) {
  to.Add(e.failure, e.scheduled_event_id, e.started_event_id, e.identity, e.retry_state);
}
void Describe(Digester& to, const ActivityTaskTimedOut& e) {
  to.Add(e.failure, e.scheduled_event_id, e.started_event_id, e.retry_state);
}
void Describe(Digester& to, const ActivityTaskCancelRequested& e) {
  to.Add(e.scheduled_event_id, e.workflow_task_completed_event_id);
}
void Describe(Digester& to, const ActivityTaskCanceled& e) {
  to.Add(e.details, e.latest_cancel_requested_event_id, e.scheduled_event_id, e.started_event_id,
         e.identity);
}
void Describe(Digester& to, const TimerStarted& e) {
  to.Add(e.timer_id, e.start_to_fire_timeout, e.workflow_task_completed_event_id);
}
void Describe(Digester& to, const TimerFired& e) { to.Add(e.timer_id, e.started_event_id); }
void Describe(Digester& to, const TimerCanceled& e) {
  to.Add(e.timer_id, e.started_event_id, e.workflow_task_completed_event_id, e.identity);
}

}  // namespace

ContentDigest DigestOf(const HistoryEvent& event) {
  Digester digester(static_cast<std::uint64_t>(event.event_id));
  digester.Add(std::uint64_t{event.attributes.index()});
  Visit(event, [&digester](const auto& attributes) { Describe(digester, attributes); });
  return digester.digest();
}

}  // namespace groundhog::history
