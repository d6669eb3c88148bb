// ActivityPlan: what an activity does in each of its attempts, as data:
// the language in which the recordings tell it.
//
//   {activity: {"1": [step, …], "*": [step, …]}}       "*": any other attempt; without a plan: [["effect"]]
//
//   ["sleep", s] · ["effect"] (the effect on the world outside; what it gives is the result) · ["return", value] ·
//   ["raise", type, message] (an ordinary error) · ["raise_app", message, {type, non_retryable, next_retry_delay (s), category,
//   details}] · ["heartbeat"] or ["heartbeat", detail] · ["details"] (notes the heartbeat details that this attempt was given) ·
//   ["hang"] (for ever; a cancellation ends it) · ["until_cancelled"] (heartbeats each 100 ms) · ["ignore_cancel", s] (heartbeats each
//   50 ms for s seconds and swallows a cancellation) · ["kill_worker"]
//
// The key of a plan is the activity's name, or "name:argument" for one
// whose plans differ by its argument.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/history/enums.h"
#include "scenarios/recorded/json_node.h"
#include "sim/time.h"

namespace groundhog::recorded {

struct SleepFor {
  sim::Duration length{0};
};
struct TakeEffect {};
struct RaiseError {
  std::string type = {};
  std::string message = {};
  bool non_retryable = false;
  std::optional<sim::Duration> next_retry_delay = {};
  history::ApplicationErrorCategory category = history::ApplicationErrorCategory::kUnspecified;
  std::vector<std::string> details = {};  // JSON texts
};
struct SendHeartbeat {
  std::optional<std::string> detail = {};  // JSON text
};
struct NoteDetails {};
struct HangForever {};
struct HeartbeatUntilCancelled {};
struct IgnoreCancel {
  sim::Duration length{0};
};
struct KillOwnWorker {};
struct ReturnValue {
  std::string json = {};
};
using AttemptStep =
    std::variant<SleepFor, TakeEffect, RaiseError, SendHeartbeat, NoteDetails, HangForever,
                 HeartbeatUntilCancelled, IgnoreCancel, KillOwnWorker, ReturnValue>;
using AttemptPlan = std::vector<AttemptStep>;

class ActivityPlan {
 public:
  void Set(std::int32_t attempt, AttemptPlan plan) { attempts_[attempt] = std::move(plan); }
  void SetOthers(AttemptPlan plan) { others_ = std::move(plan); }
  // Without a plan: the effect.
  const AttemptPlan& Of(std::int32_t attempt) const;

 private:
  std::map<std::int32_t, AttemptPlan> attempts_;
  AttemptPlan others_ = {TakeEffect{}};
};
using ActivityPlans = std::map<std::string, ActivityPlan>;  // by key

// Throws BadInput.
ActivityPlans ReadActivityPlans(const JsonNode& node);

}  // namespace groundhog::recorded
