#include "explore/campaign.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <set>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/wait.h>

#include "explore/random.h"
#include "explore/saved_failure.h"
#include "sim/recorded_choices.h"
#include "sim/seeded_choices.h"
#include "tests/catch.h"
#include "tests/explore/folder.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

using Catch::Matchers::ContainsSubstring;

CampaignOptions Random(std::uint64_t runs, std::uint32_t jobs) {
  return {.strategy = StrategyKind::kRandom, .faults = ToyFaults(), .max_runs = runs, .jobs = jobs};
}

CampaignResult Explored(const ToyFunction& toy, const CampaignOptions& options) {
  absl::StatusOr<CampaignResult> result = Explore("toy", ToySubject(toy), options);
  REQUIRE(result.ok());
  return *std::move(result);
}

// Twelve activities with three attempts each, and several bugs: some need one fault, some two, some
// a fault of a retry.
void Buggy(Toy& toy) {
  const std::vector<std::string> activities = {"a", "b", "c", "d", "e", "f",
                                               "g", "h", "i", "j", "k", "l"};
  int lost = 0;
  bool crashed_c = false;
  for (const std::string& activity : activities) {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      const bool failed = toy.Ask(kFail, activity, attempt) != 0;
      if (toy.Ask(kLose, activity, attempt) != 0 && activity < "d") ++lost;
      const sim::Answer crash = toy.Ask(kCrash, activity, attempt);
      if (crash != 0 && activity == "c") crashed_c = true;
      if (crash == 2 && activity == "k" && crashed_c) toy.Violate("order", "k before c");
      if (failed && attempt == 2 && activity == "f") toy.Violate("money", "the retry of f failed");
      if (!failed) break;
    }
  }
  if (lost >= 2) toy.Violate("money", "two reports lost");
}

// All but the times.
std::string Essence(const CampaignResult& result) {
  std::string text = ProofLine(result) + " runs " + std::to_string(result.runs) + " failed " +
                     std::to_string(result.failed_runs) + " points " +
                     std::to_string(result.points) + " pairs " + std::to_string(result.pairs) +
                     " digest " + std::to_string(result.digest) +
                     (result.exhausted ? " exhausted" : "");
  for (const FoundViolation& violation : result.violations) {
    text += "\n" + violation.identity.Text() + " " + violation.message + " at " +
            std::to_string(violation.runs_to_find) + " after " +
            std::to_string(violation.shrink_runs) + " digest " + std::to_string(violation.digest) +
            " " + violation.reproduce;
    for (const OtherWay& way : violation.other_ways)
      text += "\n  or " + way.reproduce + " at " + std::to_string(way.found_at_run);
  }
  return text;
}

TEST_CASE("the answer does not depend on the number of threads", "[campaign]") {
  const std::uint64_t runs = 4'000;
  for (const bool first_only : {false, true}) {
    for (const StrategyKind kind :
         {StrategyKind::kRandom, StrategyKind::kSweep, StrategyKind::kBounded}) {
      CampaignOptions options = Random(runs, 1);
      options.strategy = kind;
      options.first_only = first_only;
      if (kind == StrategyKind::kBounded) options.faults.AtMost(2);
      const CampaignResult one = Explored(Buggy, options);
      INFO(NameOf(kind) << (first_only ? " first only" : ""));
      for (const std::uint32_t jobs : {2U, 4U, 7U}) {
        options.jobs = jobs;
        CHECK(Essence(Explored(Buggy, options)) == Essence(one));
      }
    }
  }
}

