#include "reports/campaign.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "explore/reproduce_command.h"
#include "properties/evidence.h"
#include "reports/decision_text.h"
#include "reports/failure.h"

namespace groundhog::reports {
namespace {

std::string Plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(count), noun, count == 1 ? "" : "s");
}

// A violation, with those of other properties that show the same bug.
struct Bug {
  const explore::FoundViolation* violation = nullptr;
  std::vector<std::string> also_broken = {};
};

// The scenario's own claims first: what breaks them is what people want to know.
std::vector<Bug> BugsOf(const explore::CampaignResult& result) {
  std::vector<const explore::FoundViolation*> left;
  for (const explore::FoundViolation& violation : result.violations) left.push_back(&violation);
  std::stable_partition(left.begin(), left.end(), [](const explore::FoundViolation* violation) {
    return !properties::IsBuiltIn(violation->property);
  });
  std::vector<Bug> bugs;
  while (!left.empty()) {
    Bug bug{.violation = left.front()};
    left.erase(left.begin());
    std::erase_if(left, [&bug](const explore::FoundViolation* other) {
      const std::vector<std::string>& broken = bug.violation->also_broken;
      const bool same = !other->identity.outline.empty() &&
                        other->identity.outline == bug.violation->identity.outline &&
                        std::find(broken.begin(), broken.end(), other->property) != broken.end();
      if (same) bug.also_broken.push_back(other->property);
      return same;
    });
    bugs.push_back(std::move(bug));
  }
  return bugs;
}

std::string FoundText(const Bug& bug, std::size_t number, const TextStyle& style) {
  const explore::FoundViolation& violation = *bug.violation;
  std::string text = fmt::format("\n  {}  {}\n", number,
                                 Paint(style, Ink::kBad, "✖ " + Printable(violation.property)));
  if (!violation.identity.outline.empty())
    text += Paint(style, Ink::kBold, Indented(violation.identity.outline, 5, style));
  text += Indented(violation.message, 5, style);
  if (!bug.also_broken.empty()) {
    text += Indented(fmt::format("also broken: {}", fmt::join(bug.also_broken, ", ")), 5, style);
  }
  for (const explore::DecisionRange& range : explore::RangesOf(violation.decisions)) {
    text += "       " + Paint(style, Ink::kAccent, Printable(explore::TextOf(range))) + "\n";
    text += Paint(style, Ink::kDim, Indented(MeaningOf(range), 9, style));
  }
  std::string found = fmt::format("first seen at run {}", Grouped(violation.runs_to_find));
  if (!violation.minimal) found += "; not shrunk to the end";
  if (!violation.other_ways.empty()) found += "; " + OtherWaysText(violation) + " to it";
  text += Indented(found, 5, style);
  text += "     " + Printable(violation.reproduce) + "\n";
  if (!violation.file.empty()) text += "     saved in " + Printable(violation.file) + "\n";
  return text;
}

// The first few: more of them say little, and reports and JSON have them all.
std::string FoundTexts(const explore::CampaignResult& result, const TextStyle& style) {
  constexpr std::size_t kMostShown = 10;
  const std::vector<Bug> bugs = BugsOf(result);
  std::string text;
  for (std::size_t i = 0; i < bugs.size() && i < kMostShown; ++i) {
    text += FoundText(bugs[i], i + 1, style);
  }
  if (bugs.size() <= kMostShown) return text;
  return text + fmt::format("\n  … and {} more (--json and --report have them all)\n",
                            bugs.size() - kMostShown);
}

}  // namespace

std::string OtherWaysText(const explore::FoundViolation& violation) {
  const std::size_t count = violation.other_ways.size();
  return fmt::format("{}{} other way{}", count, count + 1 >= explore::kMostWays ? " or more" : "",
                     count == 1 ? "" : "s");
}

std::string Grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string CampaignText(const explore::CampaignResult& result, const TextStyle& style) {
  std::string text = Paint(style, Ink::kBold, Printable(result.scenario)) + ": ";
  if (result.holds()) {
    text += Paint(style, Ink::kGood, "everything held");
  } else {
    text += Paint(style, Ink::kBad, Plural(result.violations.size(), "distinct violation")) +
            fmt::format(" in {} that failed", Plural(result.failed_runs, "run"));
  }
  text += "\n";
  const std::size_t room = style.width > 22 ? style.width - 2 : 20;
  for (const std::string& line : Wrap(ProofLine(result), room))
    text += "  " + Printable(line) + "\n";
  if (result.interrupted)
    text += "  " + Paint(style, Ink::kWarning, "interrupted: this is what was done by then") + "\n";
  if (!result.levels.empty() && !result.exhausted) {
    text += "  " + Paint(style, Ink::kWarning, "not everything was tried: no proof") + "\n";
  }
  text +=
      Paint(style, Ink::kDim,
            fmt::format("  {} in {:.1f} s, {} runs/s; {} decided otherwise; digest {:016x}",
                        Plural(result.runs, "run"), result.elapsed_seconds,
                        Grouped(static_cast<std::uint64_t>(std::llround(result.runs_per_second))),
                        Plural(result.points, "point"), result.digest)) +
      "\n";
  return text + FoundTexts(result, style);
}

Json CampaignJson(const explore::CampaignResult& result) {
  Json violations = Json::array();
  for (const explore::FoundViolation& violation : result.violations)
    violations.push_back(ViolationJson(violation));
  Json levels = Json::array();
  for (const explore::LevelCount& level : result.levels) {
    levels.push_back(
        {{"tried", level.tried}, {"of", level.of}, {"at_created_points", level.at_created_points}});
  }
  return {{"scenario", result.scenario},
          {"strategy", result.strategy},
          {"runs", result.runs},
          {"exhausted", result.exhausted},
          {"points", result.points},
          {"pairs", result.pairs},
          {"violations", std::move(violations)},
          {"elapsed_seconds", result.elapsed_seconds},
          {"runs_per_second", result.runs_per_second},
          {"digest", DigestJson(result.digest)},
          {"faults", result.faults},
          {"seed", result.seed},
          {"failed_runs", result.failed_runs},
          {"interrupted", result.interrupted},
          {"levels", std::move(levels)},
          {"proof", ProofLine(result)}};
}

std::string ProgressText(const explore::Progress& progress, std::size_t width) {
  const auto speed = static_cast<std::uint64_t>(std::llround(progress.runs_per_second));
  return Shorten(
      fmt::format("{}, {} runs/s, {} covered, {}", Plural(progress.runs, "run"), Grouped(speed),
                  Plural(progress.points, "point"), Plural(progress.violations, "violation")),
      width);
}

}  // namespace groundhog::reports
