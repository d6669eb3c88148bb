#include "runtime/history/command.h"

#include <fmt/format.h>

namespace groundhog::history {
namespace {

std::string_view NameOfAlternative(const ScheduleActivityTask&) { return "ScheduleActivityTask"; }
std::string_view NameOfAlternative(const RequestCancelActivityTask&) {
  return "RequestCancelActivityTask";
}
std::string_view NameOfAlternative(const StartTimer&) { return "StartTimer"; }
std::string_view NameOfAlternative(const CancelTimer&) { return "CancelTimer"; }
std::string_view NameOfAlternative(const CompleteWorkflowExecution&) {
  return "CompleteWorkflowExecution";
}
std::string_view NameOfAlternative(const FailWorkflowExecution&) { return "FailWorkflowExecution"; }
std::string_view NameOfAlternative(const CancelWorkflowExecution&) {
  return "CancelWorkflowExecution";
}

// Seconds as people write them: "30", "0.25".
std::string SecondsOf(Duration duration) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const std::int64_t seconds = duration.count() / kNanosPerSecond;
  std::int64_t nanos = duration.count() % kNanosPerSecond;
  if (nanos == 0) return fmt::format("{}", seconds);
  const char* const sign = duration.count() < 0 ? "-" : "";
  if (nanos < 0) nanos = -nanos;
  std::string text = fmt::format("{}{}.{:09}", sign, seconds < 0 ? -seconds : seconds, nanos);
  text.resize(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace

std::string_view NameOf(const Command& command) {
  return std::visit([](const auto& alternative) { return NameOfAlternative(alternative); },
                    command);
}

bool IsClosing(const Command& command) {
  return std::visit(Overloaded{
                        [](const ScheduleActivityTask&) { return false; },
                        [](const RequestCancelActivityTask&) { return false; },
                        [](const StartTimer&) { return false; },
                        [](const CancelTimer&) { return false; },
                        [](const CompleteWorkflowExecution&) { return true; },
                        [](const FailWorkflowExecution&) { return true; },
                        [](const CancelWorkflowExecution&) { return true; },
                    },
                    command);
}

std::string Describe(const Command& command) {
  return std::visit(
      Overloaded{
          [](const ScheduleActivityTask& schedule) {
            return fmt::format("ScheduleActivityTask({}, id {})", schedule.activity_type,
                               schedule.activity_id);
          },
          [](const RequestCancelActivityTask& request) {
            return fmt::format("RequestCancelActivityTask(scheduled by event {})",
                               request.scheduled_event_id);
          },
          [](const StartTimer& timer) {
            return fmt::format("StartTimer(id {}, {} s)", timer.timer_id,
                               SecondsOf(timer.start_to_fire_timeout));
          },
          [](const CancelTimer& timer) {
            return fmt::format("CancelTimer(id {})", timer.timer_id);
          },
          [](const CompleteWorkflowExecution&) { return std::string("CompleteWorkflowExecution"); },
          [](const FailWorkflowExecution& fail) {
            return fail.failure ? fmt::format("FailWorkflowExecution({})", fail.failure->message)
                                : std::string("FailWorkflowExecution");
          },
          [](const CancelWorkflowExecution&) { return std::string("CancelWorkflowExecution"); },
      },
      command);
}

}  // namespace groundhog::history
