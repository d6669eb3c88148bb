// Where in the trace the decisions of a run took hold.
//
// The trace says what happened, not which answer was behind it; but each kind of fault leaves a
// record of its own (a loss, a crash), and decisions and records come in the same order. An
// injected error leaves none, so the step it concerns is named instead.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/choice_tape.h"
#include "sim/trace.h"

namespace groundhog::reports {

struct FaultMark {
  std::size_t decision = 0;  // index in the list given
  std::size_t record = 0;    // index in the trace
  // False: the record is only where it happened, the effect leaves no record.
  bool is_effect = true;
};

// At most one mark a decision, in the order of the decisions; a decision without a trace (an input)
// has none.
std::vector<FaultMark> FindFaultMarks(std::span<const sim::Decision> decisions,
                                      std::span<const sim::TraceRecord> records);

}  // namespace groundhog::reports
