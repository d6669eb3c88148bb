#include "runtime/visibility/attribute.h"

#include <algorithm>
#include <array>

#include "runtime/history/converter.h"

namespace groundhog::visibility {
namespace {

constexpr std::string_view kReservedPrefix = "Temporal";

struct Known {
  std::string_view name;
  IndexedValueType type;
  System system = System::kNone;
};

// SEMANTICS has none of this: common/searchattribute/sadefs of Temporal's server.
constexpr auto kKnown = std::to_array<Known>({
    {"WorkflowId", IndexedValueType::kKeyword, System::kWorkflowId},
    {"RunId", IndexedValueType::kKeyword, System::kRunId},
    {"WorkflowType", IndexedValueType::kKeyword, System::kWorkflowType},
    {"StartTime", IndexedValueType::kDatetime, System::kStartTime},
    {"ExecutionTime", IndexedValueType::kDatetime, System::kExecutionTime},
    {"CloseTime", IndexedValueType::kDatetime, System::kCloseTime},
    {"ExecutionStatus", IndexedValueType::kKeyword, System::kExecutionStatus},
    {"TaskQueue", IndexedValueType::kKeyword, System::kTaskQueue},
    {"HistoryLength", IndexedValueType::kInt, System::kHistoryLength},
    {"HistorySizeBytes", IndexedValueType::kInt, System::kHistorySizeBytes},
    {"ExecutionDuration", IndexedValueType::kInt, System::kExecutionDuration},
    {"StateTransitionCount", IndexedValueType::kInt, System::kStateTransitionCount},
    {"ParentWorkflowId", IndexedValueType::kKeyword, System::kParentWorkflowId},
    {"ParentRunId", IndexedValueType::kKeyword, System::kParentRunId},
    {"RootWorkflowId", IndexedValueType::kKeyword, System::kRootWorkflowId},
    {"RootRunId", IndexedValueType::kKeyword, System::kRootRunId},
    {"TemporalChangeVersion", IndexedValueType::kKeywordList},
    {"BinaryChecksums", IndexedValueType::kKeywordList},
    {"BuildIds", IndexedValueType::kKeywordList},
    {"BatcherNamespace", IndexedValueType::kKeyword},
    {"BatcherUser", IndexedValueType::kKeyword},
    {"TemporalScheduledStartTime", IndexedValueType::kDatetime},
    {"TemporalScheduledById", IndexedValueType::kKeyword},
    {"TemporalSchedulePaused", IndexedValueType::kBool},
    {"TemporalNamespaceDivision", IndexedValueType::kKeyword},
    {"TemporalPauseInfo", IndexedValueType::kKeywordList},
    {"TemporalReportedProblems", IndexedValueType::kKeywordList},
    {"TemporalWorkerDeployment", IndexedValueType::kKeyword},
    {"TemporalWorkerDeploymentVersion", IndexedValueType::kKeyword},
    {"TemporalWorkflowVersioningBehavior", IndexedValueType::kKeyword},
    {"TemporalUsedWorkerDeploymentVersions", IndexedValueType::kKeywordList},
});

const Known* FindKnown(std::string_view name) {
  const auto* known = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& entry) { return entry.name == name; });
  return known == kKnown.end() ? nullptr : known;
}

}  // namespace

std::optional<Attribute> Resolve(std::string_view alias, CustomTypes custom) {
  const auto made = [&](const Known& known) {
    return Attribute{.alias = std::string(alias),
                     .name = std::string(known.name),
                     .type = known.type,
                     .system = known.system};
  };
  if (const Known* known = FindKnown(alias)) return made(*known);
  if (const std::optional<IndexedValueType> type = custom(alias)) {
    return Attribute{.alias = std::string(alias), .name = std::string(alias), .type = *type};
  }
  // The id of a schedule is that of the workflow that carries it out.
  if (alias == "ScheduleId") return made(*FindKnown("WorkflowId"));
  if (const Known* known = FindKnown(std::string(kReservedPrefix) + std::string(alias))) {
    return made(*known);
  }
  std::string_view stripped = alias;
  if (stripped.starts_with(kReservedPrefix)) stripped.remove_prefix(kReservedPrefix.size());
  if (const Known* known = FindKnown(stripped)) return made(*known);
  return std::nullopt;
}

std::optional<IndexedValueType> TypeOf(const history::Payload& payload) {
  for (const auto& [key, text] : payload.content().metadata) {
    if (key != "type") continue;
    for (auto type = IndexedValueType::kText; type <= IndexedValueType::kKeywordList;
         type = static_cast<IndexedValueType>(static_cast<int>(type) + 1)) {
      if (NameOf(type) == text) return type;
    }
  }
  return std::nullopt;
}

Value ValueOf(const history::Payload& payload, IndexedValueType type) {
  const auto decoded = [&]<class T>(T value) {
    internal::DecodeIndexed(payload, value);
    return value;
  };
  if (TypeOf(payload).value_or(type) != type) return {};
  try {
    switch (type) {
      case IndexedValueType::kText:
      case IndexedValueType::kKeyword:
        return decoded(std::string());
      case IndexedValueType::kInt:
        return decoded(std::int64_t{0});
      case IndexedValueType::kDouble:
        return decoded(0.0);
      case IndexedValueType::kBool:
        return decoded(false);
      case IndexedValueType::kDatetime:
        return ToMicros(decoded(history::Timestamp()));
      case IndexedValueType::kKeywordList:
        return decoded(std::vector<std::string>());
    }
  } catch (const history::PayloadError&) {
    return {};  // somebody has written it by hand
  }
  return {};
}

std::int64_t ToMicros(history::Timestamp time) {
  return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace groundhog::visibility
