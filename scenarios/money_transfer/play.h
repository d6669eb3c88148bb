// Play: a scenario of the money transfer as data: who is there, what each attempt of each activity does, what client and operator do
// when, and what is expected to come of it.
//
// The file holds one object, scenario by name. Of each scenario:
//
//   files       names of the histories to write, one a run, in the order of the starts that were accepted; relative, inside DIR
//   code        tutorial | start_to_close_1s | unlimited_attempts | no_handler | shielded_refund (workflows.h)
//   bank        {"idempotent": bool}
//   workers     [{"worker": name, "polls": ["activity" | "workflow"]}]: running before time 0; without "polls" both
//   activities  {activity: {"1" | "*": [step, …]}}; step: ["sleep", s] ["effect"] ["raise", type, message] ["hang"] ["kill_worker"]
//               ["return", value]. An attempt without a plan has the effect and returns what it gave.
//   steps       [{"on": …, "after": s, "do": …}]. on: "previous" | {"activity", "attempt", "what": begin | effect | raise} |
//               {"worker_died": name} | {"closed": workflow id}; absent: time 0. do: start (id, input, expect_error) | cancel (id) |
//               terminate (id, reason) | describe (id, fact) | list open (fact) | kill server | start server | kill worker (worker) |
//               start worker (worker, polls) | activities (activities)
//   expect      outcome, bank, invocations; see expectation.h
//
// Errors: ReadPlays gives InvalidArgument (or NotFound, ResourceExhausted) with file, place and what would be right. No input makes
// it crash.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/status/statusor.h>

#include "replay/json_text.h"
#include "runtime/history/failure.h"
#include "scenarios/money_transfer/banking.h"
#include "sim/time.h"

namespace groundhog::money_transfer {

using banking::PaymentDetails;
using replay::Json;

// ---- What an attempt of an activity does ----

struct SleepFor {
  sim::Duration length{0};
};
struct TakeEffect {};  // books at the bank; its answer is the result
struct RaiseError {
  std::string type = {};
  std::string message = {};
};
struct HangForever {};
struct KillOwnWorker {};
struct ReturnValue {
  std::string json = {};
};
using AttemptStep =
    std::variant<SleepFor, TakeEffect, RaiseError, HangForever, KillOwnWorker, ReturnValue>;
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
using ActivityPlans = std::map<std::string, ActivityPlan>;  // by activity type

// ---- What client and operator do ----

struct ActivityNotice {
  enum class What : std::uint8_t { kBegin, kEffect, kRaise };
  std::string activity = {};
  std::int32_t attempt = 1;
  What what = What::kBegin;
  friend bool operator==(const ActivityNotice&, const ActivityNotice&) = default;
};
struct WorkerDiedNotice {
  std::string worker = {};
  friend bool operator==(const WorkerDiedNotice&, const WorkerDiedNotice&) = default;
};
using Notice = std::variant<ActivityNotice, WorkerDiedNotice>;

struct OnTimeZero {};
struct OnPrevious {};
struct OnNotice {
  Notice notice;
};
struct OnClosed {
  std::string workflow_id = {};
};
using Trigger = std::variant<OnTimeZero, OnPrevious, OnNotice, OnClosed>;

struct WorkerPlan {
  std::string name = {};
  bool polls_workflow_tasks = true;
  bool polls_activity_tasks = true;
};

struct DoStart {
  std::string id = {};
  PaymentDetails input = {};
  std::string expect_error = {};  // empty: it is to be accepted
};
struct DoCancel {
  std::string id = {};
};
struct DoTerminate {
  std::string id = {};
  std::string reason = {};
};
struct DoDescribe {
  std::string id = {};
  std::string fact = {};
};
struct DoListOpen {
  std::string fact = {};
};
struct DoKillServer {};
struct DoStartServer {};
struct DoKillWorker {
  std::string worker = {};
};
struct DoStartWorker {
  WorkerPlan worker = {};
};
struct DoSetActivities {
  ActivityPlans plans = {};
};
using Action = std::variant<DoStart, DoCancel, DoTerminate, DoDescribe, DoListOpen, DoKillServer,
                            DoStartServer, DoKillWorker, DoStartWorker, DoSetActivities>;

struct PlayStep {
  Trigger on = OnTimeZero{};
  sim::Duration after{0};
  Action action = DoKillServer{};
};

enum class Code : std::uint8_t {
  kTutorial,
  kStartToClose1s,
  kUnlimitedAttempts,
  kNoHandler,
  kShieldedRefund,
};

// Balances and ledger, as the recordings hold them.
struct ExpectedBank {
  std::map<std::string, std::int64_t> balances = {};
  Json ledger = {};  // [[id, operation, account, signed amount, reference], …]
};
// What is absent is not compared.
struct Expectation {
  std::vector<std::pair<std::string, Json>> outcomes = {};
  std::optional<ExpectedBank> bank = {};
  std::optional<std::map<std::string, std::int64_t>> invocations = {};
};

struct Play {
  std::string name = {};
  std::vector<std::string> files = {};
  Code code = Code::kTutorial;
  bool bank_is_idempotent = true;
  std::vector<WorkerPlan> workers = {};
  ActivityPlans activities = {};
  std::vector<PlayStep> steps = {};
  Expectation expect = {};
};

// `file_name` only stands in messages.
absl::StatusOr<std::vector<Play>> ParsePlays(std::string_view text, const std::string& file_name);
absl::StatusOr<std::vector<Play>> ReadPlays(const std::string& path);

// The facts of an index of recordings, by scenario: {"mt_live_fix": {"describe_before_the_fix": {…}}}.
using Facts = std::map<std::string, Json>;
absl::StatusOr<Facts> ReadFacts(const std::string& path);

}  // namespace groundhog::money_transfer
