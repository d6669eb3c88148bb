// Plays one scenario, writes its histories, and compares what else
// came of it with what was recorded.
#pragma once

#include <filesystem>

#include <absl/status/statusor.h>

#include "scenarios/money_transfer/play.h"
#include "scenarios/recorded/index.h"
#include "scenarios/recorded/played_row.h"

namespace groundhog::money_transfer {

// Histories go below `folder`, under the names that the play gives. `recorded` may be null: then no
// fact is compared. Errors: PermissionDenied, a file cannot be written.
absl::StatusOr<recorded::PlayedRow> PlayRow(const Play& play,
                                            const recorded::RecordedScenario* recorded,
                                            const std::filesystem::path& folder);

}  // namespace groundhog::money_transfer
