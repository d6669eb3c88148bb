// ChoiceTape: the decisions in which a run differs from the uneventful one, as text and as JSON.
//
// Text of one decision, as reports print it and as the command line takes it:
//
//     net/lose{RespondActivityTaskCompleted(pay-invoice-701, withdraw, 2)}
//     worker/activity.before_effect{pay-invoice-701, deposit, attempt=1}=crash
//     net/hold_back{StartWorkflowExecution(pay-invoice-701)}#2=2_others
//
// "=answer" may be left out where the site has one answer, "#n" means the n-th asking of that
// address (default 1). For people who type: leading names may be left out
// ("RespondActivityTaskCompleted(withdraw, 2)" means that of any workflow), and "1..3" stands for
// three decisions. A name that looks like a number or holds a comma, bracket, quote or backslash
// stands in double quotes, with a backslash before quotes and backslashes. A label with one name
// only is read back as the end of its names.
//
// JSON:  {"version": 1, "scenario": "money_transfer", "seed": 42, "decisions": [{"site":
// …, "kind": …, "scope": …,
//         "subject": …, "number": 2, "occurrence": 1, "answer": "lost"}]}
// Errors: absl::Status (InvalidArgument) that says what is wrong, where, and what would be right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "sim/choice.h"

namespace groundhog::sim {

// A decision that outlives its run: owns its texts.
struct Decision {
  std::string site = {};
  std::string kind = {};
  std::string scope = {};
  std::string subject = {};
  std::int32_t number = 0;
  std::uint32_t occurrence = 1;
  std::string answer = {};  // a name; empty: the site's only answer
  bool any_scope = false;   // typed with leading names left out

  static Decision From(const TakenDecision& taken);

  // The address hash of Choices. REQUIRES: !any_scope
  std::uint64_t Address() const;
  bool Matches(const ChoiceSite& asked_site, const Label& label) const;
  // The number of the answer at that site, if it has one of that name.
  std::optional<Answer> AnswerAt(const ChoiceSite& asked_site) const;
  std::string Text() const;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// One argument of --decide; several decisions when it has a range.
absl::StatusOr<std::vector<Decision>> ParseDecisions(std::string_view text);

struct ChoiceTape {
  std::string scenario = {};
  std::optional<std::uint64_t> seed = {};  // where it came from; the decisions alone are the run
  std::vector<Decision> decisions = {};

  std::string ToJson() const;
  static absl::StatusOr<ChoiceTape> FromJson(std::string_view text, const std::string& file_name);
  friend bool operator==(const ChoiceTape&, const ChoiceTape&) = default;
};

std::vector<Decision> DecisionsOf(const Choices& choices);

}  // namespace groundhog::sim
