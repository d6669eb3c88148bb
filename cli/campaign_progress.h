// Shows a campaign on the console while it runs: a progress line on a terminal, and each violation
// as soon as it is saved.
#pragma once

#include <string>

#include "cli/console.h"
#include "explore/campaign.h"

namespace groundhog::cli {

// `what` stands before the progress: the scenario. Both must outlive the observer.
explore::Observer ShowOn(Console& console, const std::string& what);
// As above, without a word about violations: for whoever shows them in his own way.
explore::Observer ShowProgressOn(Console& console, const std::string& what);

}  // namespace groundhog::cli
