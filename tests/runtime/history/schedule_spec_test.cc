// What is a spec, and what is none (SEMANTICS f.12).
#include "runtime/history/schedule_spec.h"

#include <string>

#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::history {
namespace {

using namespace std::chrono_literals;

absl::StatusOr<ScheduleSpec> OfCron(const std::string& cron) {
  return CanonicalSpec({.cron_expressions = {cron}});
}

ScheduleCalendarSpec CalendarOf(const std::string& cron) {
  const absl::StatusOr<ScheduleSpec> spec = OfCron(cron);
  INFO(cron << ": " << spec.status().ToString());
  REQUIRE(spec.ok());
  REQUIRE(spec->calendars.size() == 1);
  return spec->calendars.front();
}

std::string Refusal(const ScheduleSpec& spec) {
  return std::string(CanonicalSpec(spec).status().message());
}

std::string CronRefusal(const std::string& cron) {
  return std::string(OfCron(cron).status().message());
}

TEST_CASE("a cron string becomes a calendar") {
  const ScheduleCalendarSpec calendar = CalendarOf("*/15 9-17/4 1,15 jan-mar mon # office");
  CHECK(calendar.second == ScheduleRanges{{0}});
  CHECK(calendar.minute == ScheduleRanges{{0, 59, 15}});
  CHECK(calendar.hour == ScheduleRanges{{9, 17, 4}});
  CHECK(calendar.day_of_month == ScheduleRanges{{1}, {15}});
  CHECK(calendar.month == ScheduleRanges{{1, 3}});
  CHECK(calendar.day_of_week == ScheduleRanges{{1}});
  CHECK(calendar.year.empty());
  CHECK(calendar.comment == "office");
  CHECK(CalendarOf("30 2 * * *").day_of_week == ScheduleRanges{{0, 6}});
}

TEST_CASE("a cron string of six fields has a year, one of seven seconds too") {
  CHECK(CalendarOf("0 0 1 1 * 2027").year == ScheduleRanges{{2027}});
  const ScheduleCalendarSpec calendar = CalendarOf("10/20 5 6 * * * 2027-2030");
  CHECK(calendar.second == ScheduleRanges{{10, 59, 20}});
  CHECK(calendar.minute == ScheduleRanges{{5}});
  CHECK(calendar.year == ScheduleRanges{{2027, 2030}});
}

TEST_CASE("names may be cut short, and Sunday may be 7") {
  CHECK(CalendarOf("0 0 * sept *").month == ScheduleRanges{{9}});
  CHECK(CalendarOf("0 0 * * We-FRIday").day_of_week == ScheduleRanges{{3, 5}});
  CHECK(CalendarOf("0 0 * * 7").day_of_week == ScheduleRanges{{0}});
  CHECK(CalendarOf("0 0 * * 5-7").day_of_week == ScheduleRanges{{0}, {5, 6}});
  CHECK(CalendarOf("0 0 * * 2-7/2").day_of_week == ScheduleRanges{{2, 6, 2}});
}

TEST_CASE("words and @every, with an offset perhaps") {
  CHECK(CalendarOf("@weekly").day_of_week == ScheduleRanges{{0}});
  CHECK(CalendarOf("@yearly").month == ScheduleRanges{{1}});
  const absl::StatusOr<ScheduleSpec> every = OfCron("CRON_TZ=UTC @every 14h/3h");
  REQUIRE(every.ok());
  CHECK(every->intervals == std::vector<ScheduleIntervalSpec>{{14h, 3h}});
  CHECK(every->cron_expressions.empty());
}

TEST_CASE("what is no spec is refused in Temporal's words") {
  CHECK(CronRefusal("* * * *") == "CronString does not have 5-7 fields");
  CHECK(CronRefusal("* * * * * * * *") == "CronString does not have 5-7 fields");
  CHECK(CronRefusal("") == "CronString does not have 5-7 fields");
  CHECK(CronRefusal("60 * * * *") == "Minute is not in range [0-59]");
  CHECK(CronRefusal("1,,2 * * * *") == "Minute is not in range [0-59]");
  CHECK(CronRefusal("1, * * * *") == "Minute is not in range [0-59]");
  CHECK(CronRefusal("* 5-3 * * *") == "Hour End is before Start or not in range [0-23]");
  CHECK(CronRefusal("* * 0-3 * *") == "DayOfMonth Start is not in range [1-31]");
  CHECK(CronRefusal("* * * 1/0 *") == "Month has invalid Step");
  CHECK(CronRefusal("* * * 1/2/3 *") == "Month has too many slashes");
  CHECK(CronRefusal("* * * * 1-2-3") == "DayOfWeek has too many dashes");
  CHECK(CronRefusal("* ? * * *") == "Hour is not in range [0-23]");
  CHECK(CronRefusal("0 0 * ja *") == "Month is not in range [1-12]");
  CHECK(CronRefusal("@every") == "CronString does not have interval after @every");
  CHECK(CronRefusal("@every soon") == "time: invalid duration \"soon\"");
  CHECK(CronRefusal("TZ=Europe/Berlin 0 0 * * *") ==
        "time zone 'Europe/Berlin' is not supported here: only UTC is");
  CHECK(Refusal({.time_zone_name = "Mars/Olympus"}) ==
        "time zone 'Mars/Olympus' is not supported here: only UTC is");
  CHECK(Refusal({.intervals = {{.every = 999ms}}}) == "interval is too small");
  CHECK(Refusal({.intervals = {{.every = 1h, .offset = -1s}}}) == "phase is negative");
  CHECK(Refusal({.intervals = {{.every = 1h, .offset = 1h}}}) ==
        "phase cannot be greater than Interval");
  CHECK(Refusal({.calendars = {{.hour = {{24}}}}}) ==
        "invalid calendar spec: Hour Start is not in range [0-23]");
  CHECK(Refusal({.skip = {{.minute = {{5, 3, -1}}}}}) ==
        "invalid calendar spec: Minute End is before Start or not in range [0-59], Minute has "
        "invalid Step");
  CHECK(Refusal({.calendars = {{.year = {{1999}}}}}) ==
        "invalid calendar spec: Year Start is not in range [2000-2100]");
}

TEST_CASE("no cron string is too odd to be read or refused", "[property]") {
  rc::prop("any text", [](const std::string& text) { (void)OfCron(text); });
  rc::prop("any text of a cron string's letters", [] {
    const auto letters = rc::gen::elementOf(std::string("0123456789*/-,? @#everydailyMONjan=TZ"));
    (void)OfCron(*rc::gen::container<std::string>(letters));
  });
}

}  // namespace
}  // namespace groundhog::history
