// Histories as lines that a test can be written with: id, type,
// and every attribute that says something.
//
//     "5 ActivityTaskScheduled id=a1 type=step stc=10s policy=1s/2/100s/0 wft=4"
//
// Left out are times, run ids, request ids and sizes, which recordings of a real server cannot be
// compared by, and what is zero or empty.
#pragma once

#include <string>
#include <vector>

#include "runtime/history/event.h"

namespace groundhog::server::testing {

std::string LineOf(const history::HistoryEvent& event);
std::vector<std::string> LinesOf(const history::EventHistory& history);

}  // namespace groundhog::server::testing
