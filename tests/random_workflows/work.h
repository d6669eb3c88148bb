// The activity that programs use, by its name or as the dynamic one:
// it goes as its first argument says.
#pragma once

#include <string>

#include "runtime/activity/registration.h"
#include "runtime/history/event.h"
#include "runtime/history/names.h"

namespace groundhog::random_workflows {

// How it goes, and what the workflow has seen.
inline constexpr ActivityType<std::string(int, std::string)> kWork{"work"};
inline constexpr ActivityType<std::string(int, std::string)> kAnyWork{"any work"};  // dynamic

// The first eight are ways of Op::kActivity.
inline constexpr int kSucceeds = 0;
inline constexpr int kFailsTwice = 1;
inline constexpr int kFailsForGood = 2;
inline constexpr int kHangs = 3;
inline constexpr int kHeartbeats = 4;
inline constexpr int kIsSlow = 5;
inline constexpr int kRemembers = 6;   // what the attempt before it has reported
inline constexpr int kSaysWhen = 7;    // it is to be tried again
inline constexpr int kIsLeftOpen = 8;  // its token is in its heartbeat

// The summary of one that is abandoned while a worker is at it.
inline constexpr const char* kAbandoned = "abandoned";

bool IsAbandoned(const history::EventHistory& events, history::EventId scheduled);
// Whether one of these ended, and did not complete. Temporal's core does not bear that (SEMANTICS
// f.5): the run never gets on, so what comes of it says nothing.
bool EndsAbandoned(const history::EventHistory& events);

activity::Registrations WorkActivities();

}  // namespace groundhog::random_workflows
