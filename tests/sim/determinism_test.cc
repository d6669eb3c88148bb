// One simulation of several processes that uses everything in sim/: its digest is a constant.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/lengths.h"
#include "sim/seeded_choices.h"
#include "sim/semaphore.h"
#include "sim/service_sites.h"
#include "sim/store.h"
#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

constexpr ChoiceSite kBefore{"bank/commit.before", ChoiceClass::kFault, kCrashAnswers,
                             "crash before"};
constexpr ChoiceSite kOutcome{"bank/commit.outcome", ChoiceClass::kFault, kStoreAnswers, "trouble"};
constexpr ChoiceSite kAfter{"bank/commit.after", ChoiceClass::kFault, kCrashAnswers, "crash after"};
constexpr StoreSites kBankSites{&kBefore, &kOutcome, &kAfter};
constexpr auto kPauses = std::to_array<std::string_view>({"pause"});
constexpr ChoiceSite kPause{"worker/pause", ChoiceClass::kFault, kPauses, "a worker pauses"};
constexpr ChoiceSite kInput{"input/jobs", ChoiceClass::kInput, kPauses, "one job more"};

struct Sums {
  struct Write {
    int key;
  };
  void Apply(Write&& write) { ++sums[write.key]; }
  std::map<int, int> sums;
};

struct Outcome {
  std::uint64_t digest = 0;
  std::uint64_t steps = 0;
  std::size_t asked = 0;
  SimulationEnd::Kind end = SimulationEnd::Kind::kDone;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Two workers poll a server for jobs; each job goes to the bank, which keeps it in its store.
class Jobs {
 public:
  Jobs(Choices& choices, SymbolTable& symbols)
      : choices_(choices),
        kernel_(choices, symbols, {.steps = 200'000}),
        network_(kernel_),
        store_({}, &kBankSites),
        bank_(kernel_.AddProcess("bank", [this](Process& self) { return Bank(self); })),
        client_(kernel_.AddProcess("client", [this](Process& self) {
          self.Spawn(Submit(self), Process::Role::kScript);
          return std::make_unique<ProcessBody>();
        })) {
    for (const char* name : {"worker-1", "worker-2"}) {
      workers_.push_back(&kernel_.AddProcess(name, [this](Process& self) { return Worker(self); }));
    }
  }

  Outcome Run() {
    bank_.Start();
    for (Process* worker : workers_) worker->Start();
    client_.Start();
    const SimulationEnd end = kernel_.Run();
    return Outcome{kernel_.trace().digest(), kernel_.steps(), choices_.asked(), end.kind};
  }

 private:
  Label Named(std::string_view kind, int job, int attempt) {
    return Label(kernel_.symbols().Intern(kind), kernel_.symbols().Intern("jobs"),
                 kernel_.symbols().Intern("job-" + std::to_string(job)), attempt);
  }

  std::unique_ptr<ProcessBody> Bank(Process& self) {
    return std::make_unique<Listener>([this, &self](Incoming& request) {
      const Label label = request.label();
      if (const Answer down = kernel_.choices().Choose(kServiceDown, label); down != 0) {
        return self.Crash(down == 1 ? kBrief : kOutlastsAttempt);
      }
      Transaction<Sums::Write> transaction{.writes = {{request.As<Ping>()->number}},
                                           .facts = {{label, 1}}};
      Reply reply = request.TakeReply();
      if (store_.Commit(self, label, transaction) == CommitOutcome::kCommitted) {
        reply.Ok(Pong{store_.contents().sums.at(request.As<Ping>()->number)});
      } else {
        reply.Error(absl::AbortedError("try again"));
      }
    });
  }

  struct WorkerBody final : ProcessBody {
    WorkerBody(Jobs& jobs, Process& self) : jobs_(jobs), self_(self), slots_(self.kernel(), 2) {}
    void Handle(Incoming& request) override {
      const int job = request.As<Ping>()->number;
      const Label label = request.label();
      self_.Spawn(jobs_.Work(self_, slots_, job, label, request.TakeReply()));
    }
    Jobs& jobs_;
    Process& self_;
    Semaphore slots_;
  };
  std::unique_ptr<ProcessBody> Worker(Process& self) {
    return std::make_unique<WorkerBody>(*this, self);
  }

  Coro<void> Work(Process& self, Semaphore& slots, int job, Label label, Reply reply) {
    co_await slots.Acquire();
    if (kernel_.choices().Choose(kPause, label) != 0) {
      self.Pause(kOutlastsAttempt);
      co_await self.Sleep(Duration{0});
    }
    const auto answer = co_await network_.Call(self, bank_, MakeMessage(Ping{job}),
                                               label.WithKind(kernel_.symbols().Intern("Deposit")),
                                               {.deadline = seconds(3)});
    slots.Release();
    if (answer.ok()) {
      reply.Ok(Pong{answer->number});
    } else {
      reply.Error(answer.status());
    }
  }

  Coro<void> Submit(Process& self) {
    static constexpr SymbolEntry kEntry{"input"};
    const Label input(Symbol(kEntry), Symbol(), Symbol(), 0);
    const int jobs = 4 + static_cast<int>(kernel_.choices().ChooseInput(kInput, input));
    for (int job = 0; job < jobs; ++job) self.Spawn(SubmitOne(self, job), Process::Role::kScript);
    co_await self.Sleep(milliseconds(3));
  }

  Coro<void> SubmitOne(Process& self, int job) {
    for (int attempt = 1; attempt <= 6; ++attempt) {
      Process& worker = *workers_[(job + attempt) % 2];
      const auto answer =
          co_await network_.Call(self, worker, MakeMessage(Ping{job}), Named("Job", job, attempt),
                                 {.deadline = seconds(5)});
      if (answer.ok()) co_return;
      co_await self.Sleep(milliseconds(100) * attempt);
    }
  }

  Choices& choices_;
  Kernel kernel_;
  Network network_;
  Store<Sums> store_;
  Process& bank_;
  Process& client_;
  std::vector<Process*> workers_;
};

Outcome RunUnder(Choices& choices, SymbolTable& symbols) { return Jobs(choices, symbols).Run(); }
Outcome RunUnder(Choices& choices) {
  SymbolTable symbols;
  return RunUnder(choices, symbols);
}

Outcome RunSeed(std::uint64_t seed, std::vector<Decision>* tape = nullptr) {
  SeededChoices choices({.seed = seed}, [](const ChoiceSite&, Answer) { return true; });
  SymbolTable symbols;
  const Outcome outcome = RunUnder(choices, symbols);
  if (tape != nullptr) *tape = DecisionsOf(choices);
  return outcome;
}

// Both are the same for every compiler, optimisation and machine. A change of what sim/ does, or of
// what its digest covers, changes them, and then saved failures may read differently as well.
constexpr std::uint64_t kUneventfulDigest = 0x87f6604645d765bdULL;
constexpr std::uint64_t kDigestOfThousandSeeds = 0x6e363304f54ee2f3ULL;

TEST_CASE("the uneventful simulation has the digest it has always had") {
  RecordedChoices choices;
  const Outcome outcome = RunUnder(choices);
  CHECK(outcome.end == SimulationEnd::Kind::kDone);
  CHECK(outcome.digest == kUneventfulDigest);
}

TEST_CASE(
    "a thousand seeds have the digest they have always had, and the uneventful run after them "
    "too") {
  std::uint64_t digest = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed)
    digest = CombineHash(digest, RunSeed(seed).digest);
  CHECK(digest == kDigestOfThousandSeeds);
  RecordedChoices choices;
  CHECK(RunUnder(choices).digest == kUneventfulDigest);
}

TEST_CASE("a seed and the tape recorded from it are one run") {
  int with_decisions = 0;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    std::vector<Decision> tape;
    const Outcome seeded = RunSeed(seed, &tape);
    RecordedChoices recorded(tape);
    SymbolTable symbols;
    const Outcome again = RunUnder(recorded, symbols);
    INFO("seed " << seed);
    CHECK(again == seeded);
    CHECK(DecisionsOf(recorded) == tape);
    CHECK(recorded.Unused().empty());
    with_decisions += tape.empty() ? 0 : 1;
  }
  CHECK(with_decisions > 1'500);
}

TEST_CASE("a run typed decision by decision is the run they were printed from") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::vector<Decision> tape;
    const Outcome seeded = RunSeed(seed, &tape);
    std::vector<Decision> typed;
    for (const Decision& decision : tape) typed.push_back(ParseDecisions(decision.Text())->front());
    RecordedChoices choices(typed);
    INFO("seed " << seed);
    CHECK(RunUnder(choices) == seeded);
  }
}

