// Changing the code of workflows that are running: patches as core's SDKs have them, versions as
// Go's has them (SEMANTICS f.8).
//
//     if (Patched("refund-first")) {  // true in runs that came here with this code
//       co_await ExecuteActivity(kRefund, details, options);
//     }
//
// A run that passed this place before the code was changed gets false, and so do all its replays;
// every other run gets true, and records a marker, so that its replays do as well. The answer is
// the same for the whole run. When no run of the old code is left, DeprecatePatch("refund-first")
// takes the place of the `if`; when no run that was patched is left, nothing needs to.
//
//     const int version = GetVersion("refund", kDefaultVersion, 2);   // -1, 1 or 2
//
// Each marker is accompanied by an upsert of the search attribute TemporalChangeVersion.
#pragma once

#include <cstdint>
#include <string_view>

namespace groundhog::workflow {

// Whether this run takes the new way.
bool Patched(std::string_view id);
// The new way is the only one; markers of the patch are accepted.
void DeprecatePatch(std::string_view id);

// What GetVersion gives to runs that passed it before it was there.
inline constexpr std::int32_t kDefaultVersion = -1;
// The version by which this run goes: `max_supported` if it is the first to come here. A run whose
// version the code no longer supports, or not yet, fails its Workflow Task as non-deterministic.
std::int32_t GetVersion(std::string_view change_id, std::int32_t min_supported,
                        std::int32_t max_supported);

}  // namespace groundhog::workflow
