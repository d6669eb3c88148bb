// JsonNode: one place in a JSON text that a person or a program wrote, read with demands.
//
//     const JsonNode step = play["steps"].Elements()[2];
//     const sim::Duration after = step["after"].Seconds();     // "…steps[2].after: expected seconds, got -1"
//
// What does not fit is thrown as BadInput: the place, what was expected, what stands there.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "replay/json_text.h"
#include "sim/time.h"

namespace groundhog::recorded {

using replay::Json;

struct BadInput {
  std::string message = {};
};

class JsonNode {
 public:
  // `json` must outlive the node and all nodes that come from it.
  JsonNode(const Json& json, std::string path) : json_(&json), path_(std::move(path)) {}

  bool absent() const { return json_ == nullptr || json_->is_null(); }
  bool is_text() const { return !absent() && json_->is_string(); }
  const std::string& path() const { return path_; }
  const Json& json() const { return *json_; }

  // An object with no other keys than these.
  const JsonNode& WithOnly(std::initializer_list<std::string_view> keys) const;
  // Its member, absent if there is none.
  JsonNode operator[](std::string_view key) const;
  bool Has(std::string_view key) const { return !(*this)[key].absent(); }
  std::vector<std::pair<std::string, JsonNode>> Members() const;
  std::vector<JsonNode> Elements() const;

  std::string Text() const;  // not empty
  std::string TextOr(std::string otherwise) const { return absent() ? otherwise : Text(); }
  bool Bool() const;
  std::int64_t Integer(std::int64_t least, std::int64_t most) const;
  // Not negative, at most ten years.
  sim::Duration Seconds() const;

  [[noreturn]] void Refuse(std::string_view problem) const;
  [[noreturn]] void Expected(std::string_view wanted) const;

 private:
  JsonNode(const Json* json, std::string path) : json_(json), path_(std::move(path)) {}

  const Json* json_;
  std::string path_;
};

}  // namespace groundhog::recorded
