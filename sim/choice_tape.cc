#include "sim/choice_tape.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace groundhog::sim {
namespace {

constexpr std::size_t kMaxDecisions = 100'000;
constexpr std::int64_t kMaxRange = 1'000;
constexpr int kMaxJsonDepth = 8;
constexpr std::size_t kMaxName = 10'000;
constexpr std::string_view kAttempt = "attempt=";
constexpr std::string_view kNotInBareNames = ",(){}\"\\";

// The beginning of a text that somebody gave us, fit for one line of a message.
std::string Shown(std::string_view text) {
  constexpr std::size_t kLongest = 160;
  std::string shown(text.substr(0, kLongest));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  if (text.size() <= kLongest) return shown;
  while ((static_cast<unsigned char>(shown.back()) & 0xc0) == 0x80)
    shown.pop_back();  // whole letters only
  if (static_cast<unsigned char>(shown.back()) >= 0xc0) shown.pop_back();
  return shown + "…";
}

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      fmt::format("decision '{}': {}. A decision looks like "
                  "net/lose{{RespondActivityTaskCompleted(withdraw, 1)}} or "
                  "worker/activity.before_effect{{pay-invoice-701, deposit, attempt=1}}=crash",
                  Shown(text), why));
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
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// "2", "attempt=2" or "1..3"; nothing if the field is a name.
std::optional<Numbers> ParseNumbers(std::string_view field) {
  if (field.substr(0, kAttempt.size()) == kAttempt) field.remove_prefix(kAttempt.size());
  const std::size_t dots = field.find("..");
  const auto first = ParseNumber<std::int64_t>(field.substr(0, dots));
  if (!first) return std::nullopt;
  if (dots == std::string_view::npos) return Numbers{*first, *first};
  const auto last = ParseNumber<std::int64_t>(field.substr(dots + 2));
  if (!last) return std::nullopt;
  return Numbers{*first, *last};
}

