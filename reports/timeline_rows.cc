#include "reports/timeline_rows.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "reports/fault_marks.h"
#include "reports/history_text.h"
#include "reports/lanes.h"
#include "reports/terminal_text.h"
#include "reports/time_text.h"

namespace groundhog::reports {
namespace {

using sim::TraceKind;
using sim::TraceRecord;
using Kind = TimelineRow::Kind;
using Weight = TimelineRow::Weight;

std::string SignedAmount(std::int64_t amount) {
  return amount < 0 ? std::to_string(amount) : fmt::format("+{}", amount);
}

// What an answer that leaves no record of its own does to the step.
std::string SilentFaultText(const sim::Decision& decision) {
  if (decision.site.ends_with(".lie"))
    return "the activity took effect and is reported as failed for good";
  const std::string step =
      Printable(fmt::format("{} attempt {}", decision.subject, decision.number));
  if (decision.answer == "error") return step + " fails before its effect";
  if (decision.answer == "non_retryable_error") return step + " fails for good, before its effect";
  if (decision.answer == "hang") return step + " hangs before its effect";
  return Printable(decision.Text());
}

class RowMaker {
 public:
  explicit RowMaker(const FinishedSimulation& simulation)
      : simulation_(simulation),
        records_(simulation.evidence->trace->records()),
        lanes_(records_),
        marks_(FindFaultMarks(simulation.decisions, records_)),
        states_(lanes_.size(), LaneState::kDown) {
    for (const properties::RunRecord& run : simulation.evidence->runs) {
      if (several_workflows_) break;
      several_workflows_ = run.workflow_id != simulation.evidence->runs.front().workflow_id;
    }
    for (const auto& [service, ledger] : simulation.evidence->ledgers) {
      for (const properties::LedgerEntry& entry : ledger.entries) {
        bookings_.push_back(Booking{&entry, lanes_.Of(service)});
      }
    }
    std::stable_sort(bookings_.begin(), bookings_.end(), [](const Booking& a, const Booking& b) {
      return a.entry->time < b.entry->time;
    });
  }

  TimelineRows Make();

 private:
  struct Booking {
    const properties::LedgerEntry* entry;
    std::size_t lane;
  };
  // An attempt of an activity that the server has done with:
  // what is still said of it comes too late.
  struct EndedAttempt {
    sim::Symbol workflow;
    sim::Symbol activity;
    std::int64_t attempt;
    bool IsOf(const sim::Label& label) const {
      return workflow == label.scope() && activity == label.subject() && attempt == label.number();
    }
  };
  struct SeenMessage {
    std::uint64_t label;
    std::size_t from;
    bool trouble_since;  // so that sending it again means something
  };

  void MakeRowsOf(std::size_t index);
  void Message(const TraceRecord& record, std::size_t index);
  void Request(const TraceRecord& record, std::size_t index);
  void Reply(const TraceRecord& record, std::size_t index);
  void Trouble(const TraceRecord& record, Kind kind, std::string text,
               Weight weight = Weight::kNormal);
  void Lost(const TraceRecord& record);
  void Down(const TraceRecord& record);
  void Up(const TraceRecord& record);
  void Fact(const TraceRecord& record, std::size_t index);
  void Event(const TraceRecord& record);
  void AttemptEnded(const TraceRecord& record, std::size_t index, std::string_view how);
  void BookingsUntil(sim::Time time, std::optional<std::size_t> lane);
  void LogUntil(sim::Time time);

  TimelineRow& Add(const TraceRecord& record, Kind kind, std::string text,
                   Weight weight = Weight::kNormal);
  void Push(TimelineRow row);
  std::string NameOf(const sim::Label& label) const;
  std::string NameOf(const TraceRecord& record) const;
  const FaultMark* MarkAt(std::size_t record) const;
  bool IsLastReply(std::size_t index) const;
  bool IsTooLate(const sim::Label& label) const;
  const history::HistoryEvent* FindEvent(const TraceRecord& record) const;

