#include "reports/time_text.h"

#include "tests/catch.h"

namespace groundhog::reports {
namespace {

using namespace std::chrono_literals;

TEST_CASE("times count from the start, to the millisecond") {
  CHECK(TimeText(0s) == "0.000 s");
  CHECK(TimeText(1ms) == "0.001 s");
  CHECK(TimeText(1999999us) == "1.999 s");
  CHECK(TimeText(90500ms) == "1:30.500");
  CHECK(TimeText(59min + 59999ms) == "59:59.999");
  CHECK(TimeText(2h + 5min) == "2:05:00.000");
  CHECK(TimeText(74h + 5s) == "3 d 02:00:05");
  CHECK(TimeText(-1s) == "-1.000 s");
}

TEST_CASE("lengths are said in the largest units that fit") {
  CHECK(LengthText(0s) == "0 s");
  CHECK(LengthText(1500ns) == "1.5 µs");
  CHECK(LengthText(500ms) == "500 ms");
  CHECK(LengthText(5s) == "5 s");
  CHECK(LengthText(1250ms) == "1.25 s");
  CHECK(LengthText(90s) == "1 min 30 s");
  CHECK(LengthText(2h) == "2 h");
  CHECK(LengthText(28h) == "1 d 4 h");
  CHECK(LengthText(60s + 1ms) == "1 min 0.001 s");
  CHECK(LengthText(-5s) == "-5 s");
}

}  // namespace
}  // namespace groundhog::reports
