#include "scenarios/money_transfer/play.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "scenarios/money_transfer/scenarios.h"
#include "scenarios/recorded/json_node.h"
#include "scenarios/recorded/text_file.h"

namespace groundhog::money_transfer {
namespace {

using recorded::BadInput;
using recorded::JsonNode;

template <class T, std::size_t n>
using Names = std::array<std::pair<std::string_view, T>, n>;

// The value that is called so.
template <class T, std::size_t n>
T OneOf(const JsonNode& node, const Names<T, n>& names) {
  std::string known;
  for (const auto& [name, value] : names) {
    if (node.is_text() && node.Text() == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  node.Expected("one of " + known);
}

// ---- Activities ----

std::string ReadActivityName(const std::string& name, const JsonNode& node) {
  for (const std::string_view known :
       {banking::kWithdraw.name, banking::kDeposit.name, banking::kRefund.name}) {
    if (name == known) return name;
  }
  node.Refuse("no such activity; there are withdraw, deposit and refund");
}

ActivityPlans ReadActivities(const JsonNode& node) {
  if (node.absent()) return {};
  for (const auto& [name, attempts] : node.Members()) ReadActivityName(name, attempts);
  return recorded::ReadActivityPlans(node);
}

// ---- Steps ----

// What later parts of a play may refer to.
struct Cast {
  std::set<std::string> workers;
  std::set<std::string> started;  // workflow ids
};

WorkerPlan ReadWorker(const JsonNode& node, Cast& cast) {
  WorkerPlan worker{.name = node["worker"].Text()};
  for (const std::string_view taken : {"server", "bank", "client-1"}) {
    if (worker.name == taken) node["worker"].Refuse("this name is taken");
  }
  cast.workers.insert(worker.name);
  const JsonNode polls = node["polls"];
  if (polls.absent()) return worker;
  worker.polls_workflow_tasks = worker.polls_activity_tasks = false;
  for (const JsonNode& kind : polls.Elements()) {
    const bool workflow = OneOf(kind, Names<bool, 2>{{{"workflow", true}, {"activity", false}}});
    (workflow ? worker.polls_workflow_tasks : worker.polls_activity_tasks) = true;
  }
  return worker;
}

std::string ReadKnownWorker(const JsonNode& node, const Cast& cast) {
  std::string name = node.Text();
  if (cast.workers.count(name) == 0) node.Expected("a worker that was started before");
  return name;
}

Trigger ReadTrigger(const JsonNode& node, const Cast& cast) {
  if (node.absent()) return OnTimeZero{};
  if (node.is_text()) {
    if (node.Text() != "previous") node.Expected("\"previous\" or an object");
    return OnPrevious{};
  }
  if (node.Has("worker_died")) {
    node.WithOnly({"worker_died"});
    return OnNotice{WorkerDiedNotice{ReadKnownWorker(node["worker_died"], cast)}};
  }
  if (node.Has("closed")) {
    const std::string id = node.WithOnly({"closed"})["closed"].Text();
    if (cast.started.count(id) == 0) node["closed"].Expected("the id of a workflow started before");
    return OnClosed{id};
  }
  node.WithOnly({"activity", "attempt", "what"});
  using What = ActivityNotice::What;
  constexpr Names<What, 3> kWhats = {
      {{"begin", What::kBegin}, {"effect", What::kEffect}, {"raise", What::kRaise}}};
  ActivityNotice notice{.activity = ReadActivityName(node["activity"].Text(), node["activity"])};
  notice.what = OneOf(node["what"], kWhats);
  if (const JsonNode attempt = node["attempt"]; !attempt.absent()) {
    notice.attempt =
        static_cast<std::int32_t>(attempt.Integer(1, std::numeric_limits<std::int32_t>::max()));
  }
  return OnNotice{notice};
}

PaymentDetails ReadPayment(const JsonNode& node) {
  PaymentDetails payment = TutorialPayment();
  if (node.absent()) return payment;
  node.WithOnly({"source_account", "target_account", "amount", "reference_id"});
  payment.source_account = node["source_account"].TextOr(payment.source_account);
  payment.target_account = node["target_account"].TextOr(payment.target_account);
  payment.reference_id = node["reference_id"].TextOr(payment.reference_id);
  constexpr std::int64_t kMost = 1'000'000'000'000;
  if (node.Has("amount")) payment.amount = node["amount"].Integer(0, kMost);
  return payment;
}

std::string ReadId(const JsonNode& step) { return step["id"].TextOr(std::string(kWorkflowId)); }

DoStart ReadStart(const JsonNode& step, Cast& cast) {
  step.WithOnly({"on", "after", "do", "id", "input", "expect_error"});
  DoStart start{.id = ReadId(step), .input = ReadPayment(step["input"])};
  if (step.Has("expect_error")) start.expect_error = step["expect_error"].Text();
  cast.started.insert(start.id);
  return start;
}

DoTerminate ReadTerminate(const JsonNode& step) {
  step.WithOnly({"on", "after", "do", "id", "reason"});
  return DoTerminate{ReadId(step), step.Has("reason") ? step["reason"].Text() : std::string()};
}

Action ReadAction(const JsonNode& step, Cast& cast) {
  enum class Do {
    kStart,
    kCancel,
    kTerminate,
    kDescribe,
    kListOpen,
    kKillServer,
    kStartServer,
    kKillWorker,
    kStartWorker,
    kActivities
  };
  constexpr Names<Do, 10> kActions = {{{"start", Do::kStart},
                                       {"cancel", Do::kCancel},
                                       {"terminate", Do::kTerminate},
                                       {"describe", Do::kDescribe},
                                       {"list open", Do::kListOpen},
                                       {"kill server", Do::kKillServer},
                                       {"start server", Do::kStartServer},
                                       {"kill worker", Do::kKillWorker},
                                       {"start worker", Do::kStartWorker},
                                       {"activities", Do::kActivities}}};
  switch (OneOf(step["do"], kActions)) {
    case Do::kStart:
      return ReadStart(step, cast);
    case Do::kCancel:
      return DoCancel{ReadId(step.WithOnly({"on", "after", "do", "id"}))};
    case Do::kTerminate:
      return ReadTerminate(step);
    case Do::kDescribe:
      step.WithOnly({"on", "after", "do", "id", "fact"});
      return DoDescribe{ReadId(step), step["fact"].TextOr("")};
    case Do::kListOpen:
      return DoListOpen{step.WithOnly({"on", "after", "do", "fact"})["fact"].TextOr("")};
    case Do::kKillServer:
      return step.WithOnly({"on", "after", "do"}), DoKillServer{};
    case Do::kStartServer:
      return step.WithOnly({"on", "after", "do"}), DoStartServer{};
    case Do::kKillWorker:
      step.WithOnly({"on", "after", "do", "worker"});
      return DoKillWorker{ReadKnownWorker(step["worker"], cast)};
    case Do::kStartWorker:
      return DoStartWorker{
          ReadWorker(step.WithOnly({"on", "after", "do", "worker", "polls"}), cast)};
    case Do::kActivities:
      step.WithOnly({"on", "after", "do", "activities"});
      return DoSetActivities{ReadActivities(step["activities"])};
  }
  step["do"].Expected("a step");
}

PlayStep ReadStep(const JsonNode& node, Cast& cast) {
  PlayStep step{.on = ReadTrigger(node["on"], cast)};
  if (node.Has("after")) step.after = node["after"].Seconds();
  step.action = ReadAction(node, cast);
  return step;
}

// ---- What is expected ----

Expectation ReadExpectation(const JsonNode& node) {
  Expectation expect;
  if (node.absent()) return expect;
  node.WithOnly({"outcome", "bank", "invocations"});
  if (node.Has("outcome")) {
    for (const auto& [name, outcome] : node["outcome"].Members()) {
      outcome.WithOnly({"status", "result", "chain"})["status"].Text();
      expect.outcomes.emplace_back(name, outcome.json());
    }
  }
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  if (const JsonNode bank = node["bank"]; !bank.absent()) {
    bank.WithOnly({"balances", "ledger"});
    expect.bank.emplace();
    for (const auto& [account, balance] : bank["balances"].Members()) {
      expect.bank->balances[account] = balance.Integer(-kAny, kAny);
    }
    bank["ledger"].Elements();
    expect.bank->ledger = bank["ledger"].json();
  }
  if (const JsonNode invocations = node["invocations"]; !invocations.absent()) {
    expect.invocations.emplace();
    for (const auto& [activity, count] : invocations.Members()) {
      (*expect.invocations)[activity] = count.Integer(0, kAny);
    }
  }
  return expect;
}

std::string ReadFileName(const JsonNode& node, std::set<std::string>& taken) {
  const std::filesystem::path path(node.Text());
  bool inside = path.is_relative() && path.has_filename();
  for (const auto& part : path) inside = inside && part != ".." && part != ".";
  if (!inside || path.string().find('\0') != std::string::npos) {
    node.Expected("a relative name below the folder that is written to");
  }
  if (!taken.insert(path.string()).second) node.Refuse("another scenario has a file of this name");
  return path.string();
}

Play ReadPlay(const std::string& name, const JsonNode& node, std::set<std::string>& taken_names) {
  node.WithOnly({"files", "code", "bank", "workers", "activities", "steps", "expect"});
  constexpr Names<Code, 5> kCodes = {{{"tutorial", Code::kTutorial},
                                      {"start_to_close_1s", Code::kStartToClose1s},
                                      {"unlimited_attempts", Code::kUnlimitedAttempts},
                                      {"no_handler", Code::kNoHandler},
                                      {"shielded_refund", Code::kShieldedRefund}}};
  Play play{.name = name};
  for (const JsonNode& file : node["files"].Elements()) {
    play.files.push_back(ReadFileName(file, taken_names));
  }
  play.code = OneOf(node["code"], kCodes);
  if (const JsonNode bank = node["bank"];
      !bank.absent() && bank.WithOnly({"idempotent"}).Has("idempotent")) {
    play.bank_is_idempotent = bank["idempotent"].Bool();
  }
  Cast cast;
  for (const JsonNode& worker : node["workers"].Elements()) {
    worker.WithOnly({"worker", "polls"});
    if (worker["worker"].is_text() && cast.workers.count(worker["worker"].Text()) != 0) {
      worker["worker"].Refuse("another worker has this name");
    }
    play.workers.push_back(ReadWorker(worker, cast));
  }
  play.activities = ReadActivities(node["activities"]);
  for (const JsonNode& step : node["steps"].Elements()) play.steps.push_back(ReadStep(step, cast));
  play.expect = ReadExpectation(node["expect"]);
  return play;
}

}  // namespace

absl::StatusOr<std::vector<Play>> ParsePlays(std::string_view text, const std::string& file_name) {
  const absl::StatusOr<Json> json = replay::ParseJsonText(text, file_name);
  if (!json.ok()) return json.status();
  try {
    const JsonNode root(*json, "");
    std::vector<Play> plays;
    std::set<std::string> taken_names;
    for (const auto& [name, play] : root.Members()) {
      plays.push_back(ReadPlay(name, play, taken_names));
    }
    return plays;
  } catch (const BadInput& bad) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", file_name, bad.message));
  }
}

absl::StatusOr<std::vector<Play>> ReadPlays(const std::string& path) {
  const absl::StatusOr<std::string> text = recorded::ReadTextFile(path);
  if (!text.ok()) return text.status();
  return ParsePlays(*text, path);
}

}  // namespace groundhog::money_transfer
