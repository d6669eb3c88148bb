#include "tests/random_workflows/work.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "runtime/activity/context.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using history::ApplicationError;

[[noreturn]] void FailForAMoment() {
  history::Failure failure{
      .message = "in a moment",
      .info = history::ApplicationFailureInfo{.type = "Busy", .next_retry_delay = 700ms}};
  throw ApplicationError(history::MakeShared<history::Failure>(std::move(failure)));
}

sim::Coro<void> Beat(activity::Context& context) {
  for (int i = 0; i < 6; ++i) {
    context.Heartbeat(i);
    co_await context.Sleep(1s);
  }
}

std::string Remembered(activity::Context& context) {
  const history::Payloads& details = context.info().heartbeat_details;
  return details.empty() ? "nothing" : history::FromPayload<std::string>(details.front());
}

sim::Coro<std::string> Work(activity::Context& context, int how, std::string seen) {
  const std::int32_t attempt = context.info().attempt;
  switch (how) {
    case kFailsTwice:
      if (attempt <= 2) throw ApplicationError("Again", "not yet");
      break;
    case kFailsForGood:
      throw ApplicationError("Never", "it cannot be", attempt == 1);
    case kHangs:
      co_await context.Sleep(1h);
      break;
    case kHeartbeats:
      co_await Beat(context);
      break;
    case kIsSlow:
      co_await context.Sleep(1500ms);
      break;
    case kRemembers:
      context.Heartbeat(fmt::format("attempt {}", attempt));
      if (attempt <= 2) throw ApplicationError("Again", Remembered(context));
      co_return Remembered(context);
    case kSaysWhen:
      if (attempt <= 2) FailForAMoment();
      break;
    case kIsLeftOpen:
      context.Heartbeat(context.TaskToken());
      activity::RaiseCompleteAsync();
    default:
      break;
  }
  co_return fmt::format("{} after {}", attempt, seen);
}

sim::Coro<history::Payloads> AnyWork(activity::Context& context, history::Payloads input) {
  const auto [how, seen] = history::FromPayloads<int, std::string>(input);
  const std::string text = fmt::format("{} of {}", seen, context.info().activity_type);
  const std::string result = co_await Work(context, how, text);
  co_return history::ResultToPayloads(result);
}

// Of the activity that an event tells the end of, unless it completed.
struct FailedActivity {
  history::EventId operator()(const history::ActivityTaskFailed& end) const {
    return end.scheduled_event_id;
  }
  history::EventId operator()(const history::ActivityTaskTimedOut& end) const {
    return end.scheduled_event_id;
  }
  history::EventId operator()(const history::ActivityTaskCanceled& end) const {
    return end.scheduled_event_id;
  }
  template <class Other>
  history::EventId operator()(const Other&) const {
    return 0;
  }
};

}  // namespace

bool IsAbandoned(const history::EventHistory& events, history::EventId scheduled) {
  if (scheduled == 0) return false;
  const auto& metadata = events[static_cast<std::size_t>(scheduled) - 1].user_metadata;
  return metadata && metadata->summary == history::ToPayload(std::string(kAbandoned));
}

bool EndsAbandoned(const history::EventHistory& events) {
  return std::any_of(events.begin(), events.end(), [&events](const history::HistoryEvent& event) {
    return IsAbandoned(events, history::Visit(event, FailedActivity{}));
  });
}

activity::Registrations WorkActivities() {
  return {activity::Register(kWork, &Work), activity::RegisterDynamic(&AnyWork)};
}

}  // namespace groundhog::random_workflows
