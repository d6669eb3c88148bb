// Records: the commands of a run that only leave an event: markers, upserted search attributes,
// modified properties. Nothing is ever routed back to them.
//
// In a replay they are made as well, because the events must be matched, and their values are at
// hand (they stand in history). Most runs have none, so the CommandQueue makes this on demand.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/history/command.h"

namespace groundhog::workflow::internal {

enum class RecordKind : std::uint8_t {
  kPatch,
  kVersion,
  kSideEffect,
  kMutableSideEffect,
  kLocalActivity,
  kChangeVersions,  // the search attribute beside a patch or a version
  kUpsertSearchAttributes,
  kModifyProperties,
};

struct Record {
  RecordKind kind = RecordKind::kSideEffect;
  std::string key = {};  // what identifies it: patch or change id, counted id; else empty
  history::Command command = {};
};

// In words: "RecordMarker(core_patch two)".
std::string DescribeRecord(const Record& record);

struct Records {
  // By place in the queue's entries.
  std::vector<Record> made = {};
  // Version markers that were announced and not yet counted: by event id, ascending, with the
  // number of events that the call left.
  std::vector<std::pair<history::EventId, int>> versions = {};
  // The event after a marker that was passed over: its upsert goes with it.
  history::EventId passed_over_with = 0;
};

}  // namespace groundhog::workflow::internal
