// Attribute: something that a list filter may ask about an execution: a system attribute, or a
// search attribute of a type.
//
// Value: what an execution has of it. Nothing (std::monostate) is SQL's NULL. Statuses are their
// numbers, times are Unix microseconds (what is finer is cut off, as Temporal's standard store
// does), durations are nanoseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/functional/function_ref.h>

#include "runtime/history/search_attributes.h"
#include "runtime/history/time.h"

namespace groundhog::visibility {

enum class System : std::uint8_t {
  kWorkflowId,
  kRunId,
  kWorkflowType,
  kStartTime,
  kExecutionTime,
  kCloseTime,
  kExecutionStatus,
  kTaskQueue,
  kHistoryLength,
  kHistorySizeBytes,
  kExecutionDuration,
  kStateTransitionCount,
  kParentWorkflowId,
  kParentRunId,
  kRootWorkflowId,
  kRootRunId,
  kNone,  // a search attribute
};

struct Attribute {
  std::string alias = {};  // as the filter has it
  std::string name = {};
  IndexedValueType type = IndexedValueType::kKeyword;
  System system = System::kNone;
};

using Value =
    std::variant<std::monostate, std::int64_t, double, bool, std::string, std::vector<std::string>>;

// Of the search attributes that users have made: the type of the one with this name, nothing if
// there is none.
using CustomTypes = absl::FunctionRef<std::optional<IndexedValueType>(std::string_view name)>;

// What a filter means by a name: a user's attribute, a system attribute, or one of those that
// Temporal sets itself ("Temporal" before the name may be left out, or be too much). Nothing if it
// means nothing.
std::optional<Attribute> Resolve(std::string_view alias, CustomTypes custom);

// The value of a search attribute as a payload holds it; nothing if it holds none of this type.
Value ValueOf(const history::Payload& payload, IndexedValueType type);
// The type that the payload of a search attribute names; nothing if it names none.
std::optional<IndexedValueType> TypeOf(const history::Payload& payload);

std::int64_t ToMicros(history::Timestamp time);

}  // namespace groundhog::visibility
