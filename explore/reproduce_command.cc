#include "explore/reproduce_command.h"

#include <fmt/format.h>

namespace groundhog::explore {
namespace {

// Whether `next` is `first` at an attempt that is `ahead` later.
bool Continues(const sim::Decision& first, const sim::Decision& next, std::int32_t ahead) {
  sim::Decision expected = first;
  expected.number += ahead;
  return first.number > 0 && expected == next;
}

std::string Quoted(std::string_view argument) {
  std::string quoted = "'";
  for (const char c : argument) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

bool IsPlain(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  return !argument.empty() && argument.find_first_not_of(kPlain) == std::string_view::npos;
}

}  // namespace

std::vector<DecisionRange> RangesOf(std::span<const sim::Decision> decisions) {
  std::vector<DecisionRange> ranges;
  for (std::size_t i = 0; i < decisions.size();) {
    std::int32_t more = 0;
    while (i + static_cast<std::size_t>(more) + 1 < decisions.size() &&
           Continues(decisions[i], decisions[i + static_cast<std::size_t>(more) + 1], more + 1)) {
      ++more;
    }
    ranges.push_back({.first = decisions[i], .last = decisions[i].number + more});
    i += static_cast<std::size_t>(more) + 1;
  }
  return ranges;
}

std::string TextOf(const DecisionRange& range) {
  std::string text = range.first.Text();
  if (range.last == range.first.number) return text;
  const std::string number = std::to_string(range.first.number);
  return text.replace(text.rfind(number, text.rfind('}')), number.size(),
                      fmt::format("{}..{}", number, range.last));
}

std::vector<std::string> DecisionTexts(std::span<const sim::Decision> decisions) {
  std::vector<std::string> texts;
  for (const DecisionRange& range : RangesOf(decisions)) texts.push_back(TextOf(range));
  return texts;
}

std::string ReproduceCommand(std::string_view program, std::string_view scenario,
                             std::span<const sim::Decision> decisions) {
  std::string command =
      fmt::format("{} run {}", IsPlain(program) ? std::string(program) : Quoted(program),
                  IsPlain(scenario) ? std::string(scenario) : Quoted(scenario));
  for (const std::string& text : DecisionTexts(decisions)) command += " --decide " + Quoted(text);
  return command;
}

}  // namespace groundhog::explore
