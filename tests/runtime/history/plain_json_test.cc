// runtime/history/plain_json.h: the fast way means what the library means,
// or leaves it to the library.
#include "runtime/history/plain_json.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "runtime/history/converter.h"
#include "tests/catch.h"

namespace groundhog::history {
namespace {

using internal::ReadPlainJson;
using internal::WritePlainJson;
using nlohmann::json;

// Of one kind, not only equal: 1 and 1.0 are equal to the library.
bool Same(const json& a, const json& b) {
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), Same);
  if (!a.is_object()) return a == b;
  for (const auto& [name, value] : a.items()) {
    if (!b.contains(name) || !Same(value, b.at(name))) return false;
  }
  return true;
}

// Whether the fast reader took it; if so, it must have understood it as the library does.
bool TakenRightly(std::string_view text) {
  const auto fast = ReadPlainJson(text);
  if (!fast) return false;
  const json slow = json::parse(text, nullptr, false);
  INFO(text);
  CHECK(!slow.is_discarded());
  CHECK(Same(*fast, slow));
  return true;
}

TEST_CASE("what payloads usually hold is read the fast way") {
  for (const std::string_view text :
       {R"({"amount":250,"reference_id":"12345","source_account":"85-150"})", R"("W-1")", "null",
        "true", "false", "0", "-0", "-17", "999999999999999999", "[]", "{}", "[1,[2,{}],\"x\"]",
        " { \"a\" : [ 1 , 2 ] ,\n\t\"b\" : null } ", R"({"a":1,"a":{"b":2}})", R"({"":""})"}) {
    INFO(text);
    CHECK(TakenRightly(text));
  }
}

TEST_CASE("what is not plain is left to the library") {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "1.5",
                                          "1e3",
                                          "01",
                                          "-",
                                          "--1",
                                          "1234567890123456789",
                                          "tru",
                                          "truex",
                                          "nul",
                                          R"("a\n")",
                                          "\"\xc3\xa4\"",
                                          "\"\x7f\"",
                                          "\"a\tb\"",
                                          "\"open",
                                          "[1,]",
                                          "[1 2]",
                                          "{\"a\"}",
                                          "{\"a\":}",
                                          "{\"a\":1,}",
                                          "{1:2}",
                                          "[",
                                          "{",
                                          "1 2",
                                          "NaN",
                                          deep};
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(ReadPlainJson(text).has_value());
  }
}

TEST_CASE("whatever the fast reader takes, the library reads the same") {
  constexpr auto kPieces = std::to_array<std::string_view>(
      {"{", "}",  "[", "]", ",",    ":",    "\"a\"", "\"b\"", "\"",       "\\",   "1", "0",
       "-", "23", ".", "e", "true", "null", " ",     "x",     "\"key\":", "\xc3", "\n"});
  Prng prng(7);
  int taken = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    const std::uint64_t pieces = 1 + prng.Below(9);
    for (std::uint64_t piece = 0; piece < pieces; ++piece)
      text += kPieces[prng.Below(kPieces.size())];
    if (TakenRightly(text)) ++taken;
  }
  CHECK(taken > 1'000);
}

json RandomValue(Prng& prng, int depth) {
  constexpr auto kTexts = std::to_array<std::string_view>(
      {"", "pay-invoice-701", "quote\"", "back\\slash", "line\n", "\xc3\xa4", "\x7f", "/"});
  switch (prng.Below(depth > 3 ? 6 : 8)) {
    case 0:
      return nullptr;
    case 1:
      return prng.Below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(prng.Next() >> prng.Below(64));
    case 3:
      return prng.Next() >> prng.Below(64);
    case 4:
      return prng.Below(20) == 0 ? json(0.1) : json(-5);
    case 5:
      return std::string(kTexts[prng.Below(8) < 6 ? prng.Below(2) : prng.Below(kTexts.size())]);
    case 6: {
      json array = json::array();
      for (std::uint64_t count = prng.Below(4); count > 0; --count) {
        array.push_back(RandomValue(prng, depth + 1));
      }
      return array;
    }
    default: {
      json object = json::object();
      for (std::uint64_t count = prng.Below(4); count > 0; --count) {
        object[std::string(kTexts[prng.Below(2)]) + std::to_string(count)] =
            RandomValue(prng, depth + 1);
      }
      return object;
    }
  }
}

TEST_CASE("whatever the fast writer writes, the library writes the same") {
  Prng prng(11);
  int written = 0;
  for (int i = 0; i < 20'000; ++i) {
    const json value = RandomValue(prng, 0);
    std::string text;
    if (!WritePlainJson(value, text)) continue;
    ++written;
    CHECK(text == value.dump());
  }
  CHECK(written > 1'000);
}

TEST_CASE("a payload is the same whichever way it goes") {
  for (const std::string_view text : {"plain", "quote\"", "\xc3\xa4", ""}) {
    const Payload payload = ToPayload(std::string(text));
    CHECK(payload.data() == json(std::string(text)).dump());
    CHECK(FromPayload<std::string>(payload) == text);
  }
  const json mixed = {{"a", 1.5}, {"b", {1, -2, "x\ty"}}};
  CHECK(ToPayload(mixed).data() == mixed.dump());
  CHECK(FromPayload<json>(ToPayload(mixed)) == mixed);
  CHECK_THROWS_AS(FromPayload<int>(Payload(kEncodingJson, "{\"a\":")), PayloadError);
  CHECK_THROWS_AS(FromPayload<int>(Payload(kEncodingJson, "\"text\"")), PayloadError);
}

}  // namespace
}  // namespace groundhog::history
