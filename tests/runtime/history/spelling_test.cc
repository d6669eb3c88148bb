#include "runtime/history/spelling.h"

#include <chrono>
#include <string>

#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::history {
namespace {

TEST_CASE("durations are written as Temporal writes them, with 0, 3, 6 or 9 decimals") {
  CHECK(FormatDuration(Duration(0)) == "0s");
  CHECK(FormatDuration(std::chrono::seconds(5)) == "5s");
  CHECK(FormatDuration(std::chrono::milliseconds(1500)) == "1.500s");
  CHECK(FormatDuration(std::chrono::microseconds(500)) == "0.000500s");
  CHECK(FormatDuration(Duration(1'000'004'536)) == "1.000004536s");
  CHECK(FormatDuration(Duration(-1)) == "-0.000000001s");
  CHECK(FormatDuration(std::chrono::seconds(-3)) == "-3s");
  CHECK(FormatDuration(Duration::max()) == "9223372036.854775807s");
  CHECK(FormatDuration(Duration::min()) == "-9223372036.854775808s");
}

TEST_CASE("durations are read with any number of decimals up to nine") {
  CHECK(ParseDuration("315360000s") == Duration(std::chrono::hours(87'600)));
  CHECK(ParseDuration("0.5s") == Duration(500'000'000));
  CHECK(ParseDuration("1.50s") == Duration(1'500'000'000));
  CHECK(ParseDuration("-0.25s") == Duration(-250'000'000));
  CHECK(ParseDuration("-9223372036.854775808s") == Duration::min());
}

TEST_CASE("what is no duration of 64 bits is not read") {
  for (const char* text : {"",
                           "s",
                           "5",
                           "5 s",
                           " 5s",
                           "5s ",
                           "+5s",
                           "5.s",
                           ".5s",
                           "--5s",
                           "1.0000000001s",
                           "1e3s",
                           "0x5s",
                           "5m",
                           "2 minutes",
                           "9223372036.854775808s",
                           "-9223372036.854775809s",
                           "99999999999s",
                           "1000000000000000000000000000000s",
                           "5s\n",
                           "\xd9\xa5s"}) {
    INFO(text);
    CHECK_FALSE(ParseDuration(text));
  }
}

TEST_CASE("times are written in UTC with 0, 3, 6 or 9 decimals") {
  CHECK(FormatTimestamp(FromUnixNanos(0)) == "1970-01-01T00:00:00Z");
  CHECK(FormatTimestamp(FromUnixNanos(1'795'393'959'340'384'470)) ==
        "2026-11-23T00:32:39.340384470Z");
  CHECK(FormatTimestamp(FromUnixNanos(1'500'000'000)) == "1970-01-01T00:00:01.500Z");
  CHECK(FormatTimestamp(FromUnixNanos(-1)) == "1969-12-31T23:59:59.999999999Z");
  CHECK(FormatTimestamp(Timestamp::max()) == "2262-04-11T23:47:16.854775807Z");
  CHECK(FormatTimestamp(Timestamp::min()) == "1677-09-21T00:12:43.145224192Z");
}

TEST_CASE("times are read with any offset") {
  CHECK(ParseTimestamp("2026-11-23T00:32:39.340384470Z") ==
        FromUnixNanos(1'795'393'959'340'384'470));
  CHECK(ParseTimestamp("2026-11-23T02:32:39.34+02:00") == FromUnixNanos(1'795'393'959'340'000'000));
  CHECK(ParseTimestamp("2026-11-22T23:02:39-01:30") == FromUnixNanos(1'795'393'959'000'000'000));
  CHECK(ParseTimestamp("2024-02-29T00:00:00Z"));
}

TEST_CASE("what is no time between 1678 and 2262 is not read") {
  for (const char* text : {"",
                           "2026-11-23",
                           "2026-11-23T00:32:39",
                           "2026-11-23 00:32:39Z",
                           "2026-13-01T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-11-31T00:00:00Z",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T00:60:00Z",
                           "2016-12-31T23:59:60Z",
                           "2026-11-23T00:32:39.Z",
                           "2026-11-23T00:32:39.1234567890Z",
                           "2026-11-23T00:32:39+25:00",
                           "2026-11-23T00:32:39+0200",
                           "26-11-23T00:32:39Z",
                           "12026-11-23T00:32:39Z",
                           "-001-11-23T00:32:39Z",
                           "0001-01-01T00:00:00Z",
                           "9999-12-31T23:59:59Z",
                           "2262-04-11T23:47:16.854775808Z",
                           "1677-09-21T00:12:43.145224191Z",
                           "2026-11-23T00:32:39Zx"}) {
    INFO(text);
    CHECK_FALSE(ParseTimestamp(text));
  }
}

TEST_CASE("durations, times and bytes survive writing and reading", "[property]") {
  rc::prop("a duration", [](std::int64_t nanos) {
    RC_ASSERT(ParseDuration(FormatDuration(Duration(nanos))) == Duration(nanos));
  });
  rc::prop("a time", [](std::int64_t nanos) {
    RC_ASSERT(ParseTimestamp(FormatTimestamp(FromUnixNanos(nanos))) == FromUnixNanos(nanos));
  });
  rc::prop("bytes",
           [](const std::string& bytes) { RC_ASSERT(ParseBase64(FormatBase64(bytes)) == bytes); });
}

TEST_CASE("base64 is read in both alphabets, padded or not") {
  CHECK(ParseBase64("") == "");
  CHECK(ParseBase64("YQ==") == "a");
  CHECK(ParseBase64("YQ") == "a");
  CHECK(ParseBase64("+/8=") == "\xfb\xff");
  CHECK(ParseBase64("-_8=") == "\xfb\xff");
  CHECK(ParseBase64("-_8") == "\xfb\xff");
}

TEST_CASE("what is not base64 is not read") {
  for (const char* text : {"Y", "YQ=", "YQ===", "=", "Y Q==", "YQ==\n", "YQ..",
                           "Y\"==", "+_8=", "YQ==YQ==", "json/plain!"}) {
    INFO(text);
    CHECK_FALSE(ParseBase64(text));
  }
}

TEST_CASE("a shorthand is the CamelCase of the protobuf name and nothing else") {
  CHECK(IsShorthandOf("MaximumAttemptsReached", "MAXIMUM_ATTEMPTS_REACHED"));
  CHECK(IsShorthandOf("Timeout", "TIMEOUT"));
  CHECK_FALSE(IsShorthandOf("maximumAttemptsReached", "MAXIMUM_ATTEMPTS_REACHED"));
  CHECK_FALSE(IsShorthandOf("Maximum_Attempts_Reached", "MAXIMUM_ATTEMPTS_REACHED"));
  CHECK_FALSE(IsShorthandOf("MaximumAttempts", "MAXIMUM_ATTEMPTS_REACHED"));
  CHECK_FALSE(IsShorthandOf("MaximumAttemptsReachedNow", "MAXIMUM_ATTEMPTS_REACHED"));
  CHECK_FALSE(IsShorthandOf("", "TIMEOUT"));
}

TEST_CASE("a field's name is its camelCase or its snake_case") {
  CHECK(IsFieldName("historySizeBytes", "historySizeBytes"));
  CHECK(IsFieldName("history_size_bytes", "historySizeBytes"));
  CHECK_FALSE(IsFieldName("HistorySizeBytes", "historySizeBytes"));
  CHECK_FALSE(IsFieldName("history_sizeBytes", "historySizeBytes"));
  CHECK_FALSE(IsFieldName("history__size_bytes", "historySizeBytes"));
  CHECK_FALSE(IsFieldName("history_size_bytes_", "historySizeBytes"));
  CHECK_FALSE(IsFieldName("history_size", "historySizeBytes"));
  CHECK_FALSE(IsFieldName("", "historySizeBytes"));
}

}  // namespace
}  // namespace groundhog::history
