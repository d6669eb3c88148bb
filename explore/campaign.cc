#include "explore/campaign.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include "explore/findings.h"
#include "explore/run_log.h"
#include "explore/saved_failure.h"

namespace groundhog::explore {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenProgress = std::chrono::milliseconds(100);
constexpr std::uint32_t kMostJobs = 1024;

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

class Campaign {
 public:
  Campaign(const std::string& scenario, const SubjectFactory& make, const CampaignOptions& options,
           const Observer& observer);

  absl::StatusOr<CampaignResult> Run();

 private:
  struct Worker {
    Worker(const SubjectFactory& make, const StopSigns& signs,
           std::unique_ptr<Explorer> its_explorer)
        : log(make, signs), explorer(std::move(its_explorer)) {}
    RunLog log;
    std::unique_ptr<Explorer> explorer;
  };

  // Whether it was explored whole.
  bool RunRound(std::uint64_t units);
  void Work(Worker& worker, std::uint64_t units);
  void WatchUntilAllHaveEnded();
  void Tell(bool round_is_over);

  void Deliver(std::uint64_t unit, UnitReport report, Runner& runner);
  void Merge(std::uint64_t unit, const UnitReport& report, Runner& runner);
  void MergeSuspects(const UnitReport& report, Runner& runner);
  CampaignResult Finish();
  std::string Nominal() const;

  const CampaignOptions& options_;
  const Observer& observer_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_progress_ = begin_;
  CampaignResult result_;
  std::unique_ptr<Strategy> strategy_;
  StopSigns signs_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::uint64_t> next_unit_{0};

  // Written by one thread at a time: the one that has `merging_`.
  Findings findings_;
  absl::flat_hash_set<std::uint64_t> points_;
  bool whole_ = true;        // no run is missing so far
  bool incomplete_ = false;  // some run did not come to its end

