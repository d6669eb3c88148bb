// SavedFailure: a violation as a file that outlives the process: what `groundhog reproduce` runs
// again.
//
// One JSON file each, named after scenario and identity, so that the same bug found again lies in
// the same place. The file is a ChoiceTape with more in it: `run --tape` reads it as well.
//
// Save is done when it returns: written beside, synced, renamed, the directory synced. A kill at
// any moment leaves the old file, the new one or none, never half of one. Errors: absl::Status that
// names the file and what would be right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "explore/identity.h"
#include "sim/choice_tape.h"

namespace groundhog::explore {

struct SavedFailure {
  sim::ChoiceTape tape = {};  // scenario and shrunk decisions
  std::string property = {};
  std::string message = {};
  Identity identity = {};
  std::string strategy = {};
  std::uint64_t found_at_run = 0;  // index, from 0
  std::vector<sim::Decision> found_decisions =
      {};                    // of the run that failed first, before shrinking
  std::uint64_t digest = 0;  // of the run of the shrunk decisions
  friend bool operator==(const SavedFailure&, const SavedFailure&) = default;

  // "money_transfer-0123456789abcdef.json"
  std::string FileName() const;
};

// Makes the directory if there is none, and tries whether one can write there.
absl::Status PrepareFailureDirectory(const std::string& directory);
// The path of the file.
absl::StatusOr<std::string> SaveFailure(const std::string& directory, const SavedFailure& failure);
absl::StatusOr<SavedFailure> LoadFailure(const std::string& path);
// The path only stands in messages.
absl::StatusOr<SavedFailure> ParseFailure(const std::string& text, const std::string& path);

}  // namespace groundhog::explore
