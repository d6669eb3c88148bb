#include "cli/report_files.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/files.h"
#include "cli/played_simulation.h"
#include "explore/saved_failure.h"
#include "reports/campaign.h"
#include "reports/failure.h"
#include "reports/junit.h"

namespace groundhog::cli {
namespace {

// Of the saved failure, without ".json".
std::string StemOf(const ExploredScenario& explored, const explore::FoundViolation& violation) {
  explore::SavedFailure saved{.identity = violation.identity};
  saved.tape.scenario = explored.scenario->name;
  return std::filesystem::path(saved.FileName()).stem().string();
}

class ViolationReport {
 public:
  ViolationReport(const ExploredScenario& explored, const explore::FoundViolation& violation,
                  const std::string& program)
      : choices_(violation.decisions),
        played_(*explored.scenario, choices_, {.program = program}),
        report_{.scenario = explored.scenario->name,
                .strategy = explored.result->strategy,
                .violation = &violation,
                .simulation = played_.finished()} {}

  const reports::FailureReport& report() const { return report_; }

 private:
  sim::RecordedChoices choices_;
  PlayedSimulation played_;
  reports::FailureReport report_;
};

}  // namespace

std::string ViolationText(const ExploredScenario& explored,
                          const explore::FoundViolation& violation, const std::string& program,
                          const reports::TextStyle& style) {
  return reports::FailureText(ViolationReport(explored, violation, program).report(), style);
}

std::vector<std::string> WriteReports(const std::string& directory,
                                      std::span<const ExploredScenario> all,
                                      const std::string& program) {
  std::vector<std::string> paths;
  const auto write = [&](const std::string& name, std::string_view text) {
    paths.push_back((std::filesystem::path(directory) / name).string());
    WriteOutput(paths.back(), text);
  };
  std::vector<reports::JunitSuite> suites;
  reports::Json campaigns = reports::Json::array();
  for (const ExploredScenario& explored : all) {
    reports::JunitSuite suite{.result = explored.result,
                              .properties = PropertiesOf(*explored.scenario)};
    for (const explore::FoundViolation& violation : explored.result->violations) {
      const ViolationReport made(explored, violation, program);
      suite.details.push_back(reports::FailureText(made.report(), Console::FileStyle()));
      const std::string stem = StemOf(explored, violation);
      write(stem + ".txt", suite.details.back());
      write(stem + ".report.json", reports::JsonText(reports::FailureJson(made.report())));
      if (!violation.file.empty()) paths.push_back(violation.file);
    }
    campaigns.push_back(reports::CampaignJson(*explored.result));
    suites.push_back(std::move(suite));
  }
  write("explore.json", reports::JsonText(all.size() == 1 ? campaigns.front() : campaigns));
  write("junit.xml", reports::JunitXml(suites));
  return paths;
}

}  // namespace groundhog::cli
