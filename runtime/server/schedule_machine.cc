#include "runtime/server/schedule_machine.h"

#include <algorithm>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/search_attributes.h"
#include "runtime/server/close.h"
#include "runtime/server/names.h"
#include "runtime/server/schedule_buffer.h"
#include "runtime/server/schedule_outcome.h"
#include "runtime/server/schedule_start.h"
#include "sim/kernel.h"

namespace groundhog::server {
namespace {

constexpr std::size_t kMostBuffered = 1000;
constexpr int kBackfillsAtOnce = 10;
constexpr Duration kBackfillPause = std::chrono::seconds(1);

// Takes the times that have come into the buffer. Whether there were any.
bool Elapse(LiveSchedule& live, ScheduleRecord& record, Timestamp now) {
  if (!record.MayAct(false)) {
    record.processed_until = std::max(record.processed_until, now);
    live.wake = std::nullopt;
    return false;
  }
  bool changed = false;
  auto next = live.Next(NextTimesFrom(live, record));
  for (; next && next->actual <= now; next = live.Next(next->actual)) {
    if (record.updated_at && next->actual < *record.updated_at) continue;
    record.processed_until = next->actual;
    changed = true;
    if (now - next->actual > record.schedule->policy.catchup_window) {
      ++record.counts.missed_catchup_window;
    } else {
      Buffer(record, {.nominal_time = next->nominal, .actual_time = next->actual});
    }
  }
  live.wake = next ? std::optional(next->actual) : std::nullopt;
  return changed;
}

// Some of the times that are to be made up for. Whether there were any.
bool TakeBackfills(const LiveSchedule& live, ScheduleRecord& record) {
  bool changed = false;
  // Half of the buffer stays free for what comes by itself.
  for (int taken = 0; !record.backfills.empty() && taken < kBackfillsAtOnce &&
                      record.buffered.size() < kMostBuffered / 2;) {
    protocol::ScheduleBackfill& backfill = record.backfills.front();
    const auto next = live.Next(backfill.start_at);
    changed = true;
    if (!next || next->actual > backfill.end_at) {
      record.backfills.erase(record.backfills.begin());
      continue;
    }
    Buffer(record, {next->nominal, next->actual, backfill.overlap, true});
    backfill.start_at = next->actual;
    ++taken;
  }
  return changed;
}

// One transaction of a schedule.
class SchedulePass {
 public:
  enum class Outcome : std::uint8_t { kIdle, kDone, kTrouble };

  SchedulePass(Engine& engine, ScheduleNumber number)
      : engine_(engine), number_(number), record_(*engine.durable().schedule(number)) {}

  Outcome Perform() {
    bool changed = NoteEnds(engine_, record_);
    if (record_.ready.empty()) {
      LiveSchedule& live = engine_.schedules().Of(number_, record_);
      if (TimePasses(engine_)) {
        changed |= Elapse(live, record_, engine_.now());
        changed |= TakeBackfills(live, record_);
      }
      changed |= JudgeOverlaps();
    }
    changed |= StartOne();
    if (!changed) return Outcome::kIdle;
    return Write() ? Outcome::kDone : Outcome::kTrouble;
  }

 private:
  bool JudgeOverlaps() {
    if (record_.buffered.empty()) return false;
    BufferVerdict verdict = JudgeBuffer(record_);
    bool changed = verdict.remaining.size() != record_.buffered.size();
    record_.counts.skipped_overlap += verdict.skipped;
    record_.buffered = std::move(verdict.remaining);
    record_.ready = std::move(verdict.starts);
    if (verdict.terminates) {
      changed |= EndOthers(TerminateScheduled);
    } else if (verdict.cancels) {
      changed |= EndOthers(CancelScheduled);
    }
    return changed;
  }

  bool EndOthers(Transition* (*end)(Engine&, Run&, const ScheduleRecord&)) {
    bool changed = false;
    for (const Shared<RunStart>& first : record_.running) {
      const std::optional<RunIndex> latest = LatestRunOf(engine_, *first);
      Run* run = latest ? engine_.OpenRun(*latest) : nullptr;
      if (run == nullptr) continue;
      Transition* t = end(engine_, *run, record_);
      if (t == nullptr) continue;
      last_ = t;
      changed = true;
    }
    return changed;
  }

