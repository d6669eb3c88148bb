// groundhog explore: many simulations under faults; what they violate, shrunk.

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/campaign_progress.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/input_error.h"
#include "cli/interruption.h"
#include "cli/numbers.h"
#include "cli/report_files.h"
#include "explore/campaign.h"
#include "explore/simulation_subject.h"
#include "reports/campaign.h"

namespace groundhog::cli {
namespace {

constexpr std::uint64_t kUsualRandomRuns = 10'000;

struct ExploreOptions {
  std::string scenario;
  std::string strategy = "random";
  std::string max_faults;
  std::string runs;
  std::string length;
  std::string jobs;
  std::string faults;
  std::string seed;
  std::string report;
  bool first = false;
};

explore::CampaignOptions CampaignOptionsOf(const ExploreOptions& options, const Session& session) {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  explore::CampaignOptions campaign;
  campaign.strategy = ValueOrThrow(explore::ParseStrategy(options.strategy));
  if (!options.faults.empty())
    campaign.faults = ValueOrThrow(faults::Faults::Parse(options.faults));
  if (!options.max_faults.empty()) {
    const std::uint64_t most = ParseCount("--max-faults", options.max_faults, 1, 1000);
    if (campaign.strategy == explore::StrategyKind::kSweep && most != 1) {
      throw InputError("a sweep tries single faults; for more at once use --strategy bounded");
    }
    campaign.faults.AtMost(static_cast<std::uint32_t>(most));
  }
  if (!options.runs.empty()) campaign.max_runs = ParseCount("--runs", options.runs, 1, kMost);
  if (!options.length.empty()) campaign.max_seconds = ParseLength("--for", options.length);
  if (!options.jobs.empty())
    campaign.jobs = static_cast<std::uint32_t>(ParseCount("--jobs", options.jobs, 1, 1024));
  if (!options.seed.empty()) campaign.seed = ParseCount("--seed", options.seed, 0, kMost);
  campaign.first_only = options.first;
  campaign.failures_directory = options.report;
  campaign.program = session.program;
  const bool endless = campaign.strategy == explore::StrategyKind::kRandom && !campaign.max_runs &&
                       !campaign.max_seconds && !campaign.first_only;
  if (endless) campaign.max_runs = kUsualRandomRuns;
  return campaign;
}

void Explore(const ExploreOptions& options, Session& session) {
  const ScenarioEntry& entry = session.FindScenario(options.scenario);
  const explore::CampaignOptions campaign = CampaignOptionsOf(options, session);
  if (!options.report.empty()) PrepareDirectory(options.report);
  Console& console = session.console;
  Interruption interruption;
  explore::Observer observer = ShowOn(console, entry.name);
  observer.wants_to_stop = [&interruption] { return interruption.Wished(); };
  const explore::CampaignResult result =
      ValueOrThrow(explore::Explore(entry.name, explore::SubjectOf(entry), campaign, observer));
  console.EndProgress();
  session.status = result.holds() ? kHeld : kViolated;
  if (result.holds() && result.interrupted) session.status = 128 + interruption.signal();
  console.Print(reports::CampaignText(result, console.style()));
  if (!options.report.empty()) {
    const ExploredScenario explored{&entry, &result};
    WriteReports(options.report, std::span(&explored, 1), session.program);
    console.Print(fmt::format("\nreports are in {}\n", options.report));
  }
  if (console.json()) console.PrintJson(reports::CampaignJson(result));
}

}  // namespace

void AddExploreCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("explore", "Run many simulations under faults, shrink what they violate");
  const auto options = std::make_shared<ExploreOptions>();
  command->add_option("SCENARIO", options->scenario, "which one; `list` shows them")
      ->required()
      ->type_name("");
  command
      ->add_option("--strategy", options->strategy,
                   "random: seeds, each with its own mix of faults (the default);\n"
                   "sweep: every single fault at every point;\n"
                   "bounded: every set of at most --max-faults")
      ->type_name("S");
  command
      ->add_option("--max-faults", options->max_faults,
                   "at most so many in one run (bounded: 2, random: 8)")
      ->type_name("K");
  command->add_option("--runs", options->runs, "at most so many runs (random without --for: 10000)")
      ->type_name("N");
  command->add_option("--for", options->length, "at most for so long: 60s, 500ms, 2m, 1h")
      ->type_name("TIME");
  command
      ->add_option("--jobs", options->jobs, "threads (all cores); the answer does not depend on it")
      ->type_name("N");
  command
      ->add_option("--faults", options->faults,
                   "which: sites, answers, groups, or all, order, inputs, lies; -name takes\n"
                   "away: net,server,-net/partition; `list` shows the names")
      ->type_name("LIST");
  command->add_flag("--first", options->first, "stop at the first violation");
  command->add_option("--seed", options->seed, "of the strategy random (1)")->type_name("N");
  command
      ->add_option("--report", options->report,
                   "write reports and saved failures into this directory")
      ->type_name("DIR");
  AddJsonOption(*command, session);
  AddExamples(*command, session,
              {"explore SCENARIO", "explore SCENARIO --strategy bounded --max-faults 2 --jobs 8",
               "explore SCENARIO --for 60s --faults net,worker,-net/partition",
               "explore SCENARIO --report out --json"});
  command->callback([&session, options] { Explore(*options, session); });
}

}  // namespace groundhog::cli
