#include "reports/campaign.h"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "explore/reproduce_command.h"
#include "reports/failure.h"

namespace groundhog::reports {
namespace {

std::string Plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(count), noun, count == 1 ? "" : "s");
}

std::string FoundText(const explore::FoundViolation& violation, std::size_t number,
                      const TextStyle& style) {
  std::string text = fmt::format("\n  {}  {}\n", number,
                                 Paint(style, Ink::kBad, "✖ " + Printable(violation.property)));
  const std::size_t room = style.width > 25 ? style.width - 5 : 20;
  for (const std::string& line : Wrap(Printable(violation.message), room))
    text += "     " + line + "\n";
  for (const std::string& decision : explore::DecisionTexts(violation.decisions)) {
    text += "       " + Paint(style, Ink::kAccent, Printable(decision)) + "\n";
  }
  text += fmt::format("     found at run {}, shrunk with {}{}\n", Grouped(violation.runs_to_find),
                      Plural(violation.shrink_runs, "more run"),
                      violation.minimal ? "" : ", not to the end");
  text += "     " + Printable(violation.reproduce) + "\n";
  if (!violation.file.empty()) text += "     saved in " + Printable(violation.file) + "\n";
  return text;
}

// Of each property the first few: more of them say little, and reports and JSON have them all.
std::string FoundTexts(const explore::CampaignResult& result, const TextStyle& style) {
  constexpr std::size_t kMostOfProperty = 3;
  std::map<std::string, std::size_t> seen;
  std::string text;
  for (std::size_t i = 0; i < result.violations.size(); ++i) {
    if (++seen[result.violations[i].property] > kMostOfProperty) continue;
    text += FoundText(result.violations[i], i + 1, style);
  }
  bool first = true;
  for (const auto& [property, count] : seen) {
    if (count <= kMostOfProperty) continue;
    text += fmt::format("{}  … and {} more distinct violations of: {}\n", first ? "\n" : "",
                        count - kMostOfProperty, Printable(property));
    first = false;
  }
  return first ? text : text + "  (--json and --report have them all)\n";
}

}  // namespace

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