  std::mutex mutex_;  // for all below
  std::condition_variable changed_;
  std::map<std::uint64_t, UnitReport> delivered_;  // not yet merged
  std::uint64_t next_to_merge_ = 0;
  bool merging_ = false;
  std::size_t working_ = 0;
  std::vector<FoundViolation> untold_;
  std::uint64_t points_so_far_ = 0;
  std::uint64_t violations_so_far_ = 0;
  absl::Status status_;
};

Campaign::Campaign(const std::string& scenario, const SubjectFactory& make,
                   const CampaignOptions& options, const Observer& observer)
    : options_(options),
      observer_(observer),
      strategy_(MakeStrategy(options.strategy, options.faults, options.seed)),
      findings_({.scenario = scenario,
                 .strategy = std::string(NameOf(options.strategy)),
                 .program = options.program,
                 .directory = options.failures_directory,
                 .shrink = {.max_runs = options.max_shrink_runs,
                            .allowed = [&faults = options.faults](const sim::ChoiceSite& site,
                                                                  sim::Answer answer) {
                              return faults.Allows(site, answer);
                            }}}) {
  result_.scenario = scenario;
  result_.strategy = NameOf(options.strategy);
  result_.faults = options.faults.Text();
  result_.seed = options.seed;
  if (options.max_runs) signs_.max_runs = *options.max_runs;
  signs_.first_only = options.first_only;
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::uint32_t jobs = std::min(options.jobs == 0 ? cores : options.jobs, kMostJobs);
  for (std::uint32_t i = 0; i < jobs; ++i) {
    workers_.push_back(std::make_unique<Worker>(make, signs_, strategy_->NewExplorer()));
  }
}

absl::StatusOr<CampaignResult> Campaign::Run() {
  bool ended = false;
  while (!ended && whole_) {
    const std::uint64_t units = strategy_->NextRound();
    ended = units == 0;
    if (!ended) whole_ = RunRound(units) && whole_;
  }
  if (!status_.ok()) return status_;
  result_.exhausted = ended && whole_ && !incomplete_ && strategy_->enumerates();
  return Finish();
}

bool Campaign::RunRound(std::uint64_t units) {
  next_unit_ = 0;
  next_to_merge_ = 0;
  const std::size_t threads = std::min<std::uint64_t>(workers_.size(), units);
  working_ = threads;
  std::vector<std::jthread> running;
  for (std::size_t i = 0; i < threads; ++i) {
    running.emplace_back([this, i, units] {
      Work(*workers_[i], units);
      const std::scoped_lock lock(mutex_);
      --working_;
      changed_.notify_all();
    });
  }
  WatchUntilAllHaveEnded();
  running.clear();
  Tell(/*round_is_over=*/true);
  return next_to_merge_ == units;
}

void Campaign::Work(Worker& worker, std::uint64_t units) {
  while (!signs_.time_is_up.load(std::memory_order_relaxed)) {
    const std::uint64_t unit = next_unit_.fetch_add(1, std::memory_order_relaxed);
    if (unit >= units || unit > signs_.last_unit.load(std::memory_order_relaxed)) return;
    worker.log.BeginUnit(unit);
    worker.explorer->Explore(unit, worker.log);
    UnitReport report = worker.log.TakeReport();
    const bool budget_ended = report.cut_short && report.failed_runs == 0 && report.runs == 0;
    if (signs_.first_only && report.failed_runs != 0) {
      std::uint64_t last = signs_.last_unit.load();
      while (unit < last && !signs_.last_unit.compare_exchange_weak(last, unit)) {
      }
    }
    Deliver(unit, std::move(report), worker.log.runner());
    if (budget_ended) return;
  }
}

// The caller's thread: shows progress, minds the time.
void Campaign::WatchUntilAllHaveEnded() {
  std::unique_lock lock(mutex_);
  while (working_ != 0) {
    auto wait = std::chrono::duration<double>(kBetweenProgress);
    if (observer_.wants_to_stop && observer_.wants_to_stop()) {
      result_.interrupted = true;
      signs_.time_is_up = true;
    }
    if (options_.max_seconds) {
      const double left = *options_.max_seconds - SecondsSince(begin_);
      if (left <= 0) signs_.time_is_up = true;
      wait = std::min(wait, std::chrono::duration<double>(std::max(left, 0.001)));
    }
    changed_.wait_for(lock, wait, [this] { return working_ == 0 || !untold_.empty(); });
    lock.unlock();
    Tell(/*round_is_over=*/false);
    lock.lock();
  }
}

void Campaign::Tell(bool round_is_over) {
  std::vector<FoundViolation> news;
  Progress progress;
  {
    const std::scoped_lock lock(mutex_);
    news.swap(untold_);
    progress.points = points_so_far_;
    progress.violations = violations_so_far_;
  }
  if (observer_.on_violation) {
    for (const FoundViolation& violation : news) observer_.on_violation(violation);
  }
  const bool due = round_is_over || Clock::now() - last_progress_ >= kBetweenProgress;
  if (!observer_.on_progress || !due) return;
  last_progress_ = Clock::now();
  for (const auto& worker : workers_) progress.runs += worker->log.runs_so_far();
  progress.seconds = SecondsSince(begin_);
  if (progress.seconds > 0) {
    progress.runs_per_second = static_cast<double>(progress.runs) / progress.seconds;
  }
  observer_.on_progress(progress);
}

// Hands in a unit. Whoever brings the next one in order merges it, and all that had to wait for it.
void Campaign::Deliver(std::uint64_t unit, UnitReport report, Runner& runner) {
  std::unique_lock lock(mutex_);
  delivered_.emplace(unit, std::move(report));
  if (merging_) return;
  merging_ = true;
  while (!delivered_.empty() && delivered_.begin()->first == next_to_merge_) {
    const auto next = delivered_.extract(delivered_.begin());
    lock.unlock();
    Merge(next.key(), next.mapped(), runner);
    lock.lock();
    ++next_to_merge_;
  }
  merging_ = false;
}

void Campaign::Merge(std::uint64_t unit, const UnitReport& report, Runner& runner) {
  if (unit > signs_.last_unit.load()) return;  // the first failure lies before it
  result_.runs += report.runs;
  result_.failed_runs += report.failed_runs;
  result_.digest += report.digest;
  whole_ = whole_ && !report.cut_short && !(signs_.first_only && report.failed_runs != 0);
  incomplete_ = incomplete_ || report.incomplete;
  if (report.level > 0) {
    if (result_.levels.size() < report.level) result_.levels.resize(report.level);
    result_.levels[report.level - 1].tried += report.runs;
    result_.levels[report.level - 1].at_created_points += report.at_created_points;
  }
  for (const std::uint64_t point : report.new_points) points_.insert(point);
  MergeSuspects(report, runner);
}

void Campaign::MergeSuspects(const UnitReport& report, Runner& runner) {
  const std::size_t known = findings_.found().size();
  absl::Status added;
  for (const Suspect& suspect : report.suspects) {
    added = findings_.Add(suspect, runner);
    if (!added.ok()) break;
  }
  const std::vector<FoundViolation>& found = findings_.found();
  const std::scoped_lock lock(mutex_);
  points_so_far_ = points_.size();
  violations_so_far_ = found.size();
  untold_.insert(untold_.end(), found.begin() + static_cast<std::ptrdiff_t>(known), found.end());
  if (!untold_.empty()) changed_.notify_all();
  if (!added.ok() && status_.ok()) {
    status_ = added;
    signs_.time_is_up = true;
  }
}

std::string Campaign::Nominal() const {
  const bool order = !options_.faults.Allows(sim::ChoiceClass::kOrder);
  const bool inputs = strategy_->leaves_inputs();
  // Latencies other than the faults that delay are never varied.
  if (order && inputs) return "order, latency and inputs";
  if (order) return "order and latency";
  return inputs ? "latency and inputs" : "latency";
}

CampaignResult Campaign::Finish() {
  result_.points = points_.size();
  const std::vector<std::uint64_t> totals = strategy_->totals();
  result_.levels.resize(totals.size());
  for (std::size_t i = 0; i < totals.size(); ++i) result_.levels[i].of = totals[i];
  if (result_.levels.size() > 1) result_.pairs = result_.levels[1].tried;
  result_.only_faults = !options_.faults.Allows(sim::ChoiceClass::kOrder) &&
                        !options_.faults.Allows(sim::ChoiceClass::kInput);
  result_.nominal = Nominal();
  result_.violations = findings_.found();
  result_.elapsed_seconds = SecondsSince(begin_);
  if (result_.elapsed_seconds > 0) {
    result_.runs_per_second = static_cast<double>(result_.runs) / result_.elapsed_seconds;
  }
  return std::move(result_);
}

absl::Status CheckOptions(const CampaignOptions& options) {
  if (options.max_runs && *options.max_runs == 0) {
    return absl::InvalidArgumentError("a campaign of 0 runs shows nothing; ask for at least one");
  }
  if (options.max_seconds && !(*options.max_seconds > 0)) {
    return absl::InvalidArgumentError("a campaign needs a time above 0 seconds");
  }
  if (options.strategy == StrategyKind::kRandom && !options.max_runs && !options.max_seconds &&
      !options.first_only) {
    return absl::InvalidArgumentError(
        "a random campaign never ends by itself: give it a number of runs or a time");
  }
  if (!options.failures_directory.empty())
    return PrepareFailureDirectory(options.failures_directory);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CampaignResult> Explore(const std::string& scenario, const SubjectFactory& make,
                                       const CampaignOptions& options, const Observer& observer) {
  if (absl::Status checked = CheckOptions(options); !checked.ok()) return checked;
  return Campaign(scenario, make, options, observer).Run();
}

}  // namespace groundhog::explore
