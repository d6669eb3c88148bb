#include "scenarios/recorded/comparison.h"

#include <cmath>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

namespace groundhog::recorded {

using nlohmann::json;

namespace {

std::string Text(const json* value) { return value == nullptr ? "nothing" : value->dump(); }

double SecondsIn(const json& value) {
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? std::strtod(value.get_ref<const std::string&>().c_str(), nullptr)
                           : std::nan("");
}

// Whether the place holds a length or a moment of time, which a machine's delays change.
bool IsClocked(std::string_view what) {
  if (what.find("seconds_from_now.") != std::string_view::npos) return true;
  const std::string_view name = what.substr(what.rfind('.') + 1);
  return name == "t" || name == "at" || name == "currentRetryInterval" ||
         name.substr(0, 7) == "seconds";
}

bool Near(std::string_view what, const json& recorded, const json& simulated) {
  return IsClocked(what) && std::abs(SecondsIn(recorded) - SecondsIn(simulated)) <= kClockTolerance;
}

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool IsUuid(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

// With each UUID made the same one.
std::string WithoutUuids(std::string text) {
  constexpr std::size_t kLength = 36;
  for (std::size_t at = 0; at + kLength <= text.size(); ++at) {
    if (IsUuid(std::string_view(text).substr(at, kLength))) text.replace(at, kLength, "<uuid>");
  }
  return text;
}

bool SameText(const json& recorded, const json& simulated) {
  return recorded.is_string() && simulated.is_string() &&
         WithoutUuids(recorded.get<std::string>()) == WithoutUuids(simulated.get<std::string>());
}

}  // namespace

void Comparison::Differ(const std::string& what, const json* recorded, const json* simulated) {
  Note(fmt::format("{}: recorded {}, simulated {}", what, Text(recorded), Text(simulated)));
}

void Comparison::Compare(const std::string& what, const json& recorded, const json& simulated) {
  if (recorded == simulated || Near(what, recorded, simulated)) return;
  if (SameText(recorded, simulated)) return;
  if (recorded.is_object() && simulated.is_object()) {
    CompareMembers(what, recorded, simulated);
  } else if (recorded.is_array() && simulated.is_array() && recorded.size() == simulated.size()) {
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      Compare(fmt::format("{}[{}]", what, i), recorded[i], simulated[i]);
    }
  } else {
    Differ(what, &recorded, &simulated);
  }
}

void Comparison::CompareMembers(const std::string& what, const json& recorded,
                                const json& simulated) {
  for (const auto& [key, value] : recorded.items()) {
    const auto other = simulated.find(key);
    if (other == simulated.end()) {
      Differ(what + "." + key, &value, nullptr);
    } else {
      Compare(what + "." + key, value, *other);
    }
  }
  for (const auto& [key, value] : simulated.items()) {
    if (!recorded.contains(key)) Differ(what + "." + key, nullptr, &value);
  }
}

}  // namespace groundhog::recorded
