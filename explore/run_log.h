// RunLog: makes the runs of one unit of work and notes what they came to. One for each thread; a
// report for each unit.
//
// What a report holds does not depend on other threads, only on the unit, and on earlier units of
// the same thread in that what those have already told is not told again (they have lower run
// indices, so the reader knows it by then).
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "explore/identity.h"
#include "explore/subject.h"

namespace groundhog::explore {

// When runs may no longer be made. Written by the campaign, read by all threads.
struct StopSigns {
  std::atomic<bool> time_is_up{false};  // or the campaign cannot go on
  // Of a campaign that wants the first failure only: units behind this one are of no use.
  std::atomic<std::uint64_t> last_unit{std::numeric_limits<std::uint64_t>::max()};
  std::uint64_t max_runs = std::numeric_limits<std::uint64_t>::max();
  bool first_only = false;
};

// A run that failed, as the first of its kind in its unit.
struct Suspect {
  std::uint64_t run = 0;
  std::string property = {};
  std::string message = {};
  std::vector<sim::Decision> decisions = {};
  Identity identity = {};
  Kinds kinds = {};  // of `decisions`
  std::optional<std::uint64_t> seed = {};
};

struct UnitReport {
  std::uint64_t runs = 0;
  std::uint64_t failed_runs = 0;
  std::uint64_t digest = 0;  // sum over the runs, so that the order of adding does not matter
  std::vector<std::uint64_t> new_points = {};
  std::vector<Suspect> suspects = {};
  std::size_t level = 0;  // of a strategy that enumerates: how many decisions its runs have
  std::uint64_t at_created_points = 0;
  bool incomplete =
      false;               // a run ended at a bound or lost its way, so what lies behind is unknown
  bool cut_short = false;  // some runs of the unit were not made
};

class RunLog {
 public:
  RunLog(SubjectFactory make, const StopSigns& signs) : runner_(std::move(make)), signs_(signs) {}

  void BeginUnit(std::uint64_t unit);
  UnitReport TakeReport();

  // Whether the run of that index may be made; if not, the unit ends here.
  bool MayRun(std::uint64_t index);
  // For units that are long: whether to end at once. Short ones end whole, so that the runs made
  // are the first so many.
  bool TimeIsUp();
  // Makes and counts the run. `seed`: where the answers came from, if from a seed.
  void Run(std::uint64_t index, sim::Choices& choices, std::optional<std::uint64_t> seed = {});
  // Makes a run that was counted before, to see its points once more.
  void RunAgain(sim::Choices& choices) { runner_.Run(choices); }
  // Reports as a violation that a run did not repeat what it did before.
  void NoteLostWay(std::uint64_t index, const sim::Choices& choices);

  void SetLevel(std::size_t level) { report_.level = level; }
  void NoteCreatedPoint() { ++report_.at_created_points; }

  Runner& runner() { return runner_; }
  // For whoever shows progress: how many runs so far, with RunAgain's left out.
  std::uint64_t runs_so_far() const { return runs_so_far_.load(std::memory_order_relaxed); }

 private:
  void NotePoints(const sim::Choices& choices);
  void NoteViolations(std::uint64_t index, const sim::Choices& choices, const Verdict& verdict,
                      std::optional<std::uint64_t> seed);
  void AddSuspect(Suspect suspect);

  Runner runner_;
  const StopSigns& signs_;
  std::uint64_t unit_ = 0;
  UnitReport report_;
  absl::flat_hash_set<std::uint64_t> told_points_;
  absl::flat_hash_set<std::uint64_t> told_suspects_;
  std::atomic<std::uint64_t> runs_so_far_{0};
};

// The property that is violated if the same decisions lead elsewhere the next time.
inline constexpr std::string_view kDeterministic = "the simulation is deterministic";

}  // namespace groundhog::explore
