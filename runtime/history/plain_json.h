// Plain JSON: the JSON that payloads nearly always hold, read and written an order of magnitude faster than by the library.
//
// Plain are: objects, arrays, true, false, null, integers of at most 18 digits, and texts of printable ASCII without escapes. Whatever is
// not plain, a mistake included, is left to the library: it alone decides what is JSON and words the errors. So there is one meaning, and
// a fast way to the common part of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace groundhog::history::internal {

// What nlohmann::json::parse(text) gives, or nothing if the text is not plain.
std::optional<nlohmann::json> ReadPlainJson(std::string_view text);
// Appends what json.dump() gives. False if the value is not plain; then `text` has been added to all the same.
bool WritePlainJson(const nlohmann::json& json, std::string& text);
// Whether a text in quotes stands for itself.
bool IsPlainText(std::string_view text);

}  // namespace groundhog::history::internal