// A name as it stands in a decision's text: in quotes if it would be
// read as something else without them.
std::string NameText(const std::string& name) {
  const bool bare = !name.empty() && Trim(name) == name &&
                    name.find_first_of(kNotInBareNames) == std::string::npos && !ParseNumbers(name);
  if (bare) return name;
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

// Reads a decision's text from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool Take(char wanted) {
    SkipSpaces();
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  struct Field {
    std::string text = {};
    bool quoted = false;
  };
  // Nothing if no name stands here, or its quote is not closed.
  std::optional<Field> TakeField() {
    if (Take('"')) return TakeQuoted();
    const std::size_t end = std::min(rest_.find_first_of(kNotInBareNames), rest_.size());
    const std::string_view text = Trim(rest_.substr(0, end));
    rest_.remove_prefix(end);
    if (text.empty()) return std::nullopt;
    return Field{std::string(text), false};
  }

 private:
  void SkipSpaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  std::optional<Field> TakeQuoted() {
    Field field{.quoted = true};
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return field;
      if (c == '\\' && !rest_.empty()) {
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      field.text += c;
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

// What stands between the braces: "Kind(a, b, 1)", "a, b, attempt=1", or nothing.
// Returns what is wrong, or null.
const char* ReadLabel(Reader& reader, Decision& decision, Numbers& numbers) {
  constexpr const char* kNoName =
      "a name is missing between the braces, or its quote is not closed";
  if (reader.Take('}')) return nullptr;
  std::vector<Reader::Field> fields;
  auto field = reader.TakeField();
  if (!field) return kNoName;
  const bool has_kind = reader.Take('(');
  bool closed = false;
  if (has_kind) {
    decision.kind = std::move(field->text);
    closed = reader.Take(')');
    if (!closed) field = reader.TakeField();
  }
  while (!closed) {
    if (!field) return kNoName;
    fields.push_back(*std::move(field));
    if (!reader.Take(',')) break;
    field = reader.TakeField();
  }
  if (has_kind && !closed && !reader.Take(')')) return "the '(' is not closed";
  if (!reader.Take('}')) return "the '{' is not closed";

  const auto number =
      fields.empty() || fields.back().quoted ? std::nullopt : ParseNumbers(fields.back().text);
  if (number) {
    numbers = *number;
    fields.pop_back();
  }
  if (fields.size() > 2) return "more than two names and a number between the braces";
  decision.any_scope = fields.size() < 2;
  if (fields.size() == 2) decision.scope = std::move(fields.front().text);
  if (!fields.empty()) decision.subject = std::move(fields.back().text);
  // One bare word is mostly a kind: StartWorkflowExecution.
  if (!has_kind && !number && fields.size() == 1) std::swap(decision.kind, decision.subject);
  return nullptr;
}

// What stands behind the braces: "#2=crash".
const char* ReadTail(std::string_view tail, Decision& decision) {
  tail = Trim(tail);
  const std::size_t equals = tail.find('=');
  if (equals != std::string_view::npos) {
    decision.answer = Trim(tail.substr(equals + 1));
    if (decision.answer.empty()) return "no answer after '='";
    tail = Trim(tail.substr(0, equals));
  }
  if (tail.empty()) return nullptr;
  const auto occurrence =
      tail.front() == '#' ? ParseNumber<std::uint32_t>(tail.substr(1)) : std::nullopt;
  if (!occurrence || *occurrence == 0) return "after '}' only #n (from 1) and =answer may stand";
  decision.occurrence = *occurrence;
  return nullptr;
}

nlohmann::json ToJsonValue(const Decision& decision) {
  nlohmann::json json = {{"site", decision.site},     {"kind", decision.kind},
                         {"scope", decision.scope},   {"subject", decision.subject},
                         {"number", decision.number}, {"occurrence", decision.occurrence},
                         {"answer", decision.answer}};
  if (decision.any_scope) json["any_scope"] = true;
  return json;
}

// Reads the fields of one decision; the first thing that is wrong is kept, and said in one line.
class FieldReader {
 public:
  FieldReader(const nlohmann::json& json, std::string where)
      : json_(json), where_(std::move(where)) {}

  void Name(const char* key, std::string& to) {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_string()) return Complain(key, "must be a string");
    to = found->get<std::string>();
    if (to.size() > kMaxName) Complain(key, "is longer than 10000 bytes");
  }
  template <class Number>
  void Count(const char* key, std::int64_t least, Number& to) {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    constexpr auto kMost = static_cast<std::int64_t>(std::numeric_limits<Number>::max());
    const bool fits = found->is_number_integer() &&
                      !(found->is_number_unsigned() && found->get<std::uint64_t>() > kMost) &&
                      found->get<std::int64_t>() >= least;
    if (!fits)
      return Complain(key, fmt::format("must be a whole number from {} to {}", least, kMost));
    to = found->get<Number>();
  }
  void Flag(const char* key, bool& to) {
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_boolean()) return Complain(key, "must be true or false");
    to = found->get<bool>();
  }
  void RefuseOthers(std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        Complain(Shown(key), "is no field of a decision");
      }
    }
  }
  void Complain(std::string_view key, std::string_view why) {
    if (problem_.ok()) {
      problem_ = absl::InvalidArgumentError(fmt::format("{}: '{}' {}", where_, key, why));
    }
  }
  const absl::Status& problem() const { return problem_; }

 private:
  const nlohmann::json& json_;
  std::string where_;
  absl::Status problem_;
};

absl::StatusOr<Decision> DecisionFromJson(const nlohmann::json& json, const std::string& where) {
  if (!json.is_object()) {
    return absl::InvalidArgumentError(fmt::format("{}: expected an object", where));
  }
  Decision decision;
  FieldReader reader(json, where);
  reader.Name("site", decision.site);
  reader.Name("kind", decision.kind);
  reader.Name("scope", decision.scope);
  reader.Name("subject", decision.subject);
  reader.Count("number", 0, decision.number);
  reader.Count("occurrence", 1, decision.occurrence);
  reader.Name("answer", decision.answer);
  reader.Flag("any_scope", decision.any_scope);
  reader.RefuseOthers(
      {"site", "kind", "scope", "subject", "number", "occurrence", "answer", "any_scope"});
  if (decision.site.empty()) reader.Complain("site", "is missing or empty");
  if (!reader.problem().ok()) return reader.problem();
  return decision;
}

