// StickyCache against a model of ten lines: a list, least recently used last, of which busy runs
// are not dropped.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/worker/sticky_cache.h"
#include "runtime/workflow/workflow.h"
#include "tests/rapidcheck.h"

namespace groundhog::worker {
namespace {

using namespace std::chrono_literals;

constexpr ActivityType<void()> kWork{"work"};
constexpr WorkflowType<void()> kBusy{"Busy"};
struct Busy {
  workflow::Coro<void> Run() {
    const workflow::LocalActivityOptions options{.start_to_close_timeout = 5s};
    co_await workflow::ExecuteLocalActivity(kWork, options);
  }
};

const workflow::WorkflowRegistry& Registry() {
  static const workflow::WorkflowRegistry registry{workflow::Register<Busy>(kBusy)};
  return registry;
}

std::shared_ptr<CachedRun> IdleRun() {
  return std::make_shared<CachedRun>(Registry(), workflow::RunContext{.run_id = "run"});
}

// Its first task waits for a local activity.
std::shared_ptr<CachedRun> BusyRun() {
  std::shared_ptr<CachedRun> cached = IdleRun();
  const history::Timestamp start = history::FromUnixNanos(0);
  const history::EventHistory events = {
      history::MakeEvent(1, start, history::WorkflowExecutionStarted{.workflow_type = "Busy"}),
      history::MakeEvent(2, start, history::WorkflowTaskScheduled{}),
      history::MakeEvent(3, start, history::WorkflowTaskStarted{.scheduled_event_id = 2})};
  cached->run.Activate(events);
  RC_ASSERT(cached->run.is_busy());
  return cached;
}

void EndTask(CachedRun& cached) {
  for (const workflow::LocalActivityTask& task : cached.run.TakeLocalActivities()) {
    cached.run.ResolveLocalActivity({.seq = task.seq, .attempt = task.attempt});
  }
  RC_ASSERT(!cached.run.is_busy());
}

struct Model {
  std::size_t capacity;
  std::vector<std::string> runs;  // most recently used first
  std::set<std::string> busy;

  bool Find(const std::string& id) {
    const auto found = std::find(runs.begin(), runs.end(), id);
    if (found == runs.end()) return false;
    std::rotate(runs.begin(), found, found + 1);
    return true;
  }
  void Insert(const std::string& id, bool is_busy) {
    Evict(id);
    for (std::size_t i = runs.size(); i-- > 0 && runs.size() >= capacity;) {
      if (!busy.contains(runs[i])) runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(i));
    }
    runs.insert(runs.begin(), id);
    if (is_busy) busy.insert(id);
  }
  void Evict(const std::string& id) {
    std::erase(runs, id);
    busy.erase(id);
  }
};

enum class Act : std::uint8_t { kFind, kInsert, kInsertBusy, kEndTask, kEvict };
struct Sequence {
  std::size_t capacity;
  std::vector<std::pair<Act, int>> acts;  // each upon one of six runs
};

rc::Gen<Sequence> AnySequence() {
  return rc::gen::build<Sequence>(
      rc::gen::set(&Sequence::capacity, rc::gen::inRange<std::size_t>(0, 5)),
      rc::gen::set(&Sequence::acts,
                   rc::gen::container<std::vector<std::pair<Act, int>>>(
                       rc::gen::pair(rc::gen::weightedElement<Act>({{3, Act::kFind},
                                                                    {4, Act::kInsert},
                                                                    {2, Act::kInsertBusy},
                                                                    {1, Act::kEndTask},
                                                                    {1, Act::kEvict}}),
                                     rc::gen::inRange(0, 6)))));
}

// Empty if the cache keeps what the model keeps, and destroys all else.
template <class Cache>
std::string Difference(const Sequence& sequence) {
  Cache cache(sequence.capacity);
  Model model{.capacity = sequence.capacity};
  std::map<std::string, std::weak_ptr<CachedRun>> living;
  for (const auto& [act, number] : sequence.acts) {
    const std::string id = std::to_string(number);
    switch (act) {
      case Act::kFind:
        if ((cache.Find(id) != nullptr) != model.Find(id)) return "found or not: " + id;
        break;
      case Act::kInsert:
      case Act::kInsertBusy: {
        const bool is_busy = act == Act::kInsertBusy;
        auto run = is_busy ? BusyRun() : IdleRun();
        living[id] = run;
        cache.Insert(id, std::move(run));
        model.Insert(id, is_busy);
        break;
      }
      case Act::kEndTask: {
        if (!model.busy.contains(id)) break;
        const auto run = living[id].lock();
        if (run == nullptr) return "destroyed while it was busy: " + id;
        EndTask(*run);
        model.busy.erase(id);
        break;
      }
      case Act::kEvict:
        cache.Evict(id);
        model.Evict(id);
        break;
    }
    if (cache.size() != model.runs.size()) return "the number of runs";
    for (const auto& [name, run] : living) {
      const bool kept = std::find(model.runs.begin(), model.runs.end(), name) != model.runs.end();
      if (run.expired() == kept) return "kept or destroyed: " + name;
    }
  }
  return "";
}

TEST_CASE("a sticky cache keeps what the model keeps, and destroys all else", "[property]") {
  rc::prop("any sequence of finding, inserting, evicting and ended tasks", [] {
    const Sequence sequence = *AnySequence();
    const std::string difference = Difference<StickyCache>(sequence);
    if (!difference.empty()) RC_FAIL(difference);
  });
}

// Finding is no use to it.
class ForgetsUse : public StickyCache {
 public:
  using StickyCache::StickyCache;
  std::shared_ptr<CachedRun> Find(const std::string& id) { return runs_[id].lock(); }
  void Insert(const std::string& id, std::shared_ptr<CachedRun> run) {
    runs_[id] = run;
    StickyCache::Insert(id, std::move(run));
  }

 private:
  std::map<std::string, std::weak_ptr<CachedRun>> runs_;
};
class KeepsOneMore : public StickyCache {
 public:
  explicit KeepsOneMore(std::size_t capacity) : StickyCache(capacity + 1) {}
};
class DropsTheBusy : public StickyCache {
 public:
  using StickyCache::StickyCache;
  void Insert(const std::string& id, std::shared_ptr<CachedRun> run) {
    if (size() == capacity()) Evict(last_);
    last_ = id;
    StickyCache::Insert(id, std::move(run));
  }

 private:
  std::string last_;
};

// Whether one of the first hundred random sequences shows it.
template <class Cache>
bool IsCaught() {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    if (!Difference<Cache>(AnySequence()(rc::Random(seed), 100).value()).empty()) return true;
  }
  return false;
}

TEST_CASE("a sticky cache with another order, size or victim is caught") {
  CHECK_FALSE(IsCaught<StickyCache>());
  CHECK(IsCaught<ForgetsUse>());
  CHECK(IsCaught<KeepsOneMore>());
  CHECK(IsCaught<DropsTheBusy>());
}

}  // namespace
}  // namespace groundhog::worker
