// Whole text files: inputs, which may be anything, and histories to write.
// Errors name the file and what to do.
#pragma once

#include <filesystem>
#include <string>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace groundhog::recorded {

// Errors: NotFound, or ResourceExhausted beyond 64 MiB.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

// Makes the folders it needs. Errors: PermissionDenied.
absl::Status WriteTextFile(const std::filesystem::path& path, const std::string& text);

}  // namespace groundhog::recorded
