#include "runtime/server/facts.h"

#include <array>
#include <utility>

namespace groundhog::server {
namespace {

using history::EnumNames;
using history::EventType;
using history::TimeoutType;
using history::WorkflowExecutionStatus;

constexpr auto kStatusNames = [] {
  constexpr auto kNames = EnumNames<WorkflowExecutionStatus>::names;
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{sim::SymbolEntry(kNames[i])...};
  }
  (std::make_index_sequence<kNames.size()>());
}();

constexpr auto kTimeoutNames = [] {
  constexpr auto kNames = EnumNames<TimeoutType>::names;
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{sim::SymbolEntry(kNames[i])...};
  }
  (std::make_index_sequence<kNames.size()>());
}();

}  // namespace

sim::Symbol SymbolOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json, role)          \
  case EventType::k##Name: {                        \
    static constexpr sim::SymbolEntry kName{#Name}; \
    return sim::Symbol(kName);                      \
  }
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return {};
}

sim::Symbol SymbolOf(WorkflowExecutionStatus status) {
  return sim::Symbol(kStatusNames[static_cast<std::size_t>(status)]);
}

sim::Symbol SymbolOf(TimeoutType type) {
  return sim::Symbol(kTimeoutNames[static_cast<std::size_t>(type)]);
}

sim::Fact AttemptFact(const sim::SymbolEntry& kind, sim::Symbol workflow,
                      const PendingActivity& activity, std::int64_t value) {
  return sim::Fact{sim::Label(sim::Symbol(kind), workflow, activity.type, activity.attempt), value};
}

}  // namespace groundhog::server
