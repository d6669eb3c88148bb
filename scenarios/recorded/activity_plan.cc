#include "scenarios/recorded/activity_plan.h"

#include <array>
#include <charconv>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace groundhog::recorded {
namespace {

RaiseError ReadApplicationError(const JsonNode& message, const JsonNode& with) {
  with.WithOnly({"type", "non_retryable", "next_retry_delay", "category", "details"});
  RaiseError error;
  error.type = with["type"].TextOr("");
  error.message = message.Text();
  if (with.Has("non_retryable")) error.non_retryable = with["non_retryable"].Bool();
  if (with.Has("next_retry_delay")) error.next_retry_delay = with["next_retry_delay"].Seconds();
  if (with.Has("category")) {
    if (with["category"].Text() != "BENIGN") with["category"].Expected("BENIGN");
    error.category = history::ApplicationErrorCategory::kBenign;
  }
  if (with.Has("details")) {
    for (const JsonNode& detail : with["details"].Elements()) {
      error.details.push_back(detail.json().dump());
    }
  }
  return error;
}

RaiseError ReadError(const JsonNode& type, const JsonNode& message) {
  RaiseError error;
  error.type = type.Text();
  error.message = message.Text();
  return error;
}

// The number of arguments that a step of that name takes, at least and at most.
std::pair<std::size_t, std::size_t> ArgumentsOf(const JsonNode& name) {
  constexpr std::array<std::tuple<std::string_view, std::size_t, std::size_t>, 11> kSteps = {
      {{"sleep", 1, 1},
       {"effect", 0, 0},
       {"raise", 2, 2},
       {"raise_app", 2, 2},
       {"heartbeat", 0, 1},
       {"details", 0, 0},
       {"hang", 0, 0},
       {"until_cancelled", 0, 0},
       {"ignore_cancel", 1, 1},
       {"kill_worker", 0, 0},
       {"return", 1, 1}}};
  std::string known;
  for (const auto& [step, least, most] : kSteps) {
    if (name.is_text() && name.Text() == step) return {least, most};
    known += (known.empty() ? "" : ", ") + std::string(step);
  }
  name.Expected("one of " + known);
}

AttemptStep ReadAttemptStep(const JsonNode& node, const std::vector<JsonNode>& words) {
  if (words.empty()) node.Expected("a step such as [\"effect\"]");
  const auto [least, most] = ArgumentsOf(words.front());
  const std::size_t given = words.size() - 1;
  const std::string name = words.front().Text();
  if (given < least || given > most) {
    node.Refuse(fmt::format("{} takes {} arguments, got {}", name, most, given));
  }
  if (name == "sleep") return SleepFor{words[1].Seconds()};
  if (name == "effect") return TakeEffect{};
  if (name == "raise") return ReadError(words[1], words[2]);
  if (name == "raise_app") return ReadApplicationError(words[1], words[2]);
  if (name == "heartbeat" && given == 0) return SendHeartbeat{};
  if (name == "heartbeat") return SendHeartbeat{words[1].json().dump()};
  if (name == "details") return NoteDetails{};
  if (name == "hang") return HangForever{};
  if (name == "until_cancelled") return HeartbeatUntilCancelled{};
  if (name == "ignore_cancel") return IgnoreCancel{words[1].Seconds()};
  if (name == "kill_worker") return KillOwnWorker{};
  return ReturnValue{words[1].json().dump()};
}

std::int32_t ReadAttempt(const std::string& key, const JsonNode& node) {
  std::int32_t attempt = 0;
  const char* const end = key.data() + key.size();
  const auto [stopped, error] = std::from_chars(key.data(), end, attempt);
  if (error == std::errc() && stopped == end && attempt >= 1) return attempt;
  node.Refuse("attempts are called \"1\", \"2\", … or \"*\"");
}

ActivityPlan ReadActivityPlan(const JsonNode& node) {
  ActivityPlan plan;
  for (const auto& [key, steps] : node.Members()) {
    AttemptPlan attempt;
    for (const JsonNode& step : steps.Elements())
      attempt.push_back(ReadAttemptStep(step, step.Elements()));
    if (key == "*") {
      plan.SetOthers(std::move(attempt));
    } else {
      plan.Set(ReadAttempt(key, steps), std::move(attempt));
    }
  }
  return plan;
}

}  // namespace

const AttemptPlan& ActivityPlan::Of(std::int32_t attempt) const {
  const auto found = attempts_.find(attempt);
  return found == attempts_.end() ? others_ : found->second;
}

ActivityPlans ReadActivityPlans(const JsonNode& node) {
  ActivityPlans plans;
  for (const auto& [name, attempts] : node.Members()) plans[name] = ReadActivityPlan(attempts);
  return plans;
}

}  // namespace groundhog::recorded
