#include "tests/explore/toy.h"

#include <array>

namespace groundhog::explore {
namespace {

using sim::ChoiceClass;
using sim::ChoiceSite;

constexpr auto kLost = std::to_array<std::string_view>({"lost"});
constexpr auto kCrashes = std::to_array<std::string_view>({"crash", "long_outage"});
constexpr auto kFailures = std::to_array<std::string_view>({"error", "hang", "pause"});
constexpr auto kOthers = std::to_array<std::string_view>({"1_other"});
constexpr auto kAmounts = std::to_array<std::string_view>({"ten", "many"});

}  // namespace

constexpr ChoiceSite kLose{"toy/lose", ChoiceClass::kFault, kLost, "a report is lost"};
constexpr ChoiceSite kCrash{"toy/crash", ChoiceClass::kFault, kCrashes, "the toy crashes"};
constexpr ChoiceSite kFail{"toy/fail", ChoiceClass::kFault, kFailures, "the toy fails"};
constexpr ChoiceSite kHold{"toy/hold", ChoiceClass::kOrder, kOthers, "another goes first"};
constexpr ChoiceSite kAmount{"input/amount", ChoiceClass::kInput, kAmounts, "how much"};

class ToyRun final : public Subject {
 public:
  explicit ToyRun(const ToyFunction& function) : function_(function) {}

  Verdict Run(sim::Choices& choices) override {
    std::vector<sim::TraceRecord> records;
    return RunTraced(choices, records);
  }
  Verdict RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records) override {
    Toy toy(choices, symbols_);
    function_(toy);
    records = std::move(toy.records_);
    return std::move(toy.verdict_);
  }

 private:
  ToyFunction function_;
  sim::SymbolTable symbols_;
};

const faults::Catalog& ToyCatalog() {
  static const faults::Catalog kCatalog({&kLose, &kCrash, &kFail, &kHold});
  return kCatalog;
}

SubjectFactory ToySubject(ToyFunction function) {
  return [function = std::move(function)]() -> std::unique_ptr<Subject> {
    return std::make_unique<ToyRun>(function);
  };
}

ToyFunction GeneratedToy(std::uint64_t program) {
  return [program](Toy& toy) {
    constexpr std::uint64_t kMostPoints = 8;
    const auto sites = std::to_array<const ChoiceSite*>({&kLose, &kCrash, &kFail});
    std::uint64_t state = program;
    std::uint64_t left = 2 + program % (kMostPoints - 1);
    for (std::uint64_t step = 0; left > 0; ++step, --left) {
      // One step in two is the same whatever happened before.
      const std::uint64_t steady = CombineHash(program, step);
      const std::uint64_t drawn = steady % 2 == 0 ? steady >> 1 : CombineHash(state, step) >> 1;
      const sim::Answer answer =
          toy.Ask(*sites[drawn % sites.size()], (drawn >> 8) % 2 == 0 ? "withdraw" : "deposit",
                  static_cast<std::int32_t>(1 + (drawn >> 16) % 2));
      if (answer == 0) continue;
      state = CombineHash(state, answer);
      if (state % 3 == 0 && left > 2) left -= 2;            // the fault cuts the run short
      if (state % 3 == 1 && step < kMostPoints) left += 2;  // the fault brings new points
    }
  };
}

std::multiset<std::string> SetOf(const std::vector<sim::Decision>& decisions) {
  std::multiset<std::string> set;
  for (const sim::Decision& decision : decisions) set.insert(decision.Text());
  return set;
}

sim::Decision MakeDecision(const sim::ChoiceSite& site, std::string_view activity,
                           std::int32_t attempt, std::string_view answer,
                           std::uint32_t occurrence) {
  return sim::Decision{.site = std::string(site.name),
                       .kind = "Report",
                       .scope = "order-1",
                       .subject = std::string(activity),
                       .number = attempt,
                       .occurrence = occurrence,
                       .answer = std::string(answer)};
}

}  // namespace groundhog::explore
