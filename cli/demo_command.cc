// groundhog demo: the tutorial's money transfer under crashes, and its hardened sibling. Everything
// is computed on the spot.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/campaign_progress.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/input_error.h"
#include "cli/numbers.h"
#include "cli/played_simulation.h"
#include "cli/report_files.h"
#include "explore/campaign.h"
#include "explore/reproduce_command.h"
#include "explore/simulation_subject.h"
#include "reports/campaign.h"
#include "reports/decision_text.h"
#include "reports/failure.h"
#include "reports/timeline.h"
#include "sim/recorded_choices.h"

namespace groundhog::cli {
namespace {

using explore::CampaignOptions;
using explore::CampaignResult;
using explore::FoundViolation;
using reports::Grouped;
using reports::Ink;
using reports::Json;
using reports::Paint;
using reports::Printable;

constexpr std::string_view kTutorial = "money_transfer";
constexpr std::string_view kHardened = "money_transfer_hardened";
constexpr std::uint64_t kRandomRuns = 20'000;

struct DemoOptions {
  std::string report = "groundhog-demo";
  std::string jobs;
};

// How one scenario came out of given decisions.
struct Outcome {
  std::string status = {};
  std::int64_t total = 0;
  std::vector<std::string> broken = {};
  std::size_t never_asked = 0;
};

class Demo {
 public:
  Demo(const DemoOptions& options, Session& session)
      : options_(options),
        session_(session),
        console_(session.console),
        tutorial_(session.FindScenario(std::string(kTutorial))),
        hardened_(session.FindScenario(std::string(kHardened))) {}

  void Run();

 private:
  void ShowUneventfulRun();
  void ExploreTutorial();
  void Offer(const FoundViolation& violation);
  void ShowFindings();
  void ProveHardened();
  void CompareUnderFindings();
  void WriteAll();

  void Step(std::string_view title, std::string_view explanation);
  void Say(std::string_view text) { console_.Print(text); }
  CampaignResult Explore(const ScenarioEntry& scenario, CampaignOptions options) const;
  Outcome Play(const ScenarioEntry& scenario, const std::vector<sim::Decision>& decisions) const;

