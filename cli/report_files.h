// The files of --report DIR:
//
//     explore.json                      what `explore --json` prints
//     junit.xml                         for CI systems
//     money_transfer-<identity>.json    each violation as `reproduce` and `run --tape` read it
//     (written as soon as it was found) money_transfer-<identity>.txt     the same for people
//     money_transfer-<identity>.report.json   and for programs, with the whole simulation
#pragma once

#include <span>
#include <string>
#include <vector>

#include "explore/result.h"
#include "reports/terminal_text.h"
#include "world/scenario.h"

namespace groundhog::cli {

struct ExploredScenario {
  const ScenarioEntry* scenario = nullptr;
  const explore::CampaignResult* result = nullptr;
};

// The text of one violation: its decisions are run once more.
std::string ViolationText(const ExploredScenario& explored,
                          const explore::FoundViolation& violation, const std::string& program,
                          const reports::TextStyle& style);
// All of them go into one junit.xml; explore.json is an object for one, a list for several. The
// paths written.
std::vector<std::string> WriteReports(const std::string& directory,
                                      std::span<const ExploredScenario> explored,
                                      const std::string& program);

}  // namespace groundhog::cli
