// JUnit XML, as CI systems show it: a test suite for each scenario, a test case for each property
// and claim. A violation is a failed case; where one property is violated in several ways, each has
// a case of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explore/result.h"

namespace groundhog::reports {

struct JunitSuite {
  const explore::CampaignResult* result = nullptr;
  std::vector<std::string> properties = {};  // all that were judged, violated or not
  // For each of result->violations: what the case says below its message (FailureText). May be
  // empty.
  std::vector<std::string> details = {};
};

// Well-formed XML 1.0 whatever the texts hold: characters that XML cannot have become visible
// escapes ("\x1b").
std::string JunitXml(std::span<const JunitSuite> suites);
// Of text between tags or in a quoted attribute.
std::string EscapeXml(std::string_view text);

}  // namespace groundhog::reports
