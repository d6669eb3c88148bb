#include "faults/catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/nearest_names.h"
#include "runtime/server/sites.h"
#include "runtime/worker/sites.h"
#include "sim/network.h"
#include "sim/service_sites.h"

namespace groundhog::faults {
namespace {

struct AnswerMeaning {
  std::string_view answer;
  std::string_view meaning;
};
// The lengths are those of sim/lengths.h.
constexpr auto kAnswerMeanings = std::to_array<AnswerMeaning>({
    {"crash", "crashes and is back after a second"},
    {"long_outage", "crashes and is away for longer than all retries"},
    {"pause", "stands still for longer than one attempt, then goes on"},
    {"brief", "less than any timeout"},
    {"outlasts_attempt", "more than one attempt"},
    {"outlasts_retries", "more than all retries"},
    {"error", "reports an error that may be retried"},
    {"non_retryable_error", "reports an error that must not be retried"},
    {"hang", "hangs in it for ever"},
    {"refused", "refuses a transaction"},
    {"unknown_written", "writes a transaction and does not say so"},
    {"unknown_not_written", "neither writes a transaction nor says so"},
    {"1_other", "one other delivery to the same process"},
    {"2_others", "two other deliveries to the same process"},
});

std::string MeaningOf(std::string_view answer) {
  for (const AnswerMeaning& known : kAnswerMeanings) {
    if (known.answer == answer) return std::string(known.meaning);
  }
  std::string text(answer);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

}  // namespace

bool Lies(const sim::ChoiceSite& site) {
  constexpr std::string_view kSuffix = ".lie";
  return site.name.size() >= kSuffix.size() &&
         site.name.substr(site.name.size() - kSuffix.size()) == kSuffix;
}

bool OnByDefault(const sim::ChoiceSite& site) {
  return site.choice_class == sim::ChoiceClass::kFault && !Lies(site);
}

bool IsNameOrGroupOf(std::string_view name, const sim::ChoiceSite& site) {
  if (site.name.substr(0, name.size()) != name) return false;
  if (site.name.size() == name.size()) return true;
  const char next = site.name[name.size()];
  return !name.empty() && (next == '/' || next == '.');
}

std::string FaultKind::Name() const {
  if (site->answers.size() == 1) return std::string(site->name);
  return fmt::format("{}={}", site->name, site->answers[answer - 1]);
}

std::string_view FaultKind::Where() const { return site->name.substr(0, site->name.find('/')); }

std::string FaultKind::Meaning() const {
  std::string text(site->meaning);
  if (site->answers.size() == 1) return text;
  const std::string meant = MeaningOf(site->answers[answer - 1]);
  const std::size_t hole = text.find("{}");
  if (hole == std::string::npos) return fmt::format("{}: {}", text, meant);
  return text.replace(hole, 2, meant);
}

Catalog::Catalog(std::vector<const sim::ChoiceSite*> sites) : sites_(std::move(sites)) {
  for (const sim::ChoiceSite* site : sites_) {
    for (sim::Answer answer = 1; answer <= site->answers.size(); ++answer) {
      kinds_.push_back(
          FaultKind{.site = site, .answer = answer, .on_by_default = OnByDefault(*site)});
    }
  }
}

const Catalog& Catalog::BuiltIn() {
  static const Catalog kCatalog = [] {
    std::vector<const sim::ChoiceSite*> sites;
    for (const auto& some :
         {sim::NetworkSites(), server::ServerSites(), worker::WorkerSites(), sim::ServiceSites()}) {
      sites.insert(sites.end(), some.begin(), some.end());
    }
    return Catalog(std::move(sites));
  }();
  return kCatalog;
}

const sim::ChoiceSite* Catalog::FindSite(std::string_view name) const {
  const auto found =
      std::find_if(sites_.begin(), sites_.end(),
                   [name](const sim::ChoiceSite* site) { return site->name == name; });
  return found == sites_.end() ? nullptr : *found;
}

std::vector<std::string> Catalog::Suggest(std::string_view misspelt) const {
  std::vector<std::string> names = {"all", "order", "inputs", "lies"};
  for (const FaultKind& kind : kinds_) {
    names.emplace_back(kind.Where());
    names.emplace_back(kind.site->name);
    names.push_back(kind.Name());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  constexpr std::size_t kMostSuggestions = 3;
  return NearestNames(misspelt, names, kMostSuggestions);
}

}  // namespace groundhog::faults
