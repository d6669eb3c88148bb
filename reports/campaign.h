// A campaign's result as text for people and as JSON for programs.
#pragma once

#include <string>

#include "explore/campaign.h"
#include "explore/result.h"
#include "reports/json.h"
#include "reports/terminal_text.h"

namespace groundhog::reports {

// What was covered, how fast, and the first ten violations in a few lines each.
// Violations of several properties that show one bug stand together.
std::string CampaignText(const explore::CampaignResult& result, const TextStyle& style);
// DESIGN §10: scenario, strategy, runs, exhausted, points, pairs, violations[{property, message,
// decisions[], runs_to_find, reproduce}], elapsed_seconds, runs_per_second, digest; and more behind
// them.
Json CampaignJson(const explore::CampaignResult& result);
// One line of at most `width` columns: "12,345 runs, 23,456/s, 311 points covered, 2 violations".
std::string ProgressText(const explore::Progress& progress, std::size_t width);
// "1 other way", "5 other ways", "31 or more other ways"
std::string OtherWaysText(const explore::FoundViolation& violation);
// "12,345,678"
std::string Grouped(std::uint64_t number);

}  // namespace groundhog::reports
