// ReplayVerdict: whether a recorded history is what the registered code does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reports/json.h"
#include "reports/terminal_text.h"

namespace groundhog::reports {

struct ReplayVerdict {
  enum class Kind : std::uint8_t {
    kReplays,
    kNondeterministic,  // the code did something else: event_id, expected, actual
    kFailed,            // the code threw, or nobody registered the workflow: message
  };
  std::string file = {};
  std::string workflow_type = {};
  std::string workflow_id = {};
  std::size_t events = 0;
  Kind kind = Kind::kReplays;
  std::int64_t event_id = 0;
  std::string expected = {};  // what the history has
  std::string actual = {};    // what the code did
  std::string message = {};   // as Temporal says it
};

// Those that do not replay come with the event, both sides, and how to keep both.
std::string ReplayText(std::span<const ReplayVerdict> verdicts, const TextStyle& style);
// {"replays": n, "of": n, "histories": [{"file", "verdict", …}]}
Json ReplayJson(std::span<const ReplayVerdict> verdicts);

}  // namespace groundhog::reports