// Looked at before parsing: the parser takes any depth.
bool NestedTooDeeply(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if ((c == '[' || c == '{') && ++depth > kMaxJsonDepth) return true;
    if (c == ']' || c == '}') --depth;
  }
  return false;
}

absl::StatusOr<nlohmann::json> ParseShallow(std::string_view text, const std::string& file_name) {
  if (NestedTooDeeply(text)) {
    return absl::InvalidArgumentError(file_name + ": nested too deeply for a choice tape");
  }
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 16: …"
    const std::string_view what = error.what();
    const std::size_t end = what.find("] ");
    return absl::InvalidArgumentError(
        file_name + ": not JSON: " + Shown(end == what.npos ? what : what.substr(end + 2)));
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
  if (asked_site.name != site || label.number() != number) return false;
  if (!any_scope) {
    return label.kind().text() == kind && label.scope().text() == scope &&
           label.subject().text() == subject;
  }
  // What was typed is the end of the label's names.
  const std::string_view last_name =
      label.subject().empty() ? label.scope().text() : label.subject().text();
  if (label.kind().text() == kind) return subject.empty() || last_name == subject;
  // One bare word may also be the name of a thing without a kind.
  return subject.empty() && label.kind().empty() && last_name == kind;
}

std::optional<Answer> Decision::AnswerAt(const ChoiceSite& asked_site) const {
  if (answer.empty()) return 1;
  const auto found = std::find(asked_site.answers.begin(), asked_site.answers.end(), answer);
  if (found == asked_site.answers.end()) return std::nullopt;
  return static_cast<Answer>(found - asked_site.answers.begin()) + 1;
}

std::string Decision::Text() const {
  std::vector<std::string> fields;
  if (!scope.empty()) fields.push_back(NameText(scope));
  if (!subject.empty()) fields.push_back(NameText(subject));
  if (number != 0) fields.push_back(fmt::format("{}{}", kind.empty() ? kAttempt : "", number));
  std::string label = fmt::format("{}", fmt::join(fields, ", "));
  if (!kind.empty()) label = NameText(kind) + (label.empty() ? "" : "(" + label + ")");
  std::string text = site + "{" + label + "}";
  if (occurrence > 1) text += fmt::format("#{}", occurrence);
  if (!answer.empty()) text += "=" + answer;
  return text;
}

absl::StatusOr<std::vector<Decision>> ParseDecisions(std::string_view text) {
  const std::size_t open = text.find('{');
  if (open == std::string_view::npos) return Bad(text, "no {…} after the site's name");
  Decision decision;
  decision.site = Trim(text.substr(0, open));
  if (decision.site.empty()) return Bad(text, "no site before '{'");
  if (text.size() > kMaxName) return Bad(text, "it is longer than 10000 bytes");
  Reader reader(text.substr(open + 1));
  Numbers numbers;
  if (const char* wrong = ReadLabel(reader, decision, numbers)) return Bad(text, wrong);
  if (const char* wrong = ReadTail(reader.rest(), decision)) return Bad(text, wrong);
  if (numbers.first < 0 || numbers.last < numbers.first ||
      numbers.last > std::numeric_limits<std::int32_t>::max() ||
      numbers.last - numbers.first >= kMaxRange) {
    return Bad(text, "the range of numbers is empty, negative or too long");
  }
  std::vector<Decision> decisions;
  for (std::int64_t number = numbers.first; number <= numbers.last; ++number) {
    decision.number = static_cast<std::int32_t>(number);
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

absl::StatusOr<ChoiceTape> ChoiceTape::FromJson(std::string_view text,
                                                const std::string& file_name) {
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