TEST_CASE("random runs find the planted bugs, tell them apart and shrink each", "[campaign]") {
  const CampaignResult result = Explored(Buggy, Random(20'000, 2));
  CHECK(result.runs == 20'000);
  CHECK_FALSE(result.exhausted);
  std::set<std::string> messages;
  for (const FoundViolation& violation : result.violations) {
    INFO(violation.reproduce);
    messages.insert(violation.message);
    CHECK(violation.minimal);
    CHECK(violation.decisions.size() == 2);
    Runner runner(ToySubject(Buggy));
    sim::RecordedChoices choices(violation.decisions);
    const Verdict verdict = runner.Run(choices);
    CHECK(choices.Unused().empty());
    CHECK(verdict.digest == violation.digest);
    CHECK(FindViolation(verdict, violation.property) != nullptr);
  }
  CHECK(messages ==
        std::set<std::string>{"two reports lost", "the retry of f failed", "k before c"});
}

TEST_CASE("pairs find every planted bug of two faults, each at its lowest run", "[campaign]") {
  CampaignOptions options = Random(1, 2);
  options.strategy = StrategyKind::kBounded;
  options.faults.AtMost(2);
  options.max_runs.reset();
  const CampaignResult result = Explored(Buggy, options);
  CHECK(result.exhausted);
  std::uint64_t last = 0;
  std::set<std::string> identities;
  for (const FoundViolation& violation : result.violations) {
    CHECK(violation.runs_to_find >= last);
    last = violation.runs_to_find;
    CHECK(identities.insert(violation.identity.Text()).second);
  }
  CHECK(identities == std::set<std::string>{"order [k before c]", "money [two reports lost]",
                                            "money [the retry of f failed]"});
}

TEST_CASE("a violation of the uneventful run has no decisions and hides its like") {
  const auto toy = [](Toy& run) {
    run.Ask(kLose, "withdraw", 1);
    run.Violate("money", "always");
  };
  CampaignOptions options = Random(100, 1);
  options.strategy = StrategyKind::kBounded;
  options.faults.AtMost(2);
  const CampaignResult result = Explored(toy, options);
  REQUIRE(result.violations.size() == 1);
  CHECK(result.violations[0].decisions.empty());
  CHECK(result.violations[0].runs_to_find == 1);
  CHECK(result.failed_runs == 2);
}

TEST_CASE("an exception is a violation like any other, and shrinks", "[campaign]") {
  const auto toy = [](Toy& run) {
    run.Ask(kFail, "deposit", 1);
    if (run.Ask(kLose, "withdraw", 1) != 0) throw std::runtime_error("author's mistake");
  };
  const CampaignResult result = Explored(toy, Random(500, 2));
  REQUIRE(result.violations.size() == 1);
  CHECK(result.violations[0].property == kThrew);
  CHECK(result.violations[0].message == "the simulation threw: author's mistake");
  CHECK(result.violations[0].decisions ==
        std::vector<sim::Decision>{MakeDecision(kLose, "withdraw", 1, "lost")});
}

TEST_CASE("the first failure only is the lowest, and the runs end there", "[campaign]") {
  CampaignOptions options = Random(20'000, 1);
  const CampaignResult all = Explored(Buggy, options);
  options.first_only = true;
  options.jobs = 3;
  const CampaignResult first = Explored(Buggy, options);
  REQUIRE_FALSE(first.violations.empty());
  CHECK(first.violations[0].runs_to_find == all.violations[0].runs_to_find);
  CHECK(first.runs == first.violations[0].runs_to_find);
  CHECK(first.failed_runs == 1);
}

TEST_CASE("a random run is that of the seed derived from its index") {
  const CampaignResult result = Explored(Buggy, Random(20'000, 1));
  const FoundViolation& violation = result.violations.at(0);
  const faults::Faults faults = ToyFaults();
  sim::SeededChoices choices(
      {.seed = SeedOfRun(1, violation.found_at_run - 1)},
      [&](const sim::ChoiceSite& site, sim::Answer answer) { return faults.Allows(site, answer); });
  Runner runner(ToySubject(Buggy));
  CHECK(FindViolation(runner.Run(choices), violation.property) != nullptr);
  CHECK(sim::DecisionsOf(choices) == violation.found_decisions);
}

TEST_CASE("a budget in seconds says how many runs it came to, and so many give the same answer",
          "[campaign]") {
  CampaignOptions options = Random(1, 2);
  options.max_runs.reset();
  options.max_seconds = 0.05;
  const CampaignResult timed = Explored(Buggy, options);
  CHECK(timed.runs > 0);
  options.max_seconds.reset();
  options.max_runs = timed.runs;
  CHECK(Essence(Explored(Buggy, options)) == Essence(timed));
}

TEST_CASE("an enumeration that the clock ends is not exhausted", "[campaign]") {
  CampaignOptions options = Random(1, 2);
  options.strategy = StrategyKind::kBounded;
  options.faults.AtMost(6);
  options.max_runs.reset();
  options.max_seconds = 0.05;
  const CampaignResult result = Explored(Buggy, options);
  CHECK_FALSE(result.exhausted);
  CHECK(result.levels.back().tried < result.levels.back().of);
}

TEST_CASE("observers are called on the caller's thread, and progress at most ten times a second",
          "[campaign]") {
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<Progress> progress;
  std::vector<std::string> told;
  bool elsewhere = false;
  const Observer observer{.on_progress =
                              [&](const Progress& now) {
                                elsewhere = elsewhere || std::this_thread::get_id() != caller;
                                progress.push_back(now);
                              },
                          .on_violation =
                              [&](const FoundViolation& violation) {
                                elsewhere = elsewhere || std::this_thread::get_id() != caller;
                                told.push_back(violation.identity.Text());
                              }};
  CampaignOptions options = Random(1, 2);
  options.max_runs.reset();
  options.max_seconds = 0.35;
  const auto result = Explore("toy", ToySubject(Buggy), options, observer);
  REQUIRE(result.ok());
  CHECK_FALSE(elsewhere);
  std::vector<std::string> found;
  for (const FoundViolation& violation : result->violations)
    found.push_back(violation.identity.Text());
  CHECK(told == found);
  CHECK(progress.size() >= 1);
  CHECK(static_cast<double>(progress.size()) <= result->elapsed_seconds * 10 + 2);
  CHECK(progress.back().runs == result->runs);
  CHECK(progress.back().points == result->points);
  CHECK(progress.back().violations == result->violations.size());
}

TEST_CASE("options that make no sense are refused") {
  const SubjectFactory make = ToySubject(Buggy);
  CampaignOptions options = Random(1, 1);
  options.max_runs.reset();
  CHECK_THAT(std::string(Explore("toy", make, options).status().message()),
             ContainsSubstring("never ends"));
  options.max_runs = 0;
  CHECK_THAT(std::string(Explore("toy", make, options).status().message()),
             ContainsSubstring("0 runs"));
  options.max_runs = 10;
  options.max_seconds = -1;
  CHECK_THAT(std::string(Explore("toy", make, options).status().message()),
             ContainsSubstring("seconds"));
  options.max_seconds.reset();
  options.failures_directory = "/proc/no/such/place";
  CHECK_THAT(std::string(Explore("toy", make, options).status().message()),
             ContainsSubstring("/proc/no/such/place"));
}

TEST_CASE("every violation found is saved where the result says, and loads") {
  const Folder folder;
  CampaignOptions options = Random(20'000, 2);
  options.failures_directory = folder.path();
  const CampaignResult result = Explored(Buggy, options);
  REQUIRE(result.violations.size() >= 3);
  for (const FoundViolation& violation : result.violations) {
    const auto failure = LoadFailure(violation.file);
    REQUIRE(failure.ok());
    CHECK(failure->tape.scenario == "toy");
    CHECK(failure->tape.decisions == violation.decisions);
    CHECK(failure->tape.seed == SeedOfRun(1, violation.found_at_run - 1));
    CHECK(failure->identity == violation.identity);
    CHECK(failure->digest == violation.digest);
    CHECK(failure->message == violation.message);
  }
}

TEST_CASE("a failure that cannot be saved ends the campaign with an error, and is not reported") {
  const Folder folder;
  CampaignOptions options = Random(20'000, 2);
  options.failures_directory = folder.path() + "/gone";
  bool told = false;
  std::atomic<bool> removed{false};
  const auto toy = [&](Toy& run) {
    if (!removed.exchange(true)) std::filesystem::remove_all(folder.path() + "/gone");
    Buggy(run);
  };
  const auto result = Explore("toy", ToySubject(toy), options,
                              {.on_violation = [&](const FoundViolation&) { told = true; }});
  REQUIRE_FALSE(result.ok());
  CHECK_THAT(std::string(result.status().message()), ContainsSubstring("gone"));
  CHECK_FALSE(told);
}

// Explores without end, and writes one line to `out` for each violation that it is told of.
[[noreturn]] void ExploreUntilKilled(const std::string& directory, int out) {
  const auto toy = [](Toy& run) {
    for (int i = 0; i < 400; ++i) {
      // Names without numbers: each is a violation of its own.
      const std::string activity = {static_cast<char>('a' + i / 26),
                                    static_cast<char>('a' + i % 26)};
      if (run.Ask(kLose, activity, 1) != 0) run.Violate("money", activity);
    }
  };
  CampaignOptions options = Random(1, 2);
  options.max_runs.reset();
  options.max_seconds = 60;
  options.failures_directory = directory;
  const Observer observer{.on_violation = [out](const FoundViolation& violation) {
    const std::string line = violation.file + "\n";
    if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
  }};
  const auto result = Explore("toy", ToySubject(toy), options, observer);
  ::_exit(result.ok() ? 0 : 1);
}

TEST_CASE("kill -9 at any moment loses nothing that had been reported") {
  for (const std::size_t kill_after : {1U, 7U, 40U}) {
    const Folder folder;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      ExploreUntilKilled(folder.path(), ends[1]);
    }
    ::close(ends[1]);
    std::string printed;
    bool killed = false;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
      printed.append(buffer, static_cast<std::size_t>(got));
      const auto lines = static_cast<std::size_t>(std::count(printed.begin(), printed.end(), '\n'));
      if (!killed && lines >= kill_after) {
        ::kill(child, SIGKILL);
        killed = true;
      }
    }
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    std::istringstream lines(printed);
    std::size_t loaded = 0;
    for (std::string path; std::getline(lines, path); ++loaded) {
      INFO(path);
      const auto failure = LoadFailure(path);
      REQUIRE(failure.ok());
      CHECK(failure->tape.decisions.size() == 1);
    }
    CHECK(loaded >= kill_after);
    // Nor is there half a file of anything else.
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      if (entry.path().extension() == ".json") CHECK(LoadFailure(entry.path().string()).ok());
    }
  }
}

}  // namespace
}  // namespace groundhog::explore
