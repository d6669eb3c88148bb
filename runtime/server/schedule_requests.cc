// What clients ask of schedules to change them: create, update, patch, delete (SEMANTICS f.12).
#include <algorithm>
#include <string>
#include <utility>

#include "runtime/protocol/errors.h"
#include "runtime/server/handlers.h"
#include "runtime/server/schedule_machine.h"
#include "runtime/server/schedule_start.h"
#include "runtime/server/start_request.h"

namespace groundhog::server {
namespace {

constexpr std::size_t kLongestNote = 1000;
constexpr std::size_t kMostBackfills = 1000;
constexpr std::size_t kMostRequestIds = 100;
constexpr Duration kUsualCatchupWindow = std::chrono::hours(24 * 365);
constexpr Duration kLeastCatchupWindow = std::chrono::seconds(10);

absl::Status CheckAction(const Engine& engine, const protocol::Schedule& schedule) {
  ScheduleRecord probe;
  probe.schedule = history::MakeShared<protocol::Schedule>(schedule);
  protocol::StartWorkflowExecutionRequest request = RequestFor(engine, probe, engine.now());
  if (schedule.action.workflow_id.empty()) request.workflow_id.clear();
  return CheckStart(request, engine.now());
}

absl::Status CheckNote(const std::string& note) {
  return note.size() <= kLongestNote ? absl::OkStatus() : protocol::ScheduleNotesTooLong();
}

// Puts defaults and the canonical spec in, where they can be seen.
absl::Status Prepare(const Engine& engine, protocol::Schedule& schedule) {
  absl::StatusOr<history::ScheduleSpec> spec = history::CanonicalSpec(std::move(schedule.spec));
  if (!spec.ok()) return protocol::InvalidScheduleSpec(spec.status());
  schedule.spec = *std::move(spec);
  protocol::SchedulePolicy& policy = schedule.policy;
  if (policy.overlap == ScheduleOverlapPolicy::kUnspecified) {
    policy.overlap = ScheduleOverlapPolicy::kSkip;
  }
  policy.catchup_window = policy.catchup_window.count() == 0
                              ? kUsualCatchupWindow
                              : std::max(policy.catchup_window, kLeastCatchupWindow);
  absl::Status status = CheckNote(schedule.state.note);
  status.Update(CheckAction(engine, schedule));
  return status;
}

bool IsEmpty(const protocol::SchedulePatch& patch) {
  return !patch.trigger && patch.backfill.empty() && patch.pause.empty() && patch.unpause.empty();
}

void SetPaused(ScheduleRecord& record, bool paused, std::string note) {
  if (note.empty()) return;
  record.state.paused = paused;
  record.state.note = std::move(note);
  ++record.conflict_token;
}

void Apply(ScheduleRecord& record, protocol::SchedulePatch patch, Timestamp now) {
  if (patch.trigger) {
    Buffer(record, {.nominal_time = now,
                    .actual_time = now,
                    .overlap = patch.trigger->overlap,
                    .manual = true});
  }
  for (protocol::ScheduleBackfill& backfill : patch.backfill) {
    if (record.backfills.size() >= kMostBackfills) {
      ++record.counts.dropped;
      continue;
    }
    const Timestamp start = std::max(backfill.start_at, Timestamp{});
    backfill.start_at = start - std::chrono::milliseconds(1);  // included
    record.backfills.push_back(backfill);
  }
  SetPaused(record, true, std::move(patch.pause));
  SetPaused(record, false, std::move(patch.unpause));
}

bool WasMade(const ScheduleRecord& record, const std::string& request_id) {
  return record.request_ids && !request_id.empty() &&
         std::find(record.request_ids->begin(), record.request_ids->end(), request_id) !=
             record.request_ids->end();
}

void NoteRequest(ScheduleRecord& record, std::string request_id) {
  std::vector<std::string> ids;
  if (record.request_ids) ids = *record.request_ids;
  if (ids.size() == kMostRequestIds) ids.erase(ids.begin());
  ids.push_back(std::move(request_id));
  record.request_ids = history::MakeShared<std::vector<std::string>>(std::move(ids));
}

// Writes it, answers, and lets the schedule do what follows.
template <class Response>
void Keep(Engine& engine, ScheduleNumber number, ScheduleRecord record, Response response,
          sim::Reply& reply) {
  PutSchedule put{number, history::MakeShared<ScheduleRecord>(std::move(record))};
  if (!engine.CommitAlone(reply.label(), std::move(put))) {
    if (!engine.alive()) return;
    // Perhaps it was written.
    if (number < engine.durable().NextScheduleNumber()) {
      engine.PushScheduleWake(number, engine.now() + kRetryDelay);
    }
    return engine.Refuse(reply, protocol::ShardReloading());
  }
  engine.Answer(reply, std::move(response));
  WakeSchedule(engine, number);
}

// The schedule that is there now, or why there is none.
absl::StatusOr<ScheduleNumber> FindToChange(const Engine& engine, const std::string& id) {
  if (id.empty()) return protocol::NotSetOnRequest("ScheduleId");
  const auto number = engine.durable().FindSchedule(id);
  if (!number) return protocol::ScheduleUnknown(id);
  if (engine.durable().schedule(*number) == nullptr) return protocol::WorkflowAlreadyCompleted();
  return *number;
}

}  // namespace

void Handle(Engine& engine, protocol::CreateScheduleRequest& request, sim::Reply reply) {
  const std::string& id = request.schedule_id;
  if (id.empty()) return engine.Refuse(reply, protocol::NotSetOnRequest("ScheduleId"));
  absl::Status bad = Prepare(engine, request.schedule);
  bad.Update(CheckNote(request.initial_patch.pause));
  bad.Update(CheckNote(request.initial_patch.unpause));
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  const auto number = engine.durable().FindSchedule(id);
  const ScheduleRecord* other = number ? engine.durable().schedule(*number) : nullptr;
  if (other != nullptr) {
    if (!request.request_id.empty() && other->request_id == request.request_id) {
      return engine.Answer(reply, protocol::CreateScheduleResponse{other->conflict_token});
    }
    return engine.Refuse(reply, protocol::ScheduleAlreadyRegistered(id));
  }
  ScheduleRecord record{.id = id,
                        .request_id = std::move(request.request_id),
                        .state = request.schedule.state,
                        .created_at = engine.now(),
                        .processed_until = engine.now(),
                        .memo = std::move(request.memo),
                        .search_attributes = std::move(request.search_attributes)};
  record.schedule = history::MakeShared<protocol::Schedule>(std::move(request.schedule));
  const protocol::CreateScheduleResponse response{record.conflict_token};
  Apply(record, std::move(request.initial_patch), engine.now());
  Keep(engine, engine.durable().NextScheduleNumber(), std::move(record), response, reply);
}

void Handle(Engine& engine, protocol::UpdateScheduleRequest& request, sim::Reply reply) {
  if (absl::Status bad = Prepare(engine, request.schedule); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  const absl::StatusOr<ScheduleNumber> number = FindToChange(engine, request.schedule_id);
  if (!number.ok()) return engine.Refuse(reply, number.status());
  ScheduleRecord record = *engine.durable().schedule(*number);
  if (WasMade(record, request.request_id)) {
    return engine.Answer(reply, protocol::UpdateScheduleResponse{});
  }
  if (request.conflict_token != 0 && request.conflict_token != record.conflict_token) {
    return engine.Refuse(reply, protocol::ScheduleConflictTokenMismatch());
  }
  ElapseUntilNow(engine, *number, record);
  NoteRequest(record, std::move(request.request_id));
  record.state = request.schedule.state;
  record.schedule = history::MakeShared<protocol::Schedule>(std::move(request.schedule));
  record.updated_at = engine.now();
  ++record.conflict_token;
  if (request.search_attributes) record.search_attributes = *std::move(request.search_attributes);
  Keep(engine, *number, std::move(record), protocol::UpdateScheduleResponse{}, reply);
}

void Handle(Engine& engine, protocol::PatchScheduleRequest& request, sim::Reply reply) {
  if (IsEmpty(request.patch)) return engine.Refuse(reply, protocol::SchedulePatchNotSet());
  absl::Status bad = CheckNote(request.patch.pause);
  bad.Update(CheckNote(request.patch.unpause));
  if (!bad.ok()) return engine.Refuse(reply, std::move(bad));
  const absl::StatusOr<ScheduleNumber> number = FindToChange(engine, request.schedule_id);
  if (!number.ok()) return engine.Refuse(reply, number.status());
  ScheduleRecord record = *engine.durable().schedule(*number);
  if (WasMade(record, request.request_id)) {
    return engine.Answer(reply, protocol::PatchScheduleResponse{});
  }
  ElapseUntilNow(engine, *number, record);
  NoteRequest(record, std::move(request.request_id));
  Apply(record, std::move(request.patch), engine.now());
  Keep(engine, *number, std::move(record), protocol::PatchScheduleResponse{}, reply);
}

void Handle(Engine& engine, protocol::DeleteScheduleRequest& request, sim::Reply reply) {
  const absl::StatusOr<ScheduleNumber> number = FindToChange(engine, request.schedule_id);
  if (!number.ok()) return engine.Refuse(reply, number.status());
  if (!engine.CommitAlone(reply.label(), PutSchedule{*number, {}})) {
    if (engine.alive()) engine.Refuse(reply, protocol::ShardReloading());
    return;
  }
  engine.schedules().Forget(*number);
  engine.Answer(reply, protocol::DeleteScheduleResponse{});
}

}  // namespace groundhog::server
