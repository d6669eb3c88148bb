#include "runtime/history/cron_schedule.h"

#include <chrono>
#include <set>
#include <string>

#include <fmt/format.h>

#include "runtime/history/time_text.h"
#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::history {
namespace {

using namespace std::chrono_literals;

Timestamp At(const std::string& text) { return ParseTimestamp(text).value(); }

std::string NextOf(const std::string& cron, const std::string& time) {
  const auto schedule = CronSchedule::Parse(cron);
  if (!schedule.ok()) return schedule.status().ToString();
  const auto next = schedule->Next(At(time));
  return next ? FormatTimestamp(*next) : "never";
}

TEST_CASE("a cron expression is due at the next minute that fits, and never at the time itself") {
  const std::string noon = "2026-11-23T12:00:00Z";  // a Monday
  CHECK(NextOf("* * * * *", noon) == "2026-11-23T12:01:00Z");
  CHECK(NextOf("* * * * *", "2026-11-23T11:59:59.999999999Z") == noon);
  CHECK(NextOf("0 12 * * *", noon) == "2026-11-24T12:00:00Z");
  CHECK(NextOf("*/15 * * * *", noon) == "2026-11-23T12:15:00Z");
  CHECK(NextOf("5/20 * * * *", noon) == "2026-11-23T12:05:00Z");
  CHECK(NextOf("30 8-10 * * MON-FRI", noon) == "2026-11-24T08:30:00Z");
  CHECK(NextOf("0 0 1 jan ?", noon) == "2027-01-01T00:00:00Z");
  CHECK(NextOf("0 0 29 2 *", noon) == "2028-02-29T00:00:00Z");
  CHECK(NextOf("15,45 6 * * sun", noon) == "2026-11-29T06:15:00Z");
  CHECK(NextOf(" 0\t12  * * * ", noon) == "2026-11-24T12:00:00Z");
}

TEST_CASE("when both days are restricted, one of them has to fit") {
  const std::string monday = "2026-11-23T12:00:00Z";
  CHECK(NextOf("0 0 13 * FRI", monday) == "2026-11-27T00:00:00Z");  // a Friday, not the 13th
  CHECK(NextOf("0 0 13 * *", monday) == "2026-12-13T00:00:00Z");
  // A stepped star restricts: robfig/cron looks at the star only when it is not stepped.
  CHECK(NextOf("0 0 */10 * FRI", monday) == "2026-11-27T00:00:00Z");
}

TEST_CASE("descriptors stand for expressions; @every counts from the time that is asked from") {
  const std::string time = "2026-11-23T12:00:00.250Z";
  CHECK(NextOf("@hourly", time) == "2026-11-23T13:00:00Z");
  CHECK(NextOf("@daily", time) == "2026-11-24T00:00:00Z");
  CHECK(NextOf("@midnight", time) == "2026-11-24T00:00:00Z");
  CHECK(NextOf("@weekly", time) == "2026-11-29T00:00:00Z");
  CHECK(NextOf("@monthly", time) == "2026-12-01T00:00:00Z");
  CHECK(NextOf("@yearly", time) == "2027-01-01T00:00:00Z");
  CHECK(NextOf("@annually", time) == "2027-01-01T00:00:00Z");
  CHECK(NextOf("@every 1s", time) == "2026-11-23T12:00:01Z");
  CHECK(NextOf("@every 1h30m", time) == "2026-11-23T13:30:00Z");
  CHECK(NextOf("@every 1.5h", time) == "2026-11-23T13:30:00Z");
  CHECK(NextOf("@every 2500ms", time) == "2026-11-23T12:00:02Z");  // whole seconds
  CHECK(NextOf("@every 10us", time) == "2026-11-23T12:00:01Z");    // at least one
  CHECK(NextOf("@every -5m", time) == "2026-11-23T12:00:01Z");
}

TEST_CASE("UTC may be named; another time zone is refused, not misread") {
  const std::string time = "2026-11-23T12:00:00Z";
  CHECK(NextOf("CRON_TZ=UTC 0 13 * * *", time) == "2026-11-23T13:00:00Z");
  CHECK(NextOf("TZ=Etc/UTC @daily", time) == "2026-11-24T00:00:00Z");
  CHECK(NextOf("CRON_TZ=Europe/Berlin 0 13 * * *", time) ==
        "INVALID_ARGUMENT: time zone 'Europe/Berlin' is not supported here: only UTC is");
  CHECK(NextOf("TZ=UTC", time) == "INVALID_ARGUMENT: there is only a time zone");
}

TEST_CASE("what is no cron expression is refused") {
  for (const char* text : {"",
                           "* * * *",
                           "* * * * * *",
                           "60 * * * *",
                           "* 24 * * *",
                           "* * 0 * *",
                           "* * 32 * *",
                           "* * * 13 *",
                           "* * * * 7",
                           "5-1 * * * *",
                           "1-2-3 * * * *",
                           "1/2/3 * * * *",
                           "*/0 * * * *",
                           "a * * * *",
                           "-1 * * * *",
                           "1- * * * *",
                           "* * * foo *",
                           "@never",
                           "@every",
                           "@every ",
                           "@every 5",
                           "@every 5x",
                           "@every 1h x",
                           "@every 9999999h9999999999h",
                           "99999999999 * * * *",
                           "* * * * MONDAY",
                           "\xd9\xa5 * * * *"}) {
    INFO(text);
    CHECK_FALSE(CronSchedule::Parse(text).ok());
  }
}

TEST_CASE("an expression that never fits has no next time") {
  CHECK(NextOf("0 0 31 2 *", "2026-11-23T12:00:00Z") == "never");
  CHECK(NextOf(", * * * *", "2026-11-23T12:00:00Z") == "never");
  CHECK(NextOf("* * * * *", "2262-04-11T23:47:16Z") == "never");  // the end of time
}

// As recorded in cron_every_second: back-offs are whole seconds.
TEST_CASE("the back-off of a cron run is in whole seconds, from when the run before was due") {
  const auto every_second = CronSchedule::Parse("@every 1s");
  const Timestamp start = At("2026-11-23T00:30:20.254Z");
  CHECK(CronBackoff(*every_second, start, start) == 1s);
  CHECK(CronBackoff(*every_second, start + 1s, start + 1018ms) == 1s);
  const auto hourly = CronSchedule::Parse("@hourly");
  CHECK(CronBackoff(*hourly, At("2026-11-23T00:00:00Z"), At("2026-11-23T00:10:00.5Z")) == 50min);
  // Missed ones are left out; a run that was due and not yet begun is waited for.
  CHECK(CronBackoff(*hourly, At("2026-11-23T00:00:00Z"), At("2026-11-23T05:30:00Z")) == 30min);
  CHECK(CronBackoff(*hourly, At("2026-11-23T06:00:00Z"), At("2026-11-23T05:30:00Z")) == 30min);
  CHECK(CronBackoff(*hourly, At("2026-11-23T00:00:00Z"), At("2026-11-23T01:00:00Z")) == 0s);
  const auto never = CronSchedule::Parse("0 0 31 2 *");
  CHECK_FALSE(CronBackoff(*never, start, start));
}

// A field as a set of numbers and as it may be written.
struct Field {
  std::string text;
  std::set<unsigned> values;
  bool any = false;
};

Field AnyField(unsigned min, unsigned max) {
  Field field;
  const auto parts = *rc::gen::inRange(1, 4);
  for (int part = 0; part < parts; ++part) {
    const bool star = *rc::gen::inRange(0, 3) == 0;
    const unsigned low = star ? min : *rc::gen::inRange(min, max + 1);
    const bool single = !star && *rc::gen::arbitrary<bool>();
    unsigned high = star ? max : single ? low : *rc::gen::inRange(low, max + 1);
    const unsigned step = *rc::gen::inRange(1u, 8u);
    const bool stepped = *rc::gen::arbitrary<bool>();
    std::string text = star     ? "*"
                       : single ? fmt::format("{}", low)
                                : fmt::format("{}-{}", low, high);
    if (stepped) {
      text += fmt::format("/{}", step);
      if (single) high = max;
    }
    for (unsigned v = low; v <= high; v += stepped ? step : 1) field.values.insert(v);
    field.any = field.any || (star && (!stepped || step == 1));
    field.text += (part == 0 ? "" : ",") + text;
  }
  return field;
}

TEST_CASE("cron agrees with trying every minute", "[property]") {
  rc::prop("the next time is the first minute whose five fields fit", [] {
    const Field minute = AnyField(0, 59);
    const Field hour = AnyField(0, 23);
    const Field day = AnyField(1, 31);
    const Field month = AnyField(1, 12);
    const Field weekday = AnyField(0, 6);
    const auto schedule = CronSchedule::Parse(
        fmt::format("{} {} {} {} {}", minute.text, hour.text, day.text, month.text, weekday.text));
    RC_ASSERT(schedule.ok());
    const Timestamp from =
        At("2026-01-01T00:00:00Z") + std::chrono::seconds(*rc::gen::inRange(0, 100'000'000));

    // The model: minute by minute, for as long as somebody would wait for a test.
    std::optional<Timestamp> expected;
    const auto begin =
        std::chrono::floor<std::chrono::minutes>(from.time_since_epoch()) + std::chrono::minutes(1);
    for (auto t = begin; t < begin + std::chrono::days(90); t += std::chrono::minutes(1)) {
      const std::chrono::sys_days date{std::chrono::floor<std::chrono::days>(t)};
      const std::chrono::year_month_day ymd{date};
      const std::chrono::hh_mm_ss clock{t - date.time_since_epoch()};
      const bool dom = day.values.contains(static_cast<unsigned>(ymd.day()));
      const bool dow = weekday.values.contains(std::chrono::weekday{date}.c_encoding());
      if (month.values.contains(static_cast<unsigned>(ymd.month())) &&
          (day.any || weekday.any ? dom && dow : dom || dow) &&
          hour.values.contains(static_cast<unsigned>(clock.hours().count())) &&
          minute.values.contains(static_cast<unsigned>(clock.minutes().count()))) {
        expected = Timestamp{t};
        break;
      }
    }
    const std::optional<Timestamp> next = schedule->Next(from);
    if (expected) {
      RC_ASSERT(next == expected);
    } else if (next) {
      RC_ASSERT(*next >= Timestamp{begin + std::chrono::days(90)});
    }
  });
  rc::prop("the next time from `now` is what stepping there gives", [] {
    const bool every = *rc::gen::arbitrary<bool>();
    const auto schedule = CronSchedule::Parse(
        every ? fmt::format("@every {}ms", *rc::gen::inRange(1, 100'000))
              : fmt::format("{} {} * * *", AnyField(0, 59).text, AnyField(0, 23).text));
    const Timestamp time =
        At("2026-01-01T00:00:00Z") + Duration(*rc::gen::inRange(0, 2'000'000'000));
    const Timestamp now = time + std::chrono::milliseconds(*rc::gen::inRange(0, 1'000'000));
    std::optional<Timestamp> stepped = schedule->Next(time);
    while (*stepped < now) stepped = schedule->Next(*stepped);
    RC_ASSERT(schedule->NextFrom(time, now) == stepped);
  });
  rc::prop("no text is too odd to be read or refused", [](const std::string& text) {
    const auto schedule = CronSchedule::Parse(text);
    if (schedule.ok()) schedule->Next(At("2026-01-01T00:00:00Z"));
  });
}

}  // namespace
}  // namespace groundhog::history
