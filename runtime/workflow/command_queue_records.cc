// The part of CommandQueue that is about records: markers that code and history may or may not have
// in common.
#include <fmt/format.h>

#include "base/check.h"
#include "runtime/history/converter.h"
#include "runtime/workflow/command_queue.h"
#include "runtime/workflow/difference.h"

namespace groundhog::workflow::internal {
namespace {

using history::EventType;
using history::HistoryEvent;

// The marker that a MarkerRecorded holds; monostate if the event is another one.
Marker MarkerOf(const HistoryEvent& event) {
  const auto* recorded = history::As<history::MarkerRecorded>(event);
  return recorded == nullptr ? Marker{} : ReadMarker(*recorded);
}

bool IsFrontOf(const Record* front, RecordKind kind, const std::string& key) {
  return front != nullptr && front->kind == kind && front->key == key;
}

EventType EventOf(RecordKind kind) {
  switch (kind) {
    case RecordKind::kPatch:
    case RecordKind::kVersion:
    case RecordKind::kSideEffect:
    case RecordKind::kMutableSideEffect:
    case RecordKind::kLocalActivity:
      return EventType::kMarkerRecorded;
    case RecordKind::kChangeVersions:
    case RecordKind::kUpsertSearchAttributes:
      return EventType::kUpsertWorkflowSearchAttributes;
    case RecordKind::kModifyProperties:
      return EventType::kWorkflowPropertiesModified;
  }
  return EventType::kMarkerRecorded;
}

// How core says that the machine of a record got an event of another kind.
std::string Misfit(RecordKind kind, const HistoryEvent& event) {
  switch (kind) {
    case RecordKind::kPatch:
      return "Change machine cannot handle this event: " + Name(event);
    case RecordKind::kLocalActivity:
      return "Local activity machine cannot handle this event: " + Name(event);
    case RecordKind::kVersion:
      return NotHandled("Version", event);
    case RecordKind::kSideEffect:
      return NotHandled("Side effect", event);
    case RecordKind::kMutableSideEffect:
      return NotHandled("Mutable side effect", event);
    case RecordKind::kChangeVersions:
    case RecordKind::kUpsertSearchAttributes:
      return "UpsertWorkflowSearchAttributesMachine does not handle " + Name(event);
    case RecordKind::kModifyProperties:
      return "ModifyWorkflowPropertiesMachine does not handle " + Name(event);
  }
  return {};
}

}  // namespace

std::string DescribeRecord(const Record& record) {
  switch (record.kind) {
    case RecordKind::kPatch:
      return fmt::format("RecordMarker(core_patch {})", record.key);
    case RecordKind::kVersion:
      return fmt::format("RecordMarker(Version {})", record.key);
    case RecordKind::kSideEffect:
      return fmt::format("RecordMarker(SideEffect {})", record.key);
    case RecordKind::kMutableSideEffect:
      return fmt::format("RecordMarker(MutableSideEffect {})", record.key);
    case RecordKind::kLocalActivity:
      return fmt::format("RecordMarker(local activity {})", record.key);
    case RecordKind::kChangeVersions:
    case RecordKind::kUpsertSearchAttributes:
      return "UpsertWorkflowSearchAttributes";
    case RecordKind::kModifyProperties:
      return "ModifyWorkflowProperties";
  }
  return {};
}

Records& CommandQueue::records() {
  if (records_ == nullptr) records_ = std::make_unique<Records>();
  return *records_;
}

void CommandQueue::AddRecord(Record record, bool counted) {
  std::vector<Record>& made = records().made;
  if (front_ == entries_.size()) made.clear();
  made.push_back(std::move(record));
  Push(Kind::kRecord, static_cast<std::uint32_t>(made.size() - 1), counted);
}

// --- ids

void CommandQueue::BeginTask(history::EventId started_event_id) {
  first_event_id_ = next_event_id_ = started_event_id + 2;  // after WorkflowTaskCompleted
}

void CommandQueue::Announce(history::EventId event_id, const VersionMarker& version) {
  records().versions.emplace_back(event_id, version.attribute_updated ? 2 : 1);
}

history::EventId CommandQueue::NextEventId() {
  if (records_ == nullptr) return next_event_id_;
  auto& versions = records_->versions;
  while (!versions.empty() && versions.front().first <= next_event_id_) {
    if (versions.front().first == next_event_id_) next_event_id_ += versions.front().second;
    versions.erase(versions.begin());
  }
  return next_event_id_;
}

// --- matching

const Record* CommandQueue::FrontRecord() {
  if (empty() || entries_[front_].kind != Kind::kRecord) return nullptr;
  return &records_->made[entries_[front_].index];
}

// core: a deprecated patch marker needs no call, any other one does, and a patch command that no
// event takes is dropped. Go: markers of versions and mutable side effects need no call, nor calls
// a marker (SEMANTICS e.3, e.5, f.8).
bool CommandQueue::PassesOver(const HistoryEvent& event,
                              std::optional<Nondeterminism>& difference) {
  const EventType type = TypeOf(event);
  if (records_ == nullptr && type != EventType::kMarkerRecorded) return false;
  const auto pass_over = [&] {
    records().passed_over_with = event.event_id + 1;
    return true;
  };
  const Marker marker = MarkerOf(event);
  if (const auto* patch = std::get_if<PatchMarker>(&marker)) {
    const Record* front = FrontRecord();
    const bool meets_patch = front != nullptr && front->kind == RecordKind::kPatch;
    if (meets_patch && (front->key == patch->id || !patch->deprecated)) return false;
    if (patch->deprecated) return pass_over();
    difference =
        Difference(event, DescribeFront(),
                   fmt::format("Non-deprecated patch marker encountered for change {}, but "
                               "there is no corresponding change command!",
                               patch->id));
    return true;
  }
  if (const auto* version = std::get_if<VersionMarker>(&marker)) {
    return !IsFrontOf(FrontRecord(), RecordKind::kVersion, version->change_id) && pass_over();
  }
  if (const auto* effect = std::get_if<MutableSideEffectMarker>(&marker)) {
    return !IsFrontOf(FrontRecord(), RecordKind::kMutableSideEffect, effect->counted_id) &&
           pass_over();
  }
  if (UpsertsChangeVersions(event) && records().passed_over_with == event.event_id) return true;
  DropLoneRecords(event);
  return false;
}

void CommandQueue::DropLoneRecords(const HistoryEvent& event) {
  for (const Record* front = FrontRecord(); front != nullptr; front = FrontRecord()) {
    const bool may_stand_alone = front->kind == RecordKind::kPatch ||
                                 front->kind == RecordKind::kVersion ||
                                 front->kind == RecordKind::kMutableSideEffect;
    if (!may_stand_alone) return;
    const bool with_upsert = front->kind == RecordKind::kVersion;
    ++front_;
    front = FrontRecord();
    if (with_upsert && front != nullptr && front->kind == RecordKind::kChangeVersions &&
        !UpsertsChangeVersions(event)) {
      ++front_;
    }
  }
}

std::optional<Nondeterminism> CommandQueue::MatchRecord(const Record& record,
                                                        const HistoryEvent& event) {
  const Marker marker = MarkerOf(event);
  if (TypeOf(event) != EventOf(record.kind) ||
      (record.kind == RecordKind::kSideEffect &&
       std::get_if<SideEffectMarker>(&marker) == nullptr)) {
    return Difference(event, DescribeRecord(record), Misfit(record.kind, event));
  }
  const auto* local = std::get_if<LocalActivityMarker>(&marker);
  if (record.kind == RecordKind::kLocalActivity &&
      (local == nullptr || std::to_string(local->seq) != record.key)) {
    return Difference(event, DescribeRecord(record), Misfit(record.kind, event));
  }
  const auto* patch = std::get_if<PatchMarker>(&marker);
  if (record.kind == RecordKind::kPatch && patch->id != record.key) {
    return Difference(
        event, DescribeRecord(record),
        fmt::format("Change id {} does not match expected id {}", patch->id, record.key));
  }
  return std::nullopt;
}

}  // namespace groundhog::workflow::internal
