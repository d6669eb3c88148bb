// What cron expressions are made of, in both of Temporal's dialects: that of a workflow's cron
// schedule (cron_schedule.h: the parser of github.com/robfig/cron/v3) and that of a schedule's
// calendars (schedule_spec.h: SEMANTICS f.12). One grammar of fields; the dialects differ in names,
// in what `?` is, and in how they word what is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "runtime/history/time.h"

namespace groundhog::history {

// The values that a field may have; names[i] stands for min + i.
struct FieldBounds {
  unsigned min;
  unsigned max;
  std::span<const std::string_view> names = {};  // in lower case
  std::size_t least_letters = 0;                 // of a name; 0: all of them
  bool question_mark = false;                    // ? is as good as *
};

// "1-10/3" is 1, 4, 7 and 10.
struct FieldRange {
  unsigned start = 0;
  unsigned end = 0;
  unsigned step = 1;
  bool any = false;  // written as an unstepped *
};

enum class FieldFault : std::uint8_t {
  kNone,
  kTooManySlashes,
  kTooManyHyphens,
  kBadStep,
  kBadStart,  // of "a-b"
  kBadEnd,    // likewise; or it comes before the start
  kBadValue,
};

// "*", "5", "1-5", with "/2" perhaps: one part of a list.
FieldFault ParseFieldRange(std::string_view text, const FieldBounds& bounds, FieldRange& range);

// The part of the text up to the separator, which is taken away with it; the text is empty
// afterwards if there was none.
std::string_view TakeUntil(std::string_view& text, char separator);
std::string_view WithoutSpacesAround(std::string_view text);
std::vector<std::string_view> SplitAtSpaces(std::string_view text);
bool IsNumber(std::string_view text);

// Takes "CRON_TZ=UTC " away. Only UTC is known, by all of its names; any other zone is refused.
absl::StatusOr<std::string_view> WithoutZone(std::string_view text);
absl::Status CheckZone(std::string_view zone);

// The five fields that "@daily" stands for; nothing if there is no such word.
std::optional<std::string_view> FieldsOfDescriptor(std::string_view text);

// As Go's time.ParseDuration: "1h30m", "1.5s".
std::optional<Duration> ParseGoDuration(std::string_view text);

}  // namespace groundhog::history
