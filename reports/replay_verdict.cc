#include "reports/replay_verdict.h"

#include <algorithm>

#include <fmt/format.h>

namespace groundhog::reports {
namespace {

std::string_view NameOf(ReplayVerdict::Kind kind) {
  switch (kind) {
    case ReplayVerdict::Kind::kReplays:
      return "replays";
    case ReplayVerdict::Kind::kNondeterministic:
      return "nondeterministic";
    case ReplayVerdict::Kind::kFailed:
      return "failed";
  }
  return "";
}

std::size_t CountReplaying(std::span<const ReplayVerdict> verdicts) {
  return static_cast<std::size_t>(std::count_if(
      verdicts.begin(), verdicts.end(),
      [](const ReplayVerdict& verdict) { return verdict.kind == ReplayVerdict::Kind::kReplays; }));
}

std::string Field(std::string_view name, std::string_view value, const TextStyle& style) {
  constexpr std::size_t kIndent = 26;
  std::string text;
  const std::size_t room = style.width > kIndent + 20 ? style.width - kIndent : 20;
  for (const std::string& line : Wrap(Printable(value), room)) {
    text += fmt::format("      {:<20}{}\n", text.empty() ? name : "", line);
  }
  return text;
}

std::string TroubleText(const ReplayVerdict& verdict, const TextStyle& style) {
  if (verdict.kind == ReplayVerdict::Kind::kFailed) return Field("why", verdict.message, style);
  return Field("at event", std::to_string(verdict.event_id), style) +
         Field("the history has", verdict.expected, style) +
         Field("the code does", verdict.actual, style) +
         Field("to keep both",
               "let old runs take the old way (patching), or let them end on a worker with the old "
               "code",
               style);
}

}  // namespace

std::string ReplayText(std::span<const ReplayVerdict> verdicts, const TextStyle& style) {
  std::string text;
  for (const ReplayVerdict& verdict : verdicts) {
    const bool replays = verdict.kind == ReplayVerdict::Kind::kReplays;
    text += fmt::format(
        "  {}  {}  {}\n", replays ? Paint(style, Ink::kGood, "✔") : Paint(style, Ink::kBad, "✖"),
        Printable(verdict.file),
        Paint(style, Ink::kDim,
              fmt::format("{}, {} events", Printable(verdict.workflow_type), verdict.events)));
    if (!replays) text += TroubleText(verdict, style);
  }
  return text +
         fmt::format("{} of {} histories replay\n", CountReplaying(verdicts), verdicts.size());
}

Json ReplayJson(std::span<const ReplayVerdict> verdicts) {
  Json list = Json::array();
  for (const ReplayVerdict& verdict : verdicts) {
    Json json = {{"file", verdict.file},
                 {"verdict", NameOf(verdict.kind)},
                 {"workflow_type", verdict.workflow_type},
                 {"workflow_id", verdict.workflow_id},
                 {"events", verdict.events}};
    if (verdict.kind == ReplayVerdict::Kind::kNondeterministic) {
      json["event_id"] = verdict.event_id;
      json["expected"] = verdict.expected;
      json["actual"] = verdict.actual;
    }
    if (verdict.kind != ReplayVerdict::Kind::kReplays) json["message"] = verdict.message;
    list.push_back(std::move(json));
  }
  return {{"replays", CountReplaying(verdicts)},
          {"of", verdicts.size()},
          {"histories", std::move(list)}};
}

}  // namespace groundhog::reports
