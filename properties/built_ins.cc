#include <algorithm>

#include "properties/checkers.h"

namespace groundhog::properties {

const std::vector<BuiltIn>& BuiltIns() {
  static const std::vector<BuiltIn> kBuiltIns = {
      {"retry",
       "attempts, back-offs and timeouts of activities are what their policy says, to the "
       "nanosecond",
       &CheckRetry},
      {"compensation",
       "what a failed workflow did and can undo is undone, once, in reverse order; nothing else is",
       &CheckCompensation},
      {"replay",
       "every history replays to the same commands, from scratch and from a worker's cache, and "
       "survives JSON",
       &CheckReplay},
      {"history",
       "every history is one that Temporal could have written, and what was acknowledged never "
       "changes",
       &CheckHistory},
      {"liveness", "everything ends, or waits for something that has a name", &CheckLiveness},
      {"no_orphan", "a closed workflow leaves nothing to do, and nothing happens to it any more",
       &CheckNoOrphan},
  };
  return kBuiltIns;
}

bool IsBuiltIn(std::string_view property) {
  const std::vector<BuiltIn>& all = BuiltIns();
  return std::any_of(all.begin(), all.end(),
                     [property](const BuiltIn& one) { return one.name == property; });
}

}  // namespace groundhog::properties