TEST_CASE("any part of a tape is a valid run, and every run ends") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::vector<Decision> tape;
    CHECK(RunSeed(seed, &tape).end == SimulationEnd::Kind::kDone);
    for (std::size_t without = 0; without < tape.size(); ++without) {
      std::vector<Decision> part = tape;
      part.erase(part.begin() + static_cast<std::ptrdiff_t>(without));
      RecordedChoices choices(part);
      INFO("seed " << seed << " without " << tape[without].Text());
      CHECK(RunUnder(choices).end == SimulationEnd::Kind::kDone);
    }
  }
}

TEST_CASE("no single decision hangs the simulation, and each is taken as it was asked for") {
  RecordedChoices choices;
  choices.KeepPoints();
  SymbolTable symbols;
  RunUnder(choices, symbols);
  std::vector<Decision> singles;
  for (std::size_t i = 0; i < choices.points().size(); ++i) {
    const ChoicePoint& point = choices.points()[i];
    for (Answer answer = 1; answer <= point.site->answers.size(); ++answer) {
      singles.push_back(Decision::From({point, choices.OccurrenceAt(i), answer, i}));
    }
  }
  CHECK(singles.size() > 50);
  for (const Decision& single : singles) {
    choices.Load({single});
    INFO(single.Text());
    SymbolTable names;
    CHECK(RunUnder(choices, names).end == SimulationEnd::Kind::kDone);
    CHECK(DecisionsOf(choices) == std::vector{single});
  }
}

}  // namespace
}  // namespace groundhog::sim
