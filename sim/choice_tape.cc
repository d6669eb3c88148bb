#include "sim/choice_tape.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace groundhog::sim {
namespace {

constexpr std::size_t kMaxDecisions = 100'000;
constexpr std::size_t kMaxRange = 1'000;
constexpr std::size_t kMaxJsonDepth = 8;

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format(
      "decision '{}': {}. A decision looks like net/lose{{RespondActivityTaskCompleted(withdraw, 1)}} or "
      "worker/activity.before_effect{{pay-invoice-701, deposit, attempt=1}}=crash",
      text, why));
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <class Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Numbers {
  std::int32_t first = 0;
  std::int32_t last = 0;
};

// "2", "attempt=2" or "1..3"; nothing if the field is a name.
std::optional<Numbers> ParseNumbers(std::string_view field) {
  constexpr std::string_view kAttempt = "attempt=";
  if (field.substr(0, kAttempt.size()) == kAttempt) field.remove_prefix(kAttempt.size());
  const std::size_t dots = field.find("..");
  const auto first = ParseNumber<std::int32_t>(field.substr(0, dots));
  if (!first) return std::nullopt;
  if (dots == std::string_view::npos) return Numbers{*first, *first};
  const auto last = ParseNumber<std::int32_t>(field.substr(dots + 2));
  if (!last) return std::nullopt;
  return Numbers{*first, *last};
}

std::vector<std::string_view> SplitFields(std::string_view text) {
  std::vector<std::string_view> fields;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    fields.push_back(Trim(text.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return fields;
}

// The text between the braces: "Kind(a, b, 1)" or "a, b, attempt=1".
absl::Status ParseLabel(std::string_view whole, std::string_view label, Decision& decision,
                        Numbers& numbers) {
  const std::size_t open = label.find('(');
  if (open != std::string_view::npos) {
    if (label.back() != ')') return Bad(whole, "the '(' is not closed");
    decision.kind = Trim(label.substr(0, open));
    label = label.substr(open + 1, label.size() - open - 2);
  } else if (label.find(',') == std::string_view::npos && !ParseNumbers(label)) {
    // One bare word is a kind: StartSimulation.
    decision.kind = label;
    label = {};
  }
  std::vector<std::string_view> fields = SplitFields(label);
  if (!fields.empty()) {
    if (const auto parsed = ParseNumbers(fields.back())) {
      numbers = *parsed;
      fields.pop_back();
    }
  }
  constexpr std::size_t kMostNames = 2;
  if (fields.size() > kMostNames) return Bad(whole, "more than two names and a number in the brackets");
  if (fields.size() == kMostNames) decision.scope = fields.front();
  if (!fields.empty()) decision.subject = fields.back();
  decision.any_scope = fields.size() < kMostNames && !fields.empty();
  if (fields.empty() && numbers.first != 0) decision.any_scope = true;
  return absl::OkStatus();
}

nlohmann::json ToJsonValue(const Decision& decision) {
  nlohmann::json json = {{"site", decision.site},
                         {"kind", decision.kind},
                         {"scope", decision.scope},
                         {"subject", decision.subject},
                         {"number", decision.number},
                         {"occurrence", decision.occurrence},
                         {"answer", decision.answer}};
  if (decision.any_scope) json["any_scope"] = true;
  return json;
}

absl::StatusOr<Decision> DecisionFromJson(const nlohmann::json& json, std::string_view where) {
  if (!json.is_object()) {
    return absl::InvalidArgumentError(fmt::format("{}: expected an object", where));
  }
  Decision decision;
  try {
    decision.site = json.at("site").get<std::string>();
    decision.kind = json.value("kind", "");
    decision.scope = json.value("scope", "");
    decision.subject = json.value("subject", "");
    decision.number = json.value("number", 0);
    decision.occurrence = json.value("occurrence", 1U);
    decision.answer = json.value("answer", "");
    decision.any_scope = json.value("any_scope", false);
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", where, error.what()));
  }
  if (decision.site.empty()) {
    return absl::InvalidArgumentError(fmt::format("{}: 'site' is empty", where));
  }
  if (decision.occurrence == 0) {
    return absl::InvalidArgumentError(
        fmt::format("{}: 'occurrence' is 0; occurrences count from 1", where));
  }
  return decision;
}

absl::StatusOr<nlohmann::json> ParseShallow(std::string_view text, const std::string& file_name) {
  bool too_deep = false;
  const auto guard = [&too_deep](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (static_cast<std::size_t>(depth) > kMaxJsonDepth) too_deep = true;
    return !too_deep;
  };
  try {
    nlohmann::json json = nlohmann::json::parse(text, guard);
    if (too_deep) {
      return absl::InvalidArgumentError(file_name + ": nested too deeply for a choice tape");
    }
    return json;
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(file_name + ": not JSON: " + error.what());
  }
}

}  // namespace

Decision Decision::From(const TakenDecision& taken) {
  const Label& label = taken.point.label;
  return Decision{.site = std::string(taken.point.site->name),
                  .kind = std::string(label.kind().text()),
                  .scope = std::string(label.scope().text()),
                  .subject = std::string(label.subject().text()),
                  .number = label.number(),
                  .occurrence = taken.occurrence,
                  .answer = std::string(taken.point.site->answers[taken.answer - 1])};
}

std::uint64_t Decision::Address() const {
  const SymbolEntry kind_entry{kind};
  const SymbolEntry scope_entry{scope};
  const SymbolEntry subject_entry{subject};
  const Label label{Symbol(kind_entry), Symbol(scope_entry), Symbol(subject_entry), number};
  return CombineHash(HashText(site), label.hash());
}

bool Decision::Matches(const ChoiceSite& asked_site, const Label& label) const {
  if (asked_site.name != site || label.kind().text() != kind || label.number() != number) return false;
  if (!any_scope) return label.scope().text() == scope && label.subject().text() == subject;
  // What was typed is the end of the label's names.
  if (subject.empty()) return true;
  return label.subject().empty() ? label.scope().text() == subject
                                 : label.subject().text() == subject;
}

std::optional<Answer> Decision::AnswerAt(const ChoiceSite& asked_site) const {
  if (answer.empty()) return 1;
  const auto found = std::find(asked_site.answers.begin(), asked_site.answers.end(), answer);
  if (found == asked_site.answers.end()) return std::nullopt;
  return static_cast<Answer>(found - asked_site.answers.begin()) + 1;
}

std::string Decision::Text() const {
  const SymbolEntry kind_entry{kind};
  const SymbolEntry scope_entry{scope};
  const SymbolEntry subject_entry{subject};
  const Label label{Symbol(kind_entry), Symbol(scope_entry), Symbol(subject_entry), number};
  std::string text = site + "{" + label.Text() + "}";
  if (occurrence > 1) text += fmt::format("#{}", occurrence);
  if (!answer.empty()) text += "=" + answer;
  return text;
}

absl::StatusOr<std::vector<Decision>> ParseDecisions(std::string_view text) {
  const std::string_view whole = text;
  const std::size_t open = text.find('{');
  const std::size_t close = text.rfind('}');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return Bad(whole, "no {…} after the site's name");
  }
  Decision decision;
  decision.site = Trim(text.substr(0, open));
  if (decision.site.empty()) return Bad(whole, "no site before '{'");
  std::string_view tail = Trim(text.substr(close + 1));
  const std::size_t equals = tail.find('=');
  if (equals != std::string_view::npos) {
    decision.answer = Trim(tail.substr(equals + 1));
    if (decision.answer.empty()) return Bad(whole, "no answer after '='");
    tail = Trim(tail.substr(0, equals));
  }
  if (!tail.empty()) {
    const auto occurrence = tail.front() == '#' ? ParseNumber<std::uint32_t>(tail.substr(1)) : std::nullopt;
    if (!occurrence || *occurrence == 0) return Bad(whole, "after '}' only #n and =answer may stand");
    decision.occurrence = *occurrence;
  }
  Numbers numbers;
  const absl::Status label =
      ParseLabel(whole, Trim(text.substr(open + 1, close - open - 1)), decision, numbers);
  if (!label.ok()) return label;
  if (numbers.first < 0 || numbers.last < numbers.first ||
      static_cast<std::size_t>(numbers.last) - static_cast<std::size_t>(numbers.first) >= kMaxRange) {
    return Bad(whole, "the range of numbers is empty, negative or too long");
  }
  std::vector<Decision> decisions;
  for (std::int32_t number = numbers.first; number <= numbers.last; ++number) {
    decision.number = number;
    decisions.push_back(decision);
  }
  return decisions;
}

