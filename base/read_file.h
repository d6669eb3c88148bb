// ReadFile: a whole file, a pipe or a device as text, but never more than so much of it.
//
//     const absl::StatusOr<std::string> text = ReadFile("history.json", std::size_t{256} << 20);
//
// Errors begin with the path and say what is wrong: "x.json: there is no such file", "x: is a
// directory; expected a file", "x.json: larger than 256 MiB, the most that is read".
#pragma once

#include <cstddef>
#include <string>

#include <absl/status/statusor.h>

namespace groundhog {

absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t most_bytes);

}  // namespace groundhog
