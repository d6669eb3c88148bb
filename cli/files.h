// Files that commands read and write. Errors: InputError with the path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groundhog::cli {

// A regular file, not empty.
std::string ReadInput(const std::string& path);
void WriteOutput(const std::string& path, std::string_view text);
// Makes the directory if there is none, and tries whether one can write there.
void PrepareDirectory(const std::string& path);
// Files stay; of directories all *.json below, sorted.
std::vector<std::string> CollectJsonFiles(const std::vector<std::string>& paths);
// The name with everything but letters, digits, '.', '-' and '_' replaced, fit for a file.
std::string AsFileName(std::string_view name);

}  // namespace groundhog::cli