std::string ChoiceTape::ToJson() const {
  nlohmann::json json = {{"version", 1}, {"scenario", scenario}};
  if (seed) json["seed"] = *seed;
  json["decisions"] = nlohmann::json::array();
  for (const Decision& decision : decisions) json["decisions"].push_back(ToJsonValue(decision));
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

absl::StatusOr<ChoiceTape> ChoiceTape::FromJson(std::string_view text, const std::string& file_name) {
  const absl::StatusOr<nlohmann::json> json = ParseShallow(text, file_name);
  if (!json.ok()) return json.status();
  const auto bad = [&file_name](std::string_view why) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", file_name, why));
  };
  if (!json->is_object() || !json->contains("decisions") || !(*json)["decisions"].is_array()) {
    return bad("not a choice tape: expected an object with a list 'decisions'");
  }
  if (const auto version = json->find("version"); version != json->end() && *version != 1) {
    return bad("this choice tape is of another version; expected 1");
  }
  const nlohmann::json& list = (*json)["decisions"];
  if (list.size() > kMaxDecisions) return bad("more than 100000 decisions");
  ChoiceTape tape;
  if (const auto name = json->find("scenario"); name != json->end()) {
    if (!name->is_string()) return bad("'scenario' is not a string");
    tape.scenario = name->get<std::string>();
  }
  if (const auto seed = json->find("seed"); seed != json->end()) {
    if (!seed->is_number_unsigned()) return bad("'seed' is not a number from 0 on");
    tape.seed = seed->get<std::uint64_t>();
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto decision = DecisionFromJson(list[i], fmt::format("{}: decisions[{}]", file_name, i));
    if (!decision.ok()) return decision.status();
    tape.decisions.push_back(*std::move(decision));
  }
  return tape;
}

std::vector<Decision> DecisionsOf(const Choices& choices) {
  std::vector<Decision> decisions;
  for (const TakenDecision& taken : choices.decisions()) decisions.push_back(Decision::From(taken));
  return decisions;
}

}  // namespace groundhog::sim
