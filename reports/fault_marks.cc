#include "reports/fault_marks.h"

#include <functional>
#include <optional>
#include <string_view>

namespace groundhog::reports {
namespace {

using sim::Decision;
using sim::TraceKind;
using sim::TraceRecord;

bool IsAbout(const sim::Label& label, const Decision& decision) {
  return label.kind().text() == decision.kind && label.scope().text() == decision.scope &&
         label.subject().text() == decision.subject && label.number() == decision.number;
}

// The same step of work, whatever message brings or reports it.
bool IsSameStep(const sim::Label& label, const Decision& decision) {
  return label.scope().text() == decision.scope && label.subject().text() == decision.subject &&
         label.number() == decision.number;
}

class Finder {
 public:
  Finder(std::span<const TraceRecord> records, const Decision& decision, std::size_t from)
      : records_(records), decision_(decision), from_(from) {}

  std::optional<FaultMark> Find() const {
    const std::string_view site = decision_.site;
    const std::string_view answer = decision_.answer;
    if (site == "net/lose" || site == "net/lose_reply") return Labelled(TraceKind::kLost);
    if (site == "net/repeat") return Labelled(TraceKind::kRepeated);
    if (site == "net/delay" || site == "net/delay_reply") return Labelled(TraceKind::kDelayed);
    if (site == "net/hold_back" || site == "net/hold_back_reply")
      return Labelled(TraceKind::kHeldBack);
    if (site == "net/partition") return Partition();
    if (site == "server/commit.store") {
      return Labelled(answer == "refused" ? TraceKind::kCommitRefused : TraceKind::kCommitUnknown);
    }
    if (site.starts_with("server/")) return Death(TraceKind::kCrashed, "server");
    if (site == "service/down") return ServiceDown();
    if (answer == "pause") return Death(TraceKind::kPaused, "");
    if (answer == "crash" && site.starts_with("worker/")) return Death(TraceKind::kCrashed, "");
    if (site.starts_with("input/")) return std::nullopt;
    return Step();
  }

 private:
  std::optional<FaultMark> First(const std::function<bool(std::size_t)>& fits,
                                 bool is_effect) const {
    for (std::size_t i = from_; i < records_.size(); ++i) {
      if (fits(i)) return FaultMark{.record = i, .is_effect = is_effect};
    }
    return std::nullopt;
  }

  std::optional<FaultMark> Labelled(TraceKind kind) const {
    return First(
        [&](std::size_t i) {
          return records_[i].kind == kind && IsAbout(records_[i].label, decision_);
        },
        true);
  }

  // A partition names no message; the one that it began with is lost right behind it.
  std::optional<FaultMark> Partition() const {
    return First(
        [&](std::size_t i) {
          return records_[i].kind == TraceKind::kPartition && i + 1 < records_.size() &&
                 IsAbout(records_[i + 1].label, decision_);
        },
        true);
  }

  std::optional<FaultMark> Death(TraceKind kind, std::string_view process) const {
    return First(
        [&](std::size_t i) {
          if (records_[i].kind != kind) return false;
          const std::string_view dead = records_[i].process.text();
          return process.empty() ? dead != "server" : dead == process;
        },
        true);
  }

  // The service goes down when the request reaches it.
  std::optional<FaultMark> ServiceDown() const {
    return First(
        [&](std::size_t i) {
          return records_[i].kind == TraceKind::kCrashed && i > 0 &&
                 records_[i - 1].kind == TraceKind::kDelivered &&
                 records_[i - 1].peer == records_[i].process &&
                 IsAbout(records_[i - 1].label, decision_);
        },
        true);
  }

  // What leaves no record: the task's arrival at the worker; of a lie, its report.
  std::optional<FaultMark> Step() const {
    const bool lie = decision_.site.ends_with(".lie");
    return First(
        [&](std::size_t i) {
          const TraceRecord& record = records_[i];
          if (!record.label.named() || !IsSameStep(record.label, decision_)) return false;
          if (lie)
            return record.kind == TraceKind::kSent &&
                   record.label.kind().text().ends_with("Failed");
          return record.kind == TraceKind::kDelivered &&
                 record.label.kind().text().starts_with("Poll");
        },
        false);
  }

  std::span<const TraceRecord> records_;
  const Decision& decision_;
  std::size_t from_;
};

}  // namespace

std::vector<FaultMark> FindFaultMarks(std::span<const Decision> decisions,
                                      std::span<const TraceRecord> records) {
  std::vector<FaultMark> marks;
  std::size_t from = 0;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    std::optional<FaultMark> mark = Finder(records, decisions[i], from).Find();
    if (!mark) continue;
    mark->decision = i;
    // Two effects are two records; but a step may be named and then have an effect.
    from = mark->is_effect ? mark->record + 1 : mark->record;
    marks.push_back(*mark);
  }
  return marks;
}

}  // namespace groundhog::reports
