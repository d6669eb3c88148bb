#include "sim/store.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/rapidcheck.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

constexpr ChoiceSite kBefore{"test/commit.before", ChoiceClass::kFault, kCrashAnswers,
                             "crash before"};
constexpr ChoiceSite kOutcome{"test/commit.outcome", ChoiceClass::kFault, kStoreAnswers, "trouble"};
constexpr ChoiceSite kAfter{"test/commit.after", ChoiceClass::kFault, kCrashAnswers, "crash after"};
constexpr StoreSites kSites{&kBefore, &kOutcome, &kAfter};

// A map from small numbers to small numbers; a value of 0 erases.
struct Numbers {
  struct Write {
    int key;
    int value;
  };
  void Apply(Write&& write) {
    if (write.value == 0) {
      numbers.erase(write.key);
    } else {
      numbers[write.key] = write.value;
    }
  }
  std::map<int, int> numbers;
};
using NumberTransaction = Transaction<Numbers::Write>;

struct OneCommit : SmallWorld {
  OneCommit(std::initializer_list<std::string_view> decisions)
      : SmallWorld(decisions), store({}, &kSites), owner(Idle("owner")) {
    NumberTransaction transaction{.writes = {{1, 10}, {2, 20}}, .facts = {{Named("Fact"), 5}}};
    outcome = store.Commit(owner, Named("Commit"), transaction);
    left_over = transaction.writes.size();
    kernel.Run();
  }
  bool written() const { return store.contents().numbers == std::map<int, int>{{1, 10}, {2, 20}}; }
  std::vector<TraceKind> kinds() const {
    std::vector<TraceKind> found;
    for (const TraceRecord& record : kernel.trace().records()) found.push_back(record.kind);
    return found;
  }
  Store<Numbers> store;
  Process& owner;
  CommitOutcome outcome;
  std::size_t left_over = 0;
};

using Kinds = std::vector<TraceKind>;

TEST_CASE("an uneventful commit is written whole, with its facts") {
  const OneCommit world({});
  CHECK(world.outcome == CommitOutcome::kCommitted);
  CHECK(world.written());
  CHECK(world.left_over == 0);
  CHECK(world.kinds() == Kinds{TraceKind::kStarted, TraceKind::kCommitted, TraceKind::kFact});
  CHECK(world.kernel.trace().records().back().value == 5);
  CHECK(world.choices.asked() == 3);
}

TEST_CASE("a refused commit writes nothing and states no fact") {
  const OneCommit world({"test/commit.outcome{Commit(scope, subject)}=refused"});
  CHECK(world.outcome == CommitOutcome::kRefused);
  CHECK(world.store.contents().numbers.empty());
  CHECK(world.left_over == 2);
  CHECK(world.kinds() == Kinds{TraceKind::kStarted, TraceKind::kCommitRefused});
}

TEST_CASE("an unknown outcome is written or is not, and its owner cannot tell") {
  const OneCommit written({"test/commit.outcome{Commit(scope, subject)}=unknown_written"});
  CHECK(written.outcome == CommitOutcome::kUnknown);
  CHECK(written.written());
  CHECK(written.kinds() == Kinds{TraceKind::kStarted, TraceKind::kCommitUnknown, TraceKind::kFact});
  const OneCommit lost({"test/commit.outcome{Commit(scope, subject)}=unknown_not_written"});
  CHECK(lost.outcome == CommitOutcome::kUnknown);
  CHECK(lost.store.contents().numbers.empty());
  CHECK(lost.kinds() == Kinds{TraceKind::kStarted, TraceKind::kCommitUnknown});
}

TEST_CASE("a crash before the commit loses it, and the process comes back") {
  const OneCommit world({"test/commit.before{Commit(scope, subject)}=crash"});
  CHECK(world.outcome == CommitOutcome::kCrashed);
  CHECK(world.store.contents().numbers.empty());
  CHECK(world.owner.incarnation() == 2);
  CHECK(world.elapsed() == kRestartTime);
  CHECK(world.kinds() == Kinds{TraceKind::kStarted, TraceKind::kCrashed, TraceKind::kStarted});
}

TEST_CASE("a crash after the commit keeps it") {
  const OneCommit world({"test/commit.after{Commit(scope, subject)}=long_outage"});
  CHECK(world.outcome == CommitOutcome::kCrashed);
  CHECK(world.written());
  CHECK(world.elapsed() == kOutlastsRetries);
  CHECK(world.kinds() == Kinds{TraceKind::kStarted, TraceKind::kCommitted, TraceKind::kFact,
                               TraceKind::kCrashed, TraceKind::kStarted});
}

