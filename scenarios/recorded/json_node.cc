#include "scenarios/recorded/json_node.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace groundhog::recorded {
namespace {

constexpr double kLongestWait = 10.0 * 365 * 24 * 3600;  // seconds

std::string Shown(const Json& json) {
  if (json.is_object()) return "an object";
  if (json.is_array()) return "a list";
  if (json.is_string()) return replay::Quoted(json.get_ref<const std::string&>());
  return json.dump();
}

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-* ").find(c) != std::string_view::npos;
}

// The place of a member. Keys are somebody else's text, so a strange one is quoted.
std::string Below(const std::string& path, std::string_view key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), IsPlain);
  const std::string name = plain ? std::string(key) : replay::Quoted(key);
  return path.empty() ? name : path + "." + name;
}

}  // namespace

void JsonNode::Refuse(std::string_view problem) const {
  throw BadInput{fmt::format("{}: {}", path_.empty() ? "the whole text" : path_, problem)};
}

void JsonNode::Expected(std::string_view wanted) const {
  Refuse(fmt::format("expected {}, got {}", wanted, json_ == nullptr ? "nothing" : Shown(*json_)));
}

const JsonNode& JsonNode::WithOnly(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, member] : Members()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    Refuse(fmt::format("unknown key {}; known are {}", replay::Quoted(key), fmt::join(keys, ", ")));
  }
  return *this;
}

JsonNode JsonNode::operator[](std::string_view key) const {
  if (json_ == nullptr || !json_->is_object()) Expected("an object");
  const auto found = json_->find(std::string(key));
  return JsonNode(found == json_->end() ? nullptr : &*found, Below(path_, key));
}

std::vector<std::pair<std::string, JsonNode>> JsonNode::Members() const {
  if (json_ == nullptr || !json_->is_object()) Expected("an object");
  std::vector<std::pair<std::string, JsonNode>> members;
  for (const auto& [key, value] : json_->items()) {
    members.emplace_back(key, JsonNode(&value, Below(path_, key)));
  }
  return members;
}

std::vector<JsonNode> JsonNode::Elements() const {
  if (json_ == nullptr || !json_->is_array()) Expected("a list");
  std::vector<JsonNode> elements;
  for (std::size_t i = 0; i < json_->size(); ++i) {
    elements.push_back(JsonNode(&(*json_)[i], fmt::format("{}[{}]", path_, i)));
  }
  return elements;
}

std::string JsonNode::Text() const {
  if (!is_text()) Expected("a text");
  const auto& text = json_->get_ref<const std::string&>();
  if (text.empty()) Expected("a text that is not empty");
  return text;
}

bool JsonNode::Bool() const {
  if (json_ == nullptr || !json_->is_boolean()) Expected("true or false");
  return json_->get<bool>();
}

std::int64_t JsonNode::Integer(std::int64_t least, std::int64_t most) const {
  const std::string wanted = fmt::format("a whole number from {} to {}", least, most);
  if (json_ == nullptr || !json_->is_number_integer()) Expected(wanted);
  if (json_->is_number_unsigned() &&
      json_->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    Expected(wanted);
  }
  const auto number = json_->get<std::int64_t>();
  if (number < least || number > most) Expected(wanted);
  return number;
}

sim::Duration JsonNode::Seconds() const {
  constexpr std::string_view kWanted = "seconds, not negative and at most ten years";
  if (json_ == nullptr || !json_->is_number()) Expected(kWanted);
  const auto seconds = json_->get<double>();
  if (!(seconds >= 0 && seconds <= kLongestWait)) Expected(kWanted);
  return sim::Duration{std::llround(seconds * 1e9)};
}

}  // namespace groundhog::recorded