  // The first of those that are ready which may be started. What may not is gone. Whether there was
  // any.
  bool StartOne() {
    const bool any = !record_.ready.empty();
    while (!record_.ready.empty() && last_ == nullptr) {
      const BufferedStart start = record_.ready.front();
      record_.ready.erase(record_.ready.begin());
      if (!record_.MayAct(start.manual)) continue;
      if (!start.manual && record_.state.limited_actions) {
        --record_.state.remaining_actions;
        ++record_.conflict_token;
      }
      last_ = StartScheduled(engine_, record_, start);
    }
    return any;
  }

  bool Write() {
    const sim::Symbol subject = last_ == nullptr ? sim::Symbol() : last_->start().workflow;
    const sim::Label label(sim::Symbol(kScheduleAction), engine_.causes().Intern(record_.id),
                           subject, 0);
    PutSchedule put{number_, history::MakeShared<ScheduleRecord>(std::move(record_))};
    if (last_ == nullptr) return engine_.CommitAlone(label, std::move(put));
    engine_.AlsoPut(std::move(put));
    if (!engine_.Commit(*last_, label)) return false;
    engine_.FollowUp(*last_);
    return true;
  }

  Engine& engine_;
  ScheduleNumber number_;
  ScheduleRecord record_;
  Transition* last_ = nullptr;  // of a run that the transaction starts or ends
};

// Whether another pass has something to do at once.
bool HasMore(const ScheduleRecord& record) {
  return !record.ready.empty() || (!record.buffered.empty() && record.running.empty());
}

bool MakesUpByItself(const ScheduleRecord& record) {
  if (record.backfills.empty()) return false;
  return record.running.empty() ||
         record.OverlapOf(record.backfills.front().overlap) == ScheduleOverlapPolicy::kAllowAll;
}

}  // namespace

void WakeSchedule(Engine& engine, ScheduleNumber number) {
  for (;;) {
    const ScheduleRecord* record = engine.durable().schedule(number);
    if (record == nullptr) return;
    const bool looks_at_times = record->ready.empty();
    const SchedulePass::Outcome outcome = SchedulePass(engine, number).Perform();
    if (!engine.alive()) return;
    if (outcome == SchedulePass::Outcome::kTrouble) {
      return engine.PushScheduleWake(number, engine.now() + kRetryDelay);
    }
    record = engine.durable().schedule(number);
    if (record == nullptr) return;
    const bool again = outcome == SchedulePass::Outcome::kDone && HasMore(*record);
    if (again || !looks_at_times) continue;
    if (!TimePasses(engine)) return;
    if (MakesUpByItself(*record)) {
      engine.PushScheduleWake(number, engine.now() + kBackfillPause);
    }
    return engine.PushScheduleTime(number);
  }
}

void TellSchedule(Engine& engine, const RunRecord& closed) {
  const history::PayloadMap& attributes = closed.start->event->search_attributes;
  const history::Payload* by = history::Find(attributes, kScheduledById.name);
  if (by == nullptr) return;
  std::string id;
  try {
    groundhog::internal::DecodeIndexed(*by, id);
  } catch (const history::PayloadError&) {
    return;  // a client's own attribute of that name
  }
  const auto number = engine.durable().FindSchedule(id);
  if (number) engine.PushScheduleWake(*number, engine.now());
}

void ElapseUntilNow(Engine& engine, ScheduleNumber number, ScheduleRecord& record) {
  if (TimePasses(engine)) Elapse(engine.schedules().Of(number, record), record, engine.now());
}

bool TimePasses(Engine& engine) { return engine.process().kernel().scripts() > 0; }

void Buffer(ScheduleRecord& record, const BufferedStart& start) {
  if (record.buffered.size() < kMostBuffered) {
    record.buffered.push_back(start);
  } else {
    ++record.counts.dropped;
  }
}

}  // namespace groundhog::server
