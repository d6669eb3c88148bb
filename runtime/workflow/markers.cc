#include "runtime/workflow/markers.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/workflow/errors.h"
#include "runtime/workflow/versioning.h"

namespace groundhog::workflow::internal {

using history::Payloads;

// --- what history says

void Markers::Announce(const PatchMarker& marker, bool with_upsert) {
  Patch& patch = FindPatch(marker.id);
  patch.announced = true;
  patch.with_upsert = with_upsert;
}

void Markers::Announce(history::EventId event_id, const VersionMarker& marker, bool with_upsert) {
  commands_.Announce(event_id, marker);
  if (FindVersion(marker.change_id) != nullptr) return;
  versions_.push_back({.change_id = marker.change_id,
                       .version = marker.version,
                       .announced = true,
                       .with_upsert = with_upsert});
}

void Markers::Announce(SideEffectMarker effect) { announced_effects_.push_back(std::move(effect)); }

void Markers::Announce(MutableSideEffectMarker effect) {
  Mutable& known = FindMutable(effect.id);
  known.values.emplace_back(effect.call == 0 ? known.calls : effect.call, std::move(effect.value));
  recorded_mutables_.push_back(std::move(effect.counted_id));
}

// --- patches and versions

Markers::Patch& Markers::FindPatch(std::string_view id) {
  const auto found = std::find_if(patches_.begin(), patches_.end(),
                                  [id](const Patch& patch) { return patch.id == id; });
  if (found != patches_.end()) return *found;
  return patches_.emplace_back(Patch{.id = std::string(id)});
}

Markers::Version* Markers::FindVersion(std::string_view change_id) {
  const auto found = std::find_if(versions_.begin(), versions_.end(), [&](const Version& version) {
    return version.change_id == change_id;
  });
  return found == versions_.end() ? nullptr : &*found;
}

std::vector<std::string> Markers::OtherVersions(std::string_view id) const {
  std::vector<std::string> others;
  for (const Patch& patch : patches_) {
    if (patch.recorded && patch.id != id) others.push_back(patch.id);
  }
  for (const Version& version : versions_) {
    if (!version.asked || version.change_id == id) continue;
    others.push_back(fmt::format("{}-{}", version.change_id, version.version));
  }
  return others;
}

bool Markers::Patched(std::string_view id, bool deprecated, bool replaying) {
  Patch& patch = FindPatch(id);
  if (patch.answered) return patch.answer;
  patch.answered = true;
  patch.answer = !replaying || patch.announced;
  if (patch.answer) RecordPatch(patch, deprecated, replaying);
  return patch.answer;
}

void Markers::RecordPatch(Patch& patch, bool deprecated, bool replaying) {
  commands_.AddRecord({.kind = RecordKind::kPatch,
                       .key = patch.id,
                       .command = WriteMarker(PatchMarker{patch.id, deprecated})});
  patch.recorded = true;
  // Versions of core that wrote no upsert left histories without one.
  if (replaying && !patch.with_upsert) return;
  std::vector<std::string> versions = OtherVersions(patch.id);
  versions.push_back(patch.id);
  std::sort(versions.begin(), versions.end());
  if (auto upsert = UpsertChangeVersions(versions)) {
    commands_.AddRecord({.kind = RecordKind::kChangeVersions, .command = *std::move(upsert)});
  }
}

std::int32_t Markers::GetVersion(std::string_view change_id, std::int32_t min_supported,
                                 std::int32_t max_supported, bool replaying) {
  Version* version = FindVersion(change_id);
  if (version == nullptr) {
    versions_.push_back({.change_id = std::string(change_id),
                         .version = replaying ? kDefaultVersion : max_supported});
    version = &versions_.back();
  }
  if (!std::exchange(version->asked, true) && (version->announced || !replaying)) {
    RecordVersion(*version, replaying);
  }
  if (version->version < min_supported) {
    throw NondeterminismError(
        fmt::format("[TMPRL1100] Workflow code removed support of version {}. for \"{}\" changeID. "
                    "The oldest supported version is {}",
                    version->version, change_id, min_supported));
  }
  if (version->version > max_supported) {
    throw NondeterminismError(fmt::format(
        "[TMPRL1100] Workflow code is too old to support version {} for \"{}\" changeID. The "
        "maximum supported version is {}",
        version->version, change_id, max_supported));
  }
  return version->version;
}

void Markers::RecordVersion(const Version& version, bool replaying) {
  std::vector<std::string> versions{fmt::format("{}-{}", version.change_id, version.version)};
  for (std::string& other : OtherVersions(version.change_id)) versions.push_back(std::move(other));
  auto upsert = UpsertChangeVersions(versions);
  commands_.AddRecord({.kind = RecordKind::kVersion,
                       .key = version.change_id,
                       .command = WriteMarker(
                           VersionMarker{version.change_id, version.version, upsert.has_value()})},
                      !version.announced);
  if (!upsert || (replaying && !version.with_upsert)) return;
  commands_.AddRecord({.kind = RecordKind::kChangeVersions, .command = *std::move(upsert)},
                      !version.announced);
}

// --- side effects

Payloads Markers::SideEffect(const Compute& compute, bool replaying) {
  const std::int64_t id = ++side_effects_;
  SideEffectMarker effect{.id = id};
  if (replaying) {
    const auto found = std::find_if(announced_effects_.begin(), announced_effects_.end(),
                                    [id](const SideEffectMarker& known) { return known.id == id; });
    if (found == announced_effects_.end()) {
      std::vector<std::int64_t> known;
      for (const SideEffectMarker& other : announced_effects_) known.push_back(other.id);
      throw NondeterminismError(
          fmt::format("[TMPRL1100] No cached result found for side effectID={}. "
                      "KnownSideEffects=[{}]",
                      id, fmt::join(known, " ")));
    }
    effect = std::move(*found);
    announced_effects_.erase(found);
  } else {
    effect.value = compute();
  }
  commands_.AddRecord(
      {.kind = RecordKind::kSideEffect, .key = std::to_string(id), .command = WriteMarker(effect)});
  return std::move(effect.value);
}

Markers::Mutable& Markers::FindMutable(std::string_view id) {
  const auto found = std::find_if(mutables_.begin(), mutables_.end(),
                                  [id](const Mutable& effect) { return effect.id == id; });
  if (found != mutables_.end()) return *found;
  return mutables_.emplace_back(Mutable{.id = std::string(id)});
}

const Payloads* Markers::Current(Mutable& effect) {
  const auto next = std::find_if(effect.values.begin(), effect.values.end(),
                                 [&](const auto& value) { return value.first > effect.calls; });
  if (next == effect.values.begin()) return nullptr;
  effect.values.erase(effect.values.begin(), next - 1);
  return &effect.values.front().second;
}

void Markers::RecordMutable(Mutable& effect, Payloads value) {
  const std::string counted_id = fmt::format("{}_{}", effect.id, commands_.NextEventId());
  commands_.AddRecord({.kind = RecordKind::kMutableSideEffect,
                       .key = counted_id,
                       .command = WriteMarker(
                           MutableSideEffectMarker{effect.id, counted_id, effect.calls, value})});
}

Payloads Markers::MutableSideEffect(std::string_view id, const Compute& compute,
                                    const Equals& equals, bool replaying) {
  Mutable& effect = FindMutable(id);
  ++effect.calls;
  const Payloads* current = Current(effect);
  if (replaying) {
    if (current == nullptr) {
      throw NondeterminismError(
          fmt::format("[TMPRL1100] Non deterministic workflow code change detected. "
                      "MutableSideEffect API call doesn't have a correspondent event in the "
                      "workflow history. MutableSideEffect ID: {}",
                      id));
    }
    const std::string counted_id = fmt::format("{}_{}", effect.id, commands_.NextEventId());
    const bool recorded = std::find(recorded_mutables_.begin(), recorded_mutables_.end(),
                                    counted_id) != recorded_mutables_.end();
    if (recorded) RecordMutable(effect, *current);
    return *current;
  }
  Payloads fresh = compute();
  if (current != nullptr && equals(*current, fresh)) return *current;
  RecordMutable(effect, fresh);
  effect.values.assign({{effect.calls, fresh}});
  return fresh;
}

}  // namespace groundhog::workflow::internal