  const DemoOptions& options_;
  Session& session_;
  Console& console_;
  const ScenarioEntry& tutorial_;
  const ScenarioEntry& hardened_;
  std::size_t step_ = 0;
  std::uint32_t jobs_ = 0;  // 0: all cores
  CampaignResult tutorial_result_;
  CampaignResult hardened_result_;
  std::vector<const FoundViolation*> shown_;  // one for each of the tutorial's own claims
  Json under_findings_ = Json::array();
  bool survived_findings_ = true;
};

void Demo::Run() {
  if (!options_.jobs.empty()) {
    jobs_ = static_cast<std::uint32_t>(ParseCount("--jobs", options_.jobs, 1, 1024));
  }
  PrepareDirectory(options_.report);
  ShowUneventfulRun();
  ExploreTutorial();
  ShowFindings();
  ProveHardened();
  CompareUnderFindings();
  WriteAll();
}

void Demo::Step(std::string_view title, std::string_view explanation) {
  std::string text = fmt::format(
      "\n{}\n", Paint(console_.style(), Ink::kBold, fmt::format("── {}. {} ", ++step_, title)));
  for (const std::string& line : reports::Wrap(explanation, console_.style().width))
    text += line + "\n";
  Say(text + "\n");
}

CampaignResult Demo::Explore(const ScenarioEntry& scenario, CampaignOptions options) const {
  options.failures_directory = options_.report;
  options.program = session_.program;
  options.jobs = jobs_;
  CampaignResult result =
      ValueOrThrow(explore::Explore(scenario.name, explore::SubjectOf(scenario), options,
                                    ShowProgressOn(console_, scenario.name)));
  console_.EndProgress();
  return result;
}

Outcome Demo::Play(const ScenarioEntry& scenario,
                   const std::vector<sim::Decision>& decisions) const {
  sim::RecordedChoices choices(decisions);
  const PlayedSimulation played(scenario, choices, {.program = session_.program});
  Outcome outcome{.never_asked = choices.Unused().size()};
  for (const properties::Violation& violation : played.verdict().violations)
    outcome.broken.push_back(violation.property);
  if (played.finished() == nullptr) return outcome;
  for (const properties::RunRecord& run : played.finished()->evidence->runs) {
    outcome.status +=
        (outcome.status.empty() ? "" : ", ") + std::string(history::NameOf(run.status));
  }
  for (const auto& [service, ledger] : played.finished()->evidence->ledgers)
    outcome.total += ledger.Total();
  return outcome;
}

void Demo::ShowUneventfulRun() {
  Step("The tutorial's money transfer, and nothing goes wrong",
       "A workflow withdraws 250 from one account, deposits them in another, and refunds them if "
       "the deposit fails. Client, "
       "server, worker and bank are simulated processes on a virtual clock.");
  sim::RecordedChoices uneventful;
  const PlayedSimulation played(tutorial_, uneventful, {.program = session_.program});
  if (played.finished() == nullptr)
    throw std::runtime_error(played.verdict().violations.front().message);
  Say(reports::LanesText(*played.finished(), {.style = console_.style(), .max_rows = 20}));
  Say(reports::LedgersText(*played.finished(), console_.style()));
}

void Demo::ExploreTutorial() {
  Step("The same day, over and over, with everything that may go wrong",
       "Crashes of server and worker, lost, late and repeated messages, partitions, failing and "
       "hanging activities, a bank "
       "that is down: each run draws its own mix. What breaks a property is shrunk to the few "
       "decisions that matter.");
  CampaignOptions options;
  options.max_runs = kRandomRuns;
  tutorial_result_ = Explore(tutorial_, options);
  const CampaignResult& result = tutorial_result_;
  std::vector<const FoundViolation*> own;
  for (const FoundViolation& violation : result.violations) {
    if (!properties::IsBuiltIn(violation.property)) own.push_back(&violation);
  }
  Say(fmt::format("  {} runs in {:.1f} s, {} of them broke something, in {} different ways:\n",
                  Grouped(result.runs), result.elapsed_seconds, Grouped(result.failed_runs),
                  own.size()));
  for (const FoundViolation* violation : own) {
    Offer(*violation);
    Say("  " + Paint(console_.style(), Ink::kBad, "✖ " + Printable(violation->property)) + "\n");
    Say(reports::Indented(violation->identity.outline, 4, console_.style()));
    for (const std::string& decision : explore::DecisionTexts(violation->decisions))
      Say("      " + Paint(console_.style(), Ink::kAccent, Printable(decision)) + "\n");
    if (!violation->other_ways.empty()) {
      Say(Paint(console_.style(), Ink::kDim,
                "      " + reports::OtherWaysText(*violation) + " to it\n"));
    }
  }
}

// Of each claim the finding that came first.
void Demo::Offer(const FoundViolation& violation) {
  const bool known = std::any_of(shown_.begin(), shown_.end(), [&](const FoundViolation* other) {
    return other->property == violation.property;
  });
  if (!known) shown_.push_back(&violation);
}

void Demo::ShowFindings() {
  for (const FoundViolation* violation : shown_) {
    Step(fmt::format("Found: it is not true that {}", Printable(violation->property)),
         "The smallest way to it that is left when no decision can be taken away:");
    Say(ViolationText({&tutorial_, &tutorial_result_}, *violation, session_.program,
                      console_.style()));
  }
  if (shown_.empty())
    Say("\n  The tutorial's claims held in all these runs; more of them may tell more.\n");
}

void Demo::ProveHardened() {
  Step("The hardened sibling, under every fault and every two faults",
       "It asks the bank again until the bank itself has answered, instead of believing that what "
       "timed out did not happen. "
       "No sampling here: each set of at most two faults is tried exactly once.");
  CampaignOptions options;
  options.strategy = explore::StrategyKind::kBounded;
  options.faults.AtMost(2);
  hardened_result_ = Explore(hardened_, options);
  Say(reports::CampaignText(hardened_result_, console_.style()));
}

void Demo::CompareUnderFindings() {
  Step("The hardened sibling under the very decisions that broke the tutorial",
       "Decisions are read by name, so those of one workflow can be played to another.");
  for (const FoundViolation* violation : shown_) {
    const Outcome before = Play(tutorial_, violation->decisions);
    const Outcome after = Play(hardened_, violation->decisions);
    survived_findings_ = survived_findings_ && after.broken.empty();
    std::string text = reports::ExplainedDecisions(violation->decisions, console_.style());
    text += fmt::format("    {:<26} {:<10} all money: {:>6}   {}\n", kTutorial, before.status,
                        before.total,
                        Paint(console_.style(), Ink::kBad, "✖ " + Printable(violation->property)));
    text += fmt::format(
        "    {:<26} {:<10} all money: {:>6}   {}\n", kHardened, after.status, after.total,
        after.broken.empty()
            ? Paint(console_.style(), Ink::kGood, "✔ everything held")
            : Paint(console_.style(), Ink::kBad, "✖ " + Printable(after.broken.front())));
    if (after.never_asked != 0)
      text += fmt::format("    ({} of the decisions never came up there)\n", after.never_asked);
    Say(text + "\n");
    under_findings_.push_back({{"property", violation->property},
                               {"decisions", reports::DecisionsJson(violation->decisions)},
                               {"tutorial_total", before.total},
                               {"hardened_total", after.total},
                               {"hardened_violations", after.broken},
                               {"never_asked", after.never_asked}});
  }
}

void Demo::WriteAll() {
  const std::vector<ExploredScenario> explored = {{&tutorial_, &tutorial_result_},
                                                  {&hardened_, &hardened_result_}};
  const std::vector<std::string> paths = WriteReports(options_.report, explored, session_.program);
  const bool as_promised = shown_.size() >= 2 && hardened_result_.holds() &&
                           hardened_result_.exhausted && survived_findings_;
  session_.status = as_promised ? kHeld : kViolated;
  std::string text = fmt::format(
      "The reports are in {}: text, JSON, JUnit XML, and each failure as a file that "
      "`{} reproduce` runs again.\n",
      options_.report, session_.program);
  if (!as_promised) text += "The demonstration did not show all that it is meant to show.\n";
  Say(text);
  if (!console_.json()) return;
  console_.PrintJson({{"tutorial", reports::CampaignJson(tutorial_result_)},
                      {"hardened", reports::CampaignJson(hardened_result_)},
                      {"under_the_same_decisions", under_findings_},
                      {"files", paths}});
}

}  // namespace

void AddDemoCommand(CLI::App& app, Session& session) {
  const auto has = [&session](std::string_view name) {
    return std::any_of(session.registered.scenarios.begin(), session.registered.scenarios.end(),
                       [name](const ScenarioEntry& entry) { return entry.name == name; });
  };
  if (!has(kTutorial) || !has(kHardened)) return;
  CLI::App* command = app.add_subcommand("demo", "The money transfer under crashes, in a minute");
  const auto options = std::make_shared<DemoOptions>();
  command
      ->add_option("--report", options->report,
                   "write reports and saved failures into this directory (groundhog-demo)")
      ->type_name("DIR");
  command->add_option("--jobs", options->jobs, "threads (all cores)")->type_name("N");
  AddJsonOption(*command, session);
  AddExamples(*command, session, {"demo", "demo --report out --json"});
  command->callback([&session, options] { Demo(*options, session).Run(); });
}

}  // namespace groundhog::cli