TEST_CASE("the dead commit nothing, and nobody is asked about it") {
  SmallWorld world;
  Store<Numbers> store({}, &kSites);
  Process& owner = world.Idle("owner");
  owner.Crash(std::nullopt);
  NumberTransaction transaction{.writes = {{1, 10}}};
  CHECK(store.Commit(owner, world.Named("Commit"), transaction) == CommitOutcome::kCrashed);
  CHECK(store.contents().numbers.empty());
  CHECK(world.choices.asked() == 0);
}

TEST_CASE("a store without sites always commits") {
  SmallWorld world;
  Store<Numbers> store(Numbers{{{7, 70}}});
  Process& owner = world.Idle("owner");
  NumberTransaction transaction{.writes = {{1, 10}, {7, 0}}};
  CHECK(store.Commit(owner, world.Named("Commit"), transaction) == CommitOutcome::kCommitted);
  CHECK(store.contents().numbers == std::map<int, int>{{1, 10}});
  CHECK(world.choices.asked() == 0);
}

// What the decision about a commit says must be found in the store afterwards.
struct PlannedCommit {
  std::vector<std::pair<int, int>> writes;
  int fate = 0;  // an index into kFates
};
struct Fate {
  std::string_view site_and_answer;
  CommitOutcome outcome;
  bool written;
};
constexpr Fate kFates[] = {
    {"", CommitOutcome::kCommitted, true},
    {"test/commit.before=crash", CommitOutcome::kCrashed, false},
    {"test/commit.before=long_outage", CommitOutcome::kCrashed, false},
    {"test/commit.outcome=refused", CommitOutcome::kRefused, false},
    {"test/commit.outcome=unknown_written", CommitOutcome::kUnknown, true},
    {"test/commit.outcome=unknown_not_written", CommitOutcome::kUnknown, false},
    {"test/commit.after=crash", CommitOutcome::kCrashed, true},
};

TEST_CASE("the store agrees with a map, whatever happens to each commit", "[property]") {
  rc::prop("commits with any outcome, and a crash after each", [] {
    const auto plans =
        *rc::gen::container<std::vector<PlannedCommit>>(rc::gen::construct<PlannedCommit>(
            rc::gen::container<std::vector<std::pair<int, int>>>(
                rc::gen::pair(rc::gen::inRange(0, 5), rc::gen::inRange(0, 4))),
            rc::gen::inRange(0, static_cast<int>(std::size(kFates)))));
    std::vector<Decision> decisions;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const std::string_view what = kFates[plans[i].fate].site_and_answer;
      if (what.empty()) continue;
      const std::size_t equals = what.find('=');
      decisions.push_back(Decision{.site = std::string(what.substr(0, equals)),
                                   .kind = "Commit",
                                   .scope = "scope",
                                   .subject = "subject",
                                   .number = static_cast<int>(i + 1),
                                   .answer = std::string(what.substr(equals + 1))});
    }
    SmallWorld world;
    world.choices.Load(decisions);
    Store<Numbers> store({}, &kSites);
    Process& owner = world.Idle("owner");
    std::map<int, int> model;
    std::size_t facts = 0;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const Fate& fate = kFates[plans[i].fate];
      NumberTransaction transaction{.facts = {{world.Named("Fact"), 0}}};
      for (const auto& [key, value] : plans[i].writes) transaction.writes.push_back({key, value});
      const Label label = world.Named("Commit", static_cast<int>(i + 1));
      RC_ASSERT(store.Commit(owner, label, transaction) == fate.outcome);
      if (fate.written) {
        ++facts;
        for (const auto& [key, value] : plans[i].writes) {
          if (value == 0) model.erase(key);
          if (value != 0) model[key] = value;
        }
      }
      RC_ASSERT(store.contents().numbers == model);
      world.kernel.Run();  // a crashed owner comes back
      RC_ASSERT(owner.state() == Process::State::kRunning);
      RC_ASSERT(store.contents().numbers == model);
    }
    std::size_t traced = 0;
    for (const TraceRecord& record : world.kernel.trace().records()) {
      traced += record.kind == TraceKind::kFact ? 1 : 0;
    }
    RC_ASSERT(traced == facts);
    RC_ASSERT(world.choices.Unused().empty());
  });
}

}  // namespace
}  // namespace groundhog::sim
