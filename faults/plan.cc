#include "faults/plan.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace groundhog::faults {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kOrder = "order";
constexpr std::string_view kInputs = "inputs";
constexpr std::string_view kLies = "lies";
constexpr std::string_view kOwnInputs = "input/";

bool IsWord(std::string_view name) {
  return name == kAll || name == kOrder || name == kInputs || name == kLies;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Faults::Faults(const Catalog& catalog) : catalog_(&catalog) { Tabulate(); }

absl::StatusOr<Faults> Faults::Parse(std::string_view list, const Catalog& catalog) {
  Faults faults(catalog);
  bool first = true;
  for (;;) {
    const std::size_t comma = list.find(',');
    std::string_view item = Trim(list.substr(0, comma));
    const bool on = item.empty() || item.front() != '-';
    if (!on) item = Trim(item.substr(1));
    if (item.empty()) {
      return absl::InvalidArgumentError(
          "list of faults: a name is missing. A list looks like net,server,-net/partition");
    }
    if (first && on) faults.StartWithNothing();
    if (absl::Status added = faults.Add(item, on); !added.ok()) return added;
    first = false;
    if (comma == std::string_view::npos) return faults;
    list.remove_prefix(comma + 1);
  }
}

Faults& Faults::AtMost(std::uint32_t count) {
  at_most_ = count;
  return *this;
}

void Faults::StartWithNothing() {
  starts_with_nothing_ = true;
  rules_.clear();
  Tabulate();
}

absl::Status Faults::Add(std::string_view name, bool on) {
  const std::size_t equals = name.find('=');
  const bool has_answer = equals != std::string_view::npos;
  Rule rule{.name = std::string(Trim(name.substr(0, equals))),
            .answer = has_answer ? std::string(Trim(name.substr(equals + 1))) : std::string(),
            .on = on};
  if (absl::Status known = CheckKnown(rule); !known.ok()) return known;
  rules_.push_back(std::move(rule));
  Tabulate();
  return absl::OkStatus();
}

void Faults::AddOrThrow(std::string_view name, bool on) {
  if (const absl::Status added = Add(name, on); !added.ok()) {
    throw std::invalid_argument(std::string(added.message()));
  }
}

absl::Status Faults::CheckKnown(const Rule& rule) const {
  if (rule.answer.empty()) {
    const auto sites = catalog_->sites();
    const bool known = IsWord(rule.name) || rule.name.starts_with(kOwnInputs) ||
                       std::any_of(sites.begin(), sites.end(), [&](const sim::ChoiceSite* site) {
                         return IsNameOrGroupOf(rule.name, *site);
                       });
    if (known) return absl::OkStatus();
  } else if (const sim::ChoiceSite* site = catalog_->FindSite(rule.name); site != nullptr) {
    if (std::find(site->answers.begin(), site->answers.end(), rule.answer) != site->answers.end()) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(fmt::format("fault '{}' has no answer '{}'; it has {}",
                                                  rule.name, rule.answer,
                                                  fmt::join(site->answers, ", ")));
  } else if (rule.name.starts_with(kOwnInputs)) {
    return absl::OkStatus();
  }
  const std::vector<std::string> near = catalog_->Suggest(rule.name);
  return absl::InvalidArgumentError(
      fmt::format("there is no fault or group of faults '{}'{}", rule.name,
                  near.empty() ? std::string("; the command `list` shows them all")
                               : fmt::format("; did you mean {}?", fmt::join(near, " or "))));
}

bool Faults::Concerns(const Rule& rule, const sim::ChoiceSite& site, sim::Answer answer) {
  if (!rule.answer.empty())
    return site.name == rule.name && site.answers[answer - 1] == rule.answer;
  if (rule.name == kAll) return OnByDefault(site);
  if (rule.name == kOrder) return site.choice_class == sim::ChoiceClass::kOrder;
  if (rule.name == kInputs) return site.choice_class == sim::ChoiceClass::kInput;
  if (rule.name == kLies) return Lies(site);
  if (!IsNameOrGroupOf(rule.name, site)) return false;
  // A group brings only what is on by default; what is not has to be named.
  return !rule.on || site.name == rule.name || OnByDefault(site);
}

std::uint64_t Faults::Evaluate(const sim::ChoiceSite& site) const {
  std::uint64_t allowed = 0;
  for (sim::Answer answer = 1; answer <= site.answers.size(); ++answer) {
    bool on = !starts_with_nothing_ && OnByDefault(site);
    for (const Rule& rule : rules_) {
      if (Concerns(rule, site, answer)) on = rule.on;
    }
    if (on) allowed |= std::uint64_t{1} << answer;
  }
  return allowed;
}

void Faults::Tabulate() {
  for (const sim::ChoiceSite* site : catalog_->sites()) allowed_[site->hash] = Evaluate(*site);
}

std::uint64_t Faults::AllowedAnswers(const sim::ChoiceSite& site) const {
  const auto found = allowed_.find(site.hash);
  return found == allowed_.end() ? Evaluate(site) : found->second;
}

bool Faults::Allows(sim::ChoiceClass choice_class) const {
  if (choice_class == sim::ChoiceClass::kInput) {
    return std::any_of(rules_.begin(), rules_.end(), [](const Rule& rule) {
      return rule.on && (rule.name == kInputs || rule.name.starts_with(kOwnInputs));
    });
  }
  const auto sites = catalog_->sites();
  return std::any_of(sites.begin(), sites.end(), [&](const sim::ChoiceSite* site) {
    return site->choice_class == choice_class && AllowedAnswers(*site) != 0;
  });
}

std::string Faults::Text() const {
  std::vector<std::string> items;
  // A list that begins with "-" starts from what is on by default, and so does "all".
  if (!starts_with_nothing_ && (rules_.empty() || rules_.front().on)) items.emplace_back(kAll);
  for (const Rule& rule : rules_) {
    items.push_back(fmt::format("{}{}{}{}", rule.on ? "" : "-", rule.name,
                                rule.answer.empty() ? "" : "=", rule.answer));
  }
  return fmt::format("{}", fmt::join(items, ","));
}

}  // namespace groundhog::faults
