// Whether a scenario survives the faults of a plan, as a sentence for people: what survives.h
// prints.
#pragma once

#include <string>

#include "explore/campaign.h"
#include "explore/result.h"
#include "faults/plan.h"
#include "world/scenario.h"

namespace groundhog::explore {

// All sets of at most so many faults; without AtMost every single one.
CampaignOptions EveryFaultOf(const faults::Faults& faults);

// What "survives …" is called.
std::string ClaimText(const CampaignOptions& options);

// What was covered; and for each violation its property, its message, its decisions one a line, and
// the command that reproduces it.
std::string SurvivalText(const CampaignResult& result);

}  // namespace groundhog::explore
