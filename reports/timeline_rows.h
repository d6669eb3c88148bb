// TimelineRows: a simulation's trace, bookings and log lines as the rows that a reader wants to
// see, in the order of time.
//
// What is condensed: polls are shown only by the task they bring; a message is one row, at its
// arrival; a reply none, unless something befell it; events stand under the message that caused
// them; a message sent again after trouble says so; rows that repeat (lost in one partition) are
// counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/finished_simulation.h"
#include "sim/time.h"

namespace groundhog::reports {

enum class LaneState : std::uint8_t { kUp, kDown, kPaused };

struct TimelineRow {
  enum class Kind : std::uint8_t {
    kMessage,  // from one lane to another
    kLost,     // begins at `from` and never gets to `to`
    kPoint,    // something at one process
    kDeath,    // a process ends
    kBooking,  // an effect that lasts
    kNote,     // a line that author code logged
  };
  // What may be left out where room is short.
  enum class Weight : std::uint8_t { kDetail, kNormal, kKey };

  sim::Time time = sim::kEpoch;
  Kind kind = Kind::kPoint;
  Weight weight = Weight::kNormal;
  bool fault = false;  // the simulation decided so
  std::size_t from = 0;
  std::size_t to = 0;  // lanes; equal unless it is a message
  std::string text = {};
  std::vector<std::string> events = {};  // "5 ActivityTaskScheduled withdraw"
  std::size_t more = 0;                  // how many rows like this one were left out behind it …
  sim::Time last_time = sim::kEpoch;     // … and when the last of them was
  std::vector<LaneState> lanes = {};     // after it
};

struct TimelineRows {
  std::vector<std::string> lanes = {};  // process names: clients, server, workers, services
  std::vector<TimelineRow> rows = {};
};

TimelineRows MakeTimelineRows(const FinishedSimulation& simulation);

}  // namespace groundhog::reports
