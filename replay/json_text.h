// ParseJsonText: text into a JSON tree, for texts that may be hostile.
//
// Unlike a plain parse it bounds depth and number of values before anything is built, refuses a key
// that an object gives twice, and says where it stopped as "file:line:column". Strings are checked
// to be UTF-8. The tree keeps the order of keys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>
#include <nlohmann/json.hpp>

namespace groundhog::replay {

using Json = nlohmann::ordered_json;

// The members of an object by position. (The map itself searches through all keys at each access
// and insertion.)
using JsonMembers = std::vector<Json::object_t::value_type>;
inline JsonMembers& MembersOf(Json& object) { return object.get_ref<Json::object_t&>(); }
// Appends a member without looking whether there is one of that name. Null becomes an object.
inline void AddMember(Json& object, std::string_view name, Json value) {
  if (object.is_null()) object = Json::object();
  MembersOf(object).emplace_back(std::string(name), std::move(value));
}

struct JsonLimits {
  // A failure with 100 causes nests about 115 deep; whatever recurses over the tree is safe at 200.
  std::size_t depth = 200;
  // Temporal ends a run at 51,200 events; ten times that, at 15 values each, still fits. A value
  // costs about 100 bytes.
  std::size_t values = 8'000'000;
};

// Errors: InvalidArgument (not JSON, a key given twice, a number too large), ResourceExhausted (a
// limit).
absl::StatusOr<Json> ParseJsonText(std::string_view text, const std::string& file_name,
                                   const JsonLimits& limits = {});

// A piece of somebody else's text, made fit for a message: printable, quoted, at most about 60
// bytes.
std::string Quoted(std::string_view text);

}  // namespace groundhog::replay
