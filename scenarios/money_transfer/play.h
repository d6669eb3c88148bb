// Play: a scenario of the money transfer as data: who is there, what each attempt of each activity
// does, what client and operator do when, and what is expected to come of it.
//
// The file holds one object, scenario by name. Of each scenario:
//
//   files       names of the histories to write, one a run, in the order of the starts that were accepted; relative, inside DIR
//   code        tutorial | start_to_close_1s | unlimited_attempts | no_handler | shielded_refund (workflows.h)
//   bank        {"idempotent": bool}
//   workers     [{"worker": name, "polls": ["activity" | "workflow"]}]: running before time 0; without "polls" both
//   activities  what each attempt does: scenarios/recorded/activity_plan.h
//   steps       [{"on": …, "after": s, "do": …}]. on: "previous" | {"activity", "attempt", "what": begin | effect | raise} |
//               {"worker_died": name} | {"closed": workflow id}; absent: time 0. do: start (id, input, expect_error) | cancel (id) |
//               terminate (id, reason) | describe (id, fact) | list open (fact) | kill server | start server | kill worker (worker) |
//               start worker (worker, polls) | activities (activities)
//   expect      outcome, bank, invocations; see expectation.h
//
// Errors: ReadPlays gives InvalidArgument (or NotFound, ResourceExhausted) with file, place and
// what would be right. No input makes it crash.
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
#include "scenarios/recorded/activity_plan.h"
#include "scenarios/recorded/notice_board.h"
#include "sim/time.h"

namespace groundhog::money_transfer {

using banking::PaymentDetails;
using replay::Json;

using recorded::ActivityNotice;
using recorded::ActivityPlans;
using recorded::Notice;
using recorded::WorkerDiedNotice;

// ---- What client and operator do ----

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

}  // namespace groundhog::money_transfer
