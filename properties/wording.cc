#include "properties/wording.h"

#include <fmt/format.h>

namespace groundhog::properties {

std::string Length(sim::Duration length) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const bool negative = length.count() < 0;
  const auto count = static_cast<std::uint64_t>(length.count());
  const std::uint64_t nanos = negative ? 0 - count : count;
  std::string text = fmt::format("{}{}", negative ? "-" : "", nanos / kSecond);
  if (nanos % kSecond != 0) {
    text += fmt::format(".{:09}", nanos % kSecond);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + " s";
}

std::string When(sim::Time time) { return Length(time - sim::kEpoch); }

const history::WorkflowExecutionStarted* StartedEventOf(const RunRecord& run) {
  if (run.history.empty()) return nullptr;
  return history::As<history::WorkflowExecutionStarted>(run.history.front());
}

const history::HistoryEvent* EventAt(const RunRecord& run, history::EventId id) {
  if (id < 1 || static_cast<std::uint64_t>(id) > run.history.size()) return nullptr;
  return &run.history[static_cast<std::size_t>(id) - 1];
}

sim::Time EndOf(const Evidence& evidence) {
  if (evidence.trace == nullptr || evidence.trace->records().empty()) return sim::kEpoch;
  return evidence.trace->records().back().time;
}

Violation About(std::string_view property, const RunRecord& run, history::EventId event_id,
                sim::Time time, std::string_view message) {
  return Violation{.property = std::string(property),
                   .message = fmt::format("{}: {}", run.workflow_id, message),
                   .workflow_id = run.workflow_id,
                   .event_id = event_id,
                   .time = time};
}

}  // namespace groundhog::properties
