// Chains of runs: continue-as-new, retry, cron (SEMANTICS b.6, f.7), and what a reset makes of
// them. One run of a workflow id is open at a time, and a run that names its successor has it.
#pragma once

#include "properties/evidence.h"

namespace groundhog::properties {

// Part of `history`: runs and their successors name each other.
void CheckLinks(const Evidence& evidence, Violations& found);
// Part of `retry`: a failed run is tried again when its policy says so, as often and as late as it
// says.
void CheckRetriesOfRuns(const Evidence& evidence, Violations& found);

}  // namespace groundhog::properties
