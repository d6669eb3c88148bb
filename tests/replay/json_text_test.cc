#include "replay/json_text.h"

#include <string>

#include "tests/catch.h"

namespace groundhog::replay {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string ProblemOf(std::string_view text, const JsonLimits& limits = {}) {
  const auto json = ParseJsonText(text, "f.json", limits);
  return json.ok() ? "no problem" : std::string(json.status().message());
}

TEST_CASE("a parsed text is the tree it describes, keys in their order") {
  const auto json = ParseJsonText(R"( {"b":[1,-2,3.5,"x\u00e4",null,true],"a":{}} )", "f.json");
  REQUIRE(json.ok());
  CHECK(json->dump() == R"({"b":[1,-2,3.5,"xä",null,true],"a":{}})");
}

TEST_CASE("a text that is not JSON is refused with file, line and column") {
  CHECK_THAT(ProblemOf(""),
             ContainsSubstring("f.json:1:0: ") && ContainsSubstring("unexpected end of input"));
  CHECK_THAT(ProblemOf("{\n  \"a\": 1,\n  b\n}"), ContainsSubstring("f.json:3:3: syntax error"));
  CHECK_THAT(ProblemOf("{\"a\": [1, 2"),
             ContainsSubstring("f.json:1:11: ") && ContainsSubstring("end of input"));
  CHECK_THAT(ProblemOf("{} x"), ContainsSubstring("f.json:1:4: "));
  CHECK_THAT(ProblemOf("[1,]"), ContainsSubstring("f.json:1:4: "));
  CHECK_THAT(ProblemOf("{\"a\": NaN}"), ContainsSubstring("f.json:1:"));
  CHECK_THAT(ProblemOf(std::string("{}\0{}", 5)), ContainsSubstring("f.json:1:3: "));
}

TEST_CASE("a string that is not UTF-8 is refused, and the message is printable") {
  for (const char* text :
       {"\n[\"\xff\"]", "\n[\"\xc3(\"]", "\n[\"\xed\xa0\x80\"]", "\n[\"\\ud800\"]"}) {
    const std::string problem = ProblemOf(text);
    CHECK_THAT(problem, ContainsSubstring("f.json:2:"));
    for (const char c : problem) CHECK((c >= 0x20 && c <= 0x7e));
  }
}

TEST_CASE("a number that no double holds is refused") {
  CHECK_THAT(ProblemOf("[1,\n1e999]"),
             ContainsSubstring("f.json:2:") && ContainsSubstring("1e999"));
}

TEST_CASE("a key given twice is refused at the end of its object") {
  CHECK_THAT(ProblemOf("{\"a\": 1,\n\"b\": {\"a\": 2},\n\"a\": 3}"),
             ContainsSubstring("f.json:3:7: ") && ContainsSubstring("the key \"a\" twice"));
  std::string many = "{\"k7\": 0";
  for (int i = 0; i < 1000; ++i) many += ",\n\"k" + std::to_string(i) + "\": 0";
  CHECK_THAT(ProblemOf(many + "}"),
             ContainsSubstring("f.json:1001:") && ContainsSubstring("\"k7\" twice"));
}

TEST_CASE("a million nested lists or objects are an error, not a crash") {
  CHECK_THAT(ProblemOf(std::string(1'000'000, '[')),
             ContainsSubstring("f.json:1:201: ") && ContainsSubstring("nested"));
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  CHECK_THAT(ProblemOf(objects), ContainsSubstring("nested"));
}

TEST_CASE("nesting is allowed exactly up to the limit") {
  CHECK(ProblemOf("[[[]]]", {.depth = 3}) == "no problem");
  CHECK_THAT(ProblemOf("[[[]]]", {.depth = 2}), ContainsSubstring("nested more than 2 deep"));
}

TEST_CASE("the number of values is bounded, and a limit is told from a bad text") {
  CHECK(ProblemOf("[1,2,3]", {.values = 4}) == "no problem");
  CHECK_THAT(ProblemOf("[1,2,3]", {.values = 3}), ContainsSubstring("more than 3 JSON values"));
  CHECK(absl::IsResourceExhausted(ParseJsonText("[1,2,3]", "f", {.values = 3}).status()));
  CHECK(absl::IsResourceExhausted(ParseJsonText("[[[", "f", {.depth = 2}).status()));
  CHECK(absl::IsInvalidArgument(ParseJsonText("[", "f").status()));
}

TEST_CASE("somebody else's text is quoted short and printable") {
  CHECK(Quoted("deposit") == "\"deposit\"");
  CHECK(Quoted("a\"b\\\n\xff") == "\"a\\x22b\\x5c\\x0a\\xff\"");
  CHECK(Quoted(std::string(1000, 'x')) == "\"" + std::string(60, 'x') + "...\"");
}

}  // namespace
}  // namespace groundhog::replay
