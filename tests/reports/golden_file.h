// Golden texts: files beside the tests, compared whole.
//
//     CHECK_GOLDEN("tests/reports/golden/timeline.txt", text);
//
// One command writes them anew, to be read in the diff:   GROUNDHOG_UPDATE_GOLDEN=1 ./test -L
// golden
#pragma once

#include <string>

namespace groundhog::reports {

// Empty if the file holds exactly the text, else what differs first. With GROUNDHOG_UPDATE_GOLDEN
// set, writes the file.
std::string DifferenceFromGolden(const std::string& path, const std::string& text);

}  // namespace groundhog::reports

#define CHECK_GOLDEN(path, text) CHECK(::groundhog::reports::DifferenceFromGolden(path, text) == "")
