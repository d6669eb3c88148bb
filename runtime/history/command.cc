#include "runtime/history/command.h"

#include <array>

#include <fmt/format.h>

namespace groundhog::history {
namespace {

enum class Place : std::size_t {
#define X(Type, name, closing) k##Type,
  GROUNDHOG_COMMANDS(X)
#undef X
};
constexpr auto kNames = std::to_array<std::string_view>({
#define X(Type, name, closing) name,
    GROUNDHOG_COMMANDS(X)
#undef X
});
constexpr auto kClosing = std::to_array<bool>({
#define X(Type, name, closing) closing,
    GROUNDHOG_COMMANDS(X)
#undef X
});
static_assert(kNames.size() == std::variant_size_v<Command>);

#define X(Type, name, closing) \
  static_assert(               \
      std::is_same_v<          \
          std::variant_alternative_t<static_cast<std::size_t>(Place::k##Type), Command>, Type>);
GROUNDHOG_COMMANDS(X)
#undef X

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

std::string_view NameOf(const Command& command) { return kNames[command.index()]; }

bool IsClosing(const Command& command) { return kClosing[command.index()]; }

std::string Describe(const Command& command) {
  const auto named = [&command](const std::string& what) {
    return what.empty() ? std::string(NameOf(command))
                        : fmt::format("{}({})", NameOf(command), what);
  };
  return std::visit(
      Overloaded{
          [&](const ScheduleActivityTask& c) {
            return named(fmt::format("{}, id {}", c.activity_type, c.activity_id));
          },
          [&](const RequestCancelActivityTask& c) {
            return named(fmt::format("scheduled by event {}", c.scheduled_event_id));
          },
          [&](const StartTimer& c) {
            return named(
                fmt::format("id {}, {} s", c.timer_id, SecondsOf(c.start_to_fire_timeout)));
          },
          [&](const CancelTimer& c) { return named("id " + c.timer_id); },
          [&](const CompleteWorkflowExecution&) { return named(""); },
          [&](const FailWorkflowExecution& c) {
            return named(c.failure ? c.failure->message : "");
          },
          [&](const CancelWorkflowExecution&) { return named(""); },
          [&](const RequestCancelExternalWorkflowExecution& c) {
            return named(c.execution.workflow_id);
          },
          [&](const RecordMarker& c) { return named(c.marker_name); },
          [&](const ContinueAsNewWorkflowExecution& c) { return named(c.workflow_type); },
          [&](const StartChildWorkflowExecution& c) {
            return named(fmt::format("{}, id {}", c.workflow_type, c.workflow_id));
          },
          [&](const SignalExternalWorkflowExecution& c) {
            return named(fmt::format("{} to {}", c.signal_name, c.execution.workflow_id));
          },
          [&](const UpsertWorkflowSearchAttributesCommand&) { return named(""); },
          [&](const ProtocolMessageCommand& c) { return named(c.message_id); },
          [&](const ModifyWorkflowProperties&) { return named(""); },
      },
      command);
}

}  // namespace groundhog::history
