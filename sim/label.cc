#include "sim/label.h"

#include <string_view>

namespace groundhog::sim {

std::string Label::Text() const {
  std::string fields;
  const auto add = [&fields](std::string_view field) {
    if (!fields.empty()) fields += ", ";
    fields += field;
  };
  if (!scope_.empty()) add(scope_.text());
  if (!subject_.empty()) add(subject_.text());
  if (number_ != 0) add((kind_.empty() ? "attempt=" : "") + std::to_string(number_));
  if (kind_.empty()) return fields;
  std::string text(kind_.text());
  if (!fields.empty()) text += "(" + fields + ")";
  return text;
}

}  // namespace groundhog::sim
