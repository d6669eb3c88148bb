// Markers: what the markers of a run's history say about its code: which patches and versions it
// took, and what its side effects gave. Answers the calls of versioning.h and side_effect.h.
//
// Before the code of a replayed task runs, the markers that this task recorded are announced, so
// that a call is answered as it was when it was made (SEMANTICS e.3, f.8). Live, a call makes the
// marker. An answer is the same for the rest of the run, whichever way it was found.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/workflow/command_queue.h"
#include "runtime/workflow/marker_formats.h"

namespace groundhog::workflow::internal {

class Markers {
 public:
  explicit Markers(CommandQueue& commands) : commands_(commands) {}

  // Of the task that is replayed next. `with_upsert`: TemporalChangeVersion was upserted beside it.
  void BeginTask() { recorded_mutables_.clear(); }
  void Announce(const PatchMarker& patch, bool with_upsert);
  void Announce(history::EventId event_id, const VersionMarker& version, bool with_upsert);
  void Announce(SideEffectMarker effect);
  void Announce(MutableSideEffectMarker effect);

  bool Patched(std::string_view id, bool deprecated, bool replaying);
  // Throws NondeterminismError if the version lies outside of what the code supports.
  std::int32_t GetVersion(std::string_view change_id, std::int32_t min_supported,
                          std::int32_t max_supported, bool replaying);

  using Compute = std::function<history::Payloads()>;
  using Equals = std::function<bool(const history::Payloads& old, const history::Payloads& fresh)>;
  // Throws NondeterminismError if it replays and history has no value.
  history::Payloads SideEffect(const Compute& compute, bool replaying);
  history::Payloads MutableSideEffect(std::string_view id, const Compute& compute,
                                      const Equals& equals, bool replaying);

 private:
  struct Patch {
    std::string id;
    bool announced = false;    // history has its marker
    bool with_upsert = false;  // and an upsert beside it
    bool recorded = false;     // a command was made
    bool answered = false;     // `answer` is for the rest of the run
    bool answer = false;
  };
  struct Version {
    std::string change_id;
    std::int32_t version = 0;
    bool announced = false;
    bool with_upsert = false;
    bool asked = false;
  };
  struct Mutable {
    std::string id;
    std::int64_t calls = 0;
    // The values at their calls, ascending; those before the present one are gone.
    std::vector<std::pair<std::int64_t, history::Payloads>> values = {};
  };

  Patch& FindPatch(std::string_view id);
  Version* FindVersion(std::string_view change_id);
  Mutable& FindMutable(std::string_view id);
  void RecordPatch(Patch& patch, bool deprecated, bool replaying);
  void RecordVersion(const Version& version, bool replaying);
  const history::Payloads* Current(Mutable& effect);
  void RecordMutable(Mutable& effect, history::Payloads value);
  // The versions of everything but `id`, in core's order or in Go's.
  std::vector<std::string> OtherVersions(std::string_view id) const;

  CommandQueue& commands_;
  std::vector<Patch> patches_;
  std::vector<Version> versions_;
  std::int64_t side_effects_ = 0;
  std::vector<SideEffectMarker> announced_effects_;  // not asked for yet
  std::vector<Mutable> mutables_;
  std::vector<std::string> recorded_mutables_;  // counted ids of this task's markers
};

}  // namespace groundhog::workflow::internal
