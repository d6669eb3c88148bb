#include "explore/determinism.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "sim/recorded_choices.h"
#include "sim/seeded_choices.h"

namespace groundhog::explore {
namespace {

using Records = std::vector<sim::TraceRecord>;

bool Same(const sim::TraceRecord& a, const sim::TraceRecord& b) {
  return a.time == b.time && a.kind == b.kind && a.process == b.process && a.peer == b.peer &&
         a.label == b.label && a.value == b.value;
}

std::string FirstDifference(const Records& a, const Records& b) {
  if (a.empty() && b.empty()) return {};
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && Same(a[i], b[i])) ++i;
  if (i == a.size() && i == b.size()) {
    return "the traces agree, record by record: something that is no record differs";
  }
  const auto text = [i](const Records& records) {
    return i < records.size() ? TextOf(records[i]) : std::string("the end of the run");
  };
  return fmt::format("record {}: {}; the other time: {}", i + 1, text(a), text(b));
}

class Check {
 public:
  Check(const SubjectFactory& make, const DeterminismOptions& options)
      : make_(make), options_(options), runner_(make), seeded_(SeededOptions(), Allowed()) {}

  DeterminismReport Run() {
    std::uint64_t first_digest = 0;
    std::uint64_t runs_then = 0;
    for (std::uint64_t i = 0; i < options_.seeds && report_.holds(); ++i) {
      const std::uint64_t seed = options_.first_seed + i;
      const std::uint64_t digest = CheckSeed(seed);
      if (i == 0) first_digest = digest;
      report_.digest = CombineHash(report_.digest, digest);
      ++report_.seeds;
      if (report_.runs - runs_then >= options_.others || i + 1 == options_.seeds) {
        CheckFirstAgain(first_digest);
        runs_then = report_.runs;
      }
    }
    return std::move(report_);
  }

 private:
  sim::SeededChoices::Options SeededOptions() const {
    sim::SeededChoices::Options options;
    if (options_.faults.at_most()) options.max_decisions = *options_.faults.at_most();
    return options;
  }

  sim::AnswerFilter Allowed() const {
    return [this](const sim::ChoiceSite& site, sim::Answer answer) {
      return options_.faults.Allows(site, answer);
    };
  }

  std::uint64_t DigestOf(Runner& runner, sim::Choices& choices) {
    ++report_.runs;
    return runner.Run(choices).digest;
  }

  std::uint64_t CheckSeed(std::uint64_t seed) {
    seeded_.Restart(seed);
    const std::uint64_t digest = DigestOf(runner_, seeded_);
    const std::vector<sim::Decision> tape = sim::DecisionsOf(seeded_);
    sim::RecordedChoices recorded(tape);
    const std::uint64_t of_tape = DigestOf(runner_, recorded);
    if (of_tape != digest) {
      Diverged(seed, "the seed and its own tape", digest, of_tape, &tape);
    } else if (options_.fresh_subjects) {
      Runner fresh(make_);
      seeded_.Restart(seed);
      const std::uint64_t of_fresh = DigestOf(fresh, seeded_);
      if (of_fresh != digest) {
        Diverged(seed, "the seed and the same seed in fresh memory", digest, of_fresh, nullptr);
      }
    }
    return digest;
  }

  void CheckFirstAgain(std::uint64_t first_digest) {
    if (!report_.holds()) return;
    seeded_.Restart(options_.first_seed);
    const std::uint64_t digest = DigestOf(runner_, seeded_);
    if (digest == first_digest) return;
    Diverged(options_.first_seed,
             fmt::format("the seed and the same seed after {} other runs", report_.runs - 2),
             first_digest, digest, nullptr);
  }

  // Makes both runs again, on one subject, to see where they part.
  void Diverged(std::uint64_t seed, std::string between, std::uint64_t digest,
                std::uint64_t other_digest, const std::vector<sim::Decision>* tape) {
    Records first;
    Records second;
    seeded_.Restart(seed);
    runner_.RunTraced(seeded_, first);
    if (tape != nullptr) {
      sim::RecordedChoices recorded(*tape);
      runner_.RunTraced(recorded, second);
    } else {
      seeded_.Restart(seed);
      runner_.RunTraced(seeded_, second);
    }
    report_.divergence = Divergence{.seed = seed,
                                    .between = std::move(between),
                                    .digest = digest,
                                    .other_digest = other_digest,
                                    .where = FirstDifference(first, second)};
  }

  const SubjectFactory& make_;
  const DeterminismOptions& options_;
  Runner runner_;
  sim::SeededChoices seeded_;
  DeterminismReport report_;
};

}  // namespace

std::string TextOf(const sim::TraceRecord& record) {
  constexpr std::int64_t kNanosInSecond = 1'000'000'000;
  const std::int64_t since = (record.time - sim::kEpoch).count();
  std::string text =
      fmt::format("{}.{:09} s, {} {}", since / kNanosInSecond, since % kNanosInSecond,
                  record.process.text(), sim::NameOf(record.kind));
  if (!record.peer.empty()) text += fmt::format(" (peer {})", record.peer.text());
  if (record.label.named()) text += " " + record.label.Text();
  if (record.value != 0) text += fmt::format(" [{}]", record.value);
  return text;
}

std::string Divergence::Text() const {
  std::string text = fmt::format("seed {}: {} differ: digests {:016x} and {:016x}", seed, between,
                                 digest, other_digest);
  if (!where.empty()) text += "; " + where;
  return text;
}

DeterminismReport CheckDeterminism(const SubjectFactory& make, const DeterminismOptions& options) {
  return Check(make, options).Run();
}

}  // namespace groundhog::explore
