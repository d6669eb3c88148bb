// Store against a model: a map, and what each outcome promises. Committed: all of it is there.
// Refused: nothing. Unknown: all or nothing, and the caller is told neither. A crash before:
// nothing, a crash after: all; what was there before stays in any case.
#include <map>
#include <vector>

#include "sim/recorded_choices.h"
#include "sim/store.h"
#include "tests/rapidcheck.h"

namespace groundhog::sim {
namespace {

struct MapDurable {
  struct Write {
    int key = 0;
    int value = 0;
  };
  void Apply(Write&& write) { values[write.key] = write.value; }
  std::map<int, int> values;
};

constexpr ChoiceSite kBefore{"test/before", ChoiceClass::kFault, kCrashAnswers, ""};
constexpr ChoiceSite kOutcome{"test/outcome", ChoiceClass::kFault, kStoreAnswers, ""};
constexpr ChoiceSite kAfter{"test/after", ChoiceClass::kFault, kCrashAnswers, ""};
constexpr StoreSites kSites{&kBefore, &kOutcome, &kAfter};
constexpr SymbolEntry kKind{"Commit"};

enum class Fate { kNone, kCrashBefore, kRefused, kWritten, kNotWritten, kCrashAfter };

std::vector<Decision> DecisionsFor(Fate fate, std::int32_t number) {
  const auto at = [number](const char* site, const char* answer) {
    return std::vector<Decision>{
        {.site = site, .kind = "Commit", .number = number, .answer = answer}};
  };
  switch (fate) {
    case Fate::kNone:
      return {};
    case Fate::kCrashBefore:
      return at("test/before", "crash");
    case Fate::kRefused:
      return at("test/outcome", "refused");
    case Fate::kWritten:
      return at("test/outcome", "unknown_written");
    case Fate::kNotWritten:
      return at("test/outcome", "unknown_not_written");
    case Fate::kCrashAfter:
      return at("test/after", "long_outage");
  }
  return {};
}

CommitOutcome ExpectedOf(Fate fate) {
  switch (fate) {
    case Fate::kNone:
      return CommitOutcome::kCommitted;
    case Fate::kCrashBefore:
    case Fate::kCrashAfter:
      return CommitOutcome::kCrashed;
    case Fate::kRefused:
      return CommitOutcome::kRefused;
    case Fate::kWritten:
    case Fate::kNotWritten:
      return CommitOutcome::kUnknown;
  }
  return CommitOutcome::kCommitted;
}

bool IsWritten(Fate fate) {
  return fate == Fate::kNone || fate == Fate::kWritten || fate == Fate::kCrashAfter;
}

bool IsDeadly(Fate fate) { return fate == Fate::kCrashBefore || fate == Fate::kCrashAfter; }

std::size_t CountFacts(const Trace& trace) {
  std::size_t count = 0;
  for (const TraceRecord& record : trace.records()) {
    if (record.kind == TraceKind::kFact) ++count;
  }
  return count;
}

TEST_CASE("a store holds whole transactions and what each outcome promises", "[property]") {
  rc::prop("any sequence of commits with any outcomes leaves what the model says", [] {
    const auto fates = *rc::gen::container<std::vector<Fate>>(
        rc::gen::element(Fate::kNone, Fate::kCrashBefore, Fate::kRefused, Fate::kWritten,
                         Fate::kNotWritten, Fate::kCrashAfter));
    std::vector<Decision> tape;
    for (std::size_t i = 0; i < fates.size(); ++i) {
      for (Decision& decision : DecisionsFor(fates[i], static_cast<std::int32_t>(i + 1))) {
        tape.push_back(std::move(decision));
      }
    }
    RecordedChoices choices(tape);
    SymbolTable symbols;
    Kernel kernel(choices, symbols);
    Store<MapDurable> store({}, &kSites);
    Process& process =
        kernel.AddProcess("owner", [](Process&) { return std::make_unique<ProcessBody>(); });

    std::map<int, int> model;
    std::size_t facts = 0;
    for (std::size_t i = 0; i < fates.size(); ++i) {
      process.Start();  // again, after a crash, once the step in which it died is over
      RC_ASSERT(kernel.Run().kind == SimulationEnd::Kind::kDone);
      const auto number = static_cast<std::int32_t>(i + 1);
      const int low = *rc::gen::inRange(0, 5);
      Transaction<MapDurable::Write> transaction;
      transaction.writes = {{low, number}, {low + 5, number}};
      const Label label{Symbol(kKind), Symbol(), Symbol(), number};
      transaction.facts = {Fact{label, number}};
      const CommitOutcome outcome = store.Commit(process, label, transaction);
      RC_ASSERT(outcome == ExpectedOf(fates[i]));
      if (IsWritten(fates[i])) {
        model[low] = number;
        model[low + 5] = number;
        ++facts;
      }
      RC_ASSERT(store.contents().values == model);
      RC_ASSERT(CountFacts(kernel.trace()) == facts);
      RC_ASSERT((process.state() == Process::State::kDown) == IsDeadly(fates[i]));
    }
    RC_ASSERT(choices.Unused().empty());
  });
}

TEST_CASE("the dead commit nothing") {
  RecordedChoices choices;
  SymbolTable symbols;
  Kernel kernel(choices, symbols);
  Store<MapDurable> store;
  Process& process =
      kernel.AddProcess("owner", [](Process&) { return std::make_unique<ProcessBody>(); });
  process.Start();
  process.Crash(std::nullopt);
  Transaction<MapDurable::Write> transaction;
  transaction.writes = {{1, 1}};
  CHECK(store.Commit(process, Label(), transaction) == CommitOutcome::kCrashed);
  CHECK(store.contents().values.empty());
}

}  // namespace
}  // namespace groundhog::sim
