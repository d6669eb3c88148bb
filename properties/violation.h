// Violation: a broken property, in words that explain themselves.
//
// `wrong` and `outline` say the same of every run that fails in this way; explore/identity.h tells
// bugs apart by them.
#pragma once

#include <string>
#include <vector>

#include "sim/time.h"

namespace groundhog::properties {

struct Violation {
  std::string property =
      {};                    // "retry", or the author's own claim: "money is neither lost nor made"
  std::string message = {};  // what was expected, what was seen, where
  std::string workflow_id = {};  // of the history it is about, if it is about one
  std::int64_t event_id = 0;     // and the event, if there is one
  sim::Time time = sim::kEpoch;  // when it became true, as far as that can be told
  std::string wrong = {};        // the message without what varies; empty: the message will do
  std::string outline = {};      // how the run came out (outline.h)
  friend bool operator==(const Violation&, const Violation&) = default;
};

using Violations = std::vector<Violation>;

}  // namespace groundhog::properties
