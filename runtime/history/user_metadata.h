// UserMetadata made of texts: what an author says of a command,
// or a client of a workflow, to people.
#pragma once

#include <string>
#include <utility>

#include "runtime/history/command.h"
#include "runtime/history/converter.h"

namespace groundhog::history {

// Null if both are empty.
inline UserMetadataPtr MakeUserMetadata(const std::string& summary,
                                        const std::string& details = {}) {
  if (summary.empty() && details.empty()) return nullptr;
  UserMetadata metadata;
  if (!summary.empty()) metadata.summary = ToPayload(summary);
  if (!details.empty()) metadata.details = ToPayload(details);
  return MakeShared<UserMetadata>(std::move(metadata));
}

}  // namespace groundhog::history