  const FinishedSimulation& simulation_;
  std::span<const TraceRecord> records_;
  Lanes lanes_;
  std::vector<FaultMark> marks_;
  std::vector<LaneState> states_;
  std::vector<Booking> bookings_;
  std::size_t next_booking_ = 0;
  std::size_t next_log_ = 0;
  std::vector<SeenMessage> seen_;
  std::vector<EndedAttempt> ended_;
  bool several_workflows_ = false;
  bool fault_ = false;  // the record at hand is the effect of a decision
  TimelineRows made_;
};

TimelineRows RowMaker::Make() {
  made_.lanes = lanes_.names();
  for (std::size_t i = 0; i < records_.size(); ++i) {
    BookingsUntil(records_[i].time - sim::Duration{1}, std::nullopt);
    LogUntil(records_[i].time - sim::Duration{1});
    MakeRowsOf(i);
  }
  BookingsUntil(sim::Time::max(), std::nullopt);
  LogUntil(sim::Time::max());
  return std::move(made_);
}

void RowMaker::MakeRowsOf(std::size_t index) {
  const TraceRecord& record = records_[index];
  const FaultMark* mark = MarkAt(index);
  fault_ = mark != nullptr && mark->is_effect;
  switch (record.kind) {
    case TraceKind::kSent:
      break;  // shown when it arrives, or does not
    case TraceKind::kDelivered:
      Message(record, index);
      break;
    case TraceKind::kLost:
      Lost(record);
      break;
    case TraceKind::kRepeated:
      Trouble(record, Kind::kPoint, "will arrive twice: " + NameOf(record));
      break;
    case TraceKind::kDelayed:
      Trouble(
          record, Kind::kPoint,
          fmt::format("late by {}: {}", LengthText(sim::Duration{record.value}), NameOf(record)));
      break;
    case TraceKind::kHeldBack:
      Trouble(record, Kind::kPoint,
              fmt::format("held back behind {} other{}: {}", record.value,
                          record.value == 1 ? "" : "s", NameOf(record)));
      break;
    case TraceKind::kRefused:
      if (!record.label.named()) break;  // a poll
      Trouble(record, Kind::kLost,
              fmt::format("{} is down: {}", record.peer.text(), NameOf(record)));
      break;
    case TraceKind::kDeadline:
      Trouble(record, Kind::kPoint, fmt::format("no reply from {}", record.peer.text()),
              Weight::kDetail);
      break;
    case TraceKind::kPartition:
      Trouble(record, Kind::kLost,
              fmt::format("no word between {} and {} for {}", record.process.text(),
                          record.peer.text(), LengthText(sim::Duration{record.value})),
              Weight::kKey);
      break;
    case TraceKind::kStarted:
    case TraceKind::kResumed:
      Up(record);
      break;
    case TraceKind::kStopped:
    case TraceKind::kCrashed:
    case TraceKind::kPaused:
      Down(record);
      break;
    case TraceKind::kCommitted:
      break;  // its facts follow
    case TraceKind::kCommitRefused:
      Trouble(record, Kind::kPoint, "the store refuses " + NameOf(record));
      break;
    case TraceKind::kCommitUnknown:
      Trouble(record, Kind::kPoint,
              fmt::format("the store does not say whether it wrote {} (it did{})", NameOf(record),
                          record.value == 1 ? "" : " not"));
      break;
    case TraceKind::kFact:
      Fact(record, index);
      break;
  }
  if (mark == nullptr || mark->is_effect) return;
  fault_ = true;
  const TraceRecord at{record.time,
                       TraceKind::kFact,
                       record.kind == TraceKind::kSent ? record.process : record.peer,
                       sim::Symbol(),
                       record.label,
                       0};
  Add(at, Kind::kPoint, SilentFaultText(simulation_.decisions[mark->decision]), Weight::kKey);
}

// --- messages
// -------------------------------------------------------------------------------------------------

void RowMaker::Message(const TraceRecord& record, std::size_t index) {
  if (!record.label.named()) return;
  if (lanes_.IsReply(record.process, record.peer)) {
    Reply(record, index);
  } else {
    Request(record, index);
  }
  BookingsUntil(record.time, lanes_.Of(record.peer.text()));
}

void RowMaker::Request(const TraceRecord& record, std::size_t) {
  const std::size_t from = lanes_.Of(record.process.text());
  const auto seen = std::find_if(seen_.begin(), seen_.end(), [&](const SeenMessage& message) {
    return message.label == record.label.hash() && message.from == from;
  });
  const bool workflow_task = record.label.kind().text().starts_with("RespondWorkflowTask");
  const bool late = IsTooLate(record.label);
  const Weight weight = workflow_task ? Weight::kDetail : Weight::kNormal;
  if (seen == seen_.end()) {
    seen_.push_back(SeenMessage{record.label.hash(), from, false});
    Add(record, Kind::kMessage, (late ? "too late: " : "") + NameOf(record), weight);
    return;
  }
  // A workflow task's messages have one name again and again; a long poll is asked anew without
  // anything being wrong.
  if (workflow_task || seen->trouble_since) {
    const char* how = late ? "too late: " : seen->trouble_since ? "again: " : "";
    Add(record, Kind::kMessage, how + NameOf(record), weight);
  }
  seen->trouble_since = false;
}

void RowMaker::Reply(const TraceRecord& record, std::size_t index) {
  const std::string_view kind = record.label.kind().text();
  if (kind == "PollActivityTaskQueue") {
    Add(record, Kind::kMessage,
        Printable(fmt::format("activity task: {}, attempt {}", record.label.subject().text(),
                              record.label.number())));
  } else if (kind.starts_with("Poll")) {
    Add(record, Kind::kMessage, "workflow task", Weight::kDetail);
  } else if (kind == "GetWorkflowExecutionHistory" && IsLastReply(index)) {
    Add(record, Kind::kMessage,
        "the outcome" +
            (several_workflows_ ? " of " + Printable(record.label.scope().text()) : ""));
  }
}

void RowMaker::Lost(const TraceRecord& record) {
  if (!record.label.named()) return;
  const std::size_t from = lanes_.Of(record.process.text());
  const bool known = std::any_of(seen_.begin(), seen_.end(), [&](const SeenMessage& message) {
    return message.label == record.label.hash() && message.from == from;
  });
  if (!known) seen_.push_back(SeenMessage{record.label.hash(), from, true});
  Trouble(record, Kind::kLost, "lost: " + NameOf(record));
}

void RowMaker::Trouble(const TraceRecord& record, Kind kind, std::string text, Weight weight) {
  for (SeenMessage& message : seen_) {
    if (!record.label.named() || message.label == record.label.hash()) message.trouble_since = true;
  }
  Add(record, kind, std::move(text), fault_ ? Weight::kKey : weight);
}

// --- processes
// -------------------------------------------------------------------------------------------------

void RowMaker::Down(const TraceRecord& record) {
  const std::string name = Printable(record.process.text());
  states_[lanes_.Of(record.process.text())] =
      record.kind == TraceKind::kPaused ? LaneState::kPaused : LaneState::kDown;
  const std::string length = LengthText(sim::Duration{record.value});
  std::string text = name;
  if (record.kind == TraceKind::kStopped) {
    text += " stops";
  } else if (record.kind == TraceKind::kPaused) {
    text += fmt::format(" stands still for {}", length);
  } else {
    text += record.value < 0 ? " crashes for good" : fmt::format(" crashes; back in {}", length);
  }
  Trouble(record, Kind::kDeath, std::move(text), Weight::kKey);
}

void RowMaker::Up(const TraceRecord& record) {
  states_[lanes_.Of(record.process.text())] = LaneState::kUp;
  const std::string name = Printable(record.process.text());
  if (record.kind == TraceKind::kResumed) {
    Add(record, Kind::kPoint, name + " goes on");
  } else if (record.value > 1) {
    Add(record, Kind::kPoint, name + " starts again");
  } else if (record.time > sim::kEpoch) {
    Add(record, Kind::kPoint, name + " starts");
  }
}

// --- what the server says
// -------------------------------------------------------------------------------------------------

void RowMaker::Fact(const TraceRecord& record, std::size_t index) {
  const std::string_view kind = record.label.kind().text();
  if (kind == "EventAppended") return Event(record);
  if (kind == "ActivityAttemptScheduled") {
    // Another activity of that name, or a later attempt: it is not too late for that one.
    std::erase_if(ended_, [&](const EndedAttempt& ended) { return ended.IsOf(record.label); });
  }
  if (kind == "ActivityAttemptFailed" || kind == "ActivityAttemptTimedOut" ||
      kind == "ActivityClosed") {
    ended_.push_back({record.label.scope(), record.label.subject(), record.label.number()});
  }
  if (kind == "ActivityAttemptFailed") return AttemptEnded(record, index, "failed");
  if (kind == "ActivityAttemptTimedOut") return AttemptEnded(record, index, "timed out");
}

void RowMaker::Event(const TraceRecord& record) {
  const history::HistoryEvent* event = FindEvent(record);
  std::string text = fmt::format("{} {}", record.label.number(), record.label.subject().text());
  const std::string subject = event == nullptr ? "" : SubjectOf(*event);
  if (!subject.empty()) text += " " + subject;
  if (several_workflows_) text += " of " + Printable(record.label.scope().text());
  const std::size_t lane = lanes_.Of(record.process.text());
  const bool closing = event != nullptr && history::IsClosing(history::TypeOf(*event));
  std::vector<TimelineRow>& rows = made_.rows;
  const bool caused = !rows.empty() && rows.back().time == record.time && rows.back().to == lane &&
                      rows.back().more == 0 && rows.back().kind != Kind::kNote;
  if (!caused) {
    TimelineRow& row = Add(record, Kind::kPoint, "", Weight::kDetail);
    row.events.push_back(std::move(text));
  } else {
    rows.back().events.push_back(std::move(text));
  }
  TimelineRow& row = rows.back();
  const bool task_only = record.label.subject().text().starts_with("WorkflowTask");
  if (!task_only) row.weight = std::max(row.weight, closing ? Weight::kKey : Weight::kNormal);
}

void RowMaker::AttemptEnded(const TraceRecord& record, std::size_t index, std::string_view how) {
  std::string text = Printable(record.label.subject().text()) +
                     fmt::format(" attempt {} {}", record.label.number(), how);
  // When the next one is due stands in the same transaction.
  for (std::size_t i = index + 1; i < records_.size() && records_[i].time == record.time; ++i) {
    const TraceRecord& next = records_[i];
    const bool due = next.kind == TraceKind::kFact &&
                     next.label.kind().text() == "ActivityAttemptDue" &&
                     next.label.scope() == record.label.scope() &&
                     next.label.subject() == record.label.subject() &&
                     next.label.number() == record.label.number() + 1;
    if (!due) continue;
    text += fmt::format("; attempt {} at {}", next.label.number(),
                        TimeText(sim::FromUnixNanos(next.value) - sim::kEpoch));
    break;
  }
  Add(record, Kind::kPoint, std::move(text));
}

// --- bookings and log
// -------------------------------------------------------------------------------------------------

// With a lane: only those of that service (a request has just reached it).
void RowMaker::BookingsUntil(sim::Time time, std::optional<std::size_t> lane) {
  while (next_booking_ < bookings_.size()) {
    const auto& [entry, service] = bookings_[next_booking_];
    if (entry->time > time || (lane && *lane != service)) return;
    TimelineRow row{
        .time = entry->time,
        .kind = Kind::kBooking,
        .weight = Weight::kKey,
        .from = service,
        .to = service,
        .text = Printable(fmt::format("{}: {} {} ({})", entry->operation, entry->account,
                                      SignedAmount(entry->amount), entry->reference))};
    Push(std::move(row));
    ++next_booking_;
  }
}

void RowMaker::LogUntil(sim::Time time) {
  for (; next_log_ < simulation_.log->size() && (*simulation_.log)[next_log_].time <= time;
       ++next_log_) {
    const LogLine& line = (*simulation_.log)[next_log_];
    const std::size_t lane = lanes_.Of(line.process);
    Push(TimelineRow{.time = line.time,
                     .kind = Kind::kNote,
                     .from = lane,
                     .to = lane,
                     .text = "“" + Printable(line.text) + "”"});
  }
}

// --- common
// -------------------------------------------------------------------------------------------------

TimelineRow& RowMaker::Add(const TraceRecord& record, Kind kind, std::string text, Weight weight) {
  const std::size_t from = lanes_.Of(record.process.text());
  const bool between = kind == Kind::kMessage || kind == Kind::kLost;
  Push(TimelineRow{.time = record.time,
                   .kind = kind,
                   .weight = weight,
                   .fault = fault_,
                   .from = from,
                   .to = between ? lanes_.Of(record.peer.text()) : from,
                   .text = std::move(text)});
  return made_.rows.back();
}

void RowMaker::Push(TimelineRow row) {
  row.lanes = states_;
  constexpr std::size_t kLookBack = 4;
  std::vector<TimelineRow>& rows = made_.rows;
  const bool repeatable = !row.fault && !row.text.empty() && row.kind != Kind::kMessage &&
                          row.kind != Kind::kBooking && row.kind != Kind::kDeath;
  for (std::size_t back = 1; repeatable && back <= std::min(kLookBack, rows.size()); ++back) {
    TimelineRow& earlier = rows[rows.size() - back];
    if (earlier.fault || earlier.kind != row.kind || earlier.from != row.from ||
        earlier.to != row.to || earlier.text != row.text) {
      continue;
    }
    ++earlier.more;
    earlier.last_time = row.time;
    return;
  }
  rows.push_back(std::move(row));
}

std::string RowMaker::NameOf(const sim::Label& label) const {
  if (several_workflows_) return Printable(label.Text());
  const sim::Label short_label(label.kind(), sim::Symbol(), label.subject(), label.number());
  return Printable(short_label.Text());
}

std::string RowMaker::NameOf(const TraceRecord& record) const {
  if (!record.label.named()) return "a poll";
  return (lanes_.IsReply(record.process, record.peer) ? "the reply to " : "") +
         NameOf(record.label);
}

const FaultMark* RowMaker::MarkAt(std::size_t record) const {
  const auto found = std::find_if(marks_.begin(), marks_.end(), [record](const FaultMark& mark) {
    return mark.record == record;
  });
  return found == marks_.end() ? nullptr : &*found;
}

bool RowMaker::IsTooLate(const sim::Label& label) const {
  const std::string_view kind = label.kind().text();
  if (!kind.starts_with("RespondActivityTask") && kind != "RecordActivityTaskHeartbeat")
    return false;
  return std::any_of(ended_.begin(), ended_.end(),
                     [&label](const EndedAttempt& ended) { return ended.IsOf(label); });
}

bool RowMaker::IsLastReply(std::size_t index) const {
  const TraceRecord& record = records_[index];
  return std::none_of(records_.begin() + static_cast<std::ptrdiff_t>(index) + 1, records_.end(),
                      [&](const TraceRecord& later) {
                        return later.kind == TraceKind::kDelivered &&
                               later.process == record.process && later.peer == record.peer &&
                               later.label == record.label;
                      });
}

const history::HistoryEvent* RowMaker::FindEvent(const TraceRecord& record) const {
  for (const properties::RunRecord& run : simulation_.evidence->runs) {
    if (run.workflow_id != record.label.scope().text()) continue;
    const auto id = static_cast<std::size_t>(record.label.number());
    if (id == 0 || id > run.history.size()) continue;
    const history::HistoryEvent& event = run.history[id - 1];
    const bool same = event.event_id == record.label.number() &&
                      history::NameOf(history::TypeOf(event)) == record.label.subject().text() &&
                      ToUnixNanos(event.event_time) == ToUnixNanos(record.time);
    if (same) return &event;
  }
  return nullptr;
}

}  // namespace

TimelineRows MakeTimelineRows(const FinishedSimulation& simulation) {
  return RowMaker(simulation).Make();
}

}  // namespace groundhog::reports
