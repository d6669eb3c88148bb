// runtime/history/json_fields.h: structs become payloads and come back
// as by the library, only faster.
#include "runtime/history/json_fields.h"

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/history/converter.h"
#include "tests/catch.h"

namespace groundhog::history {
namespace {

struct Address {
  std::string street;
  std::int32_t number = 0;
  friend bool operator==(const Address&, const Address&) = default;
};
GROUNDHOG_FIELDS(Address, street, number)

struct Order {
  std::string name;
  Address address;
  std::vector<std::uint8_t> codes;
  bool urgent = false;
  std::int64_t amount = 0;
  friend bool operator==(const Order&, const Order&) = default;
};
GROUNDHOG_FIELDS(Order, name, address, codes, urgent, amount)

struct Weighed {
  double weight = 0;
};
GROUNDHOG_FIELDS(Weighed, weight)

static_assert(internal::IsDirect<Order>() && internal::IsDirect<std::vector<std::string>>());
static_assert(!internal::IsDirect<Weighed>() && !internal::IsDirect<double>());

Payload Json(std::string text) { return Payload(kEncodingJson, std::move(text)); }

// What the library says, of a text that it takes.
template <class T>
T ByLibrary(const std::string& text) {
  return nlohmann::json::parse(text).get<T>();
}

TEST_CASE("a struct with fields becomes the JSON that the library makes") {
  const std::vector<Order> orders = {
      {},
      {"Ada", {"Mill Lane", -7}, {0, 255}, true, 123'456'789'012'345'678},
      {"Zo\xc3\xab \"Z\"\n", {"", INT32_MIN}, {1}, false, INT64_MIN},
  };
  for (const Order& order : orders) {
    const Payload payload = ToPayload(order);
    CHECK(payload.data() == nlohmann::json(order).dump());
    CHECK(payload.encoding() == kEncodingJson);
    CHECK(FromPayload<Order>(payload) == order);
  }
}

TEST_CASE("a struct with fields takes the texts that the library takes") {
  const std::string rest = R"("address":{"number":1,"street":"s"},"codes":[],"urgent":true})";
  const std::vector<std::string> texts = {
      R"({"name":"n","amount":5,)" + rest,
      " {\n\"amount\" : 5 , \"name\" :\"n\", " + rest + " ",
      R"({"surplus":{"a":[1,2]},"name":"n","amount":5,)" + rest,
      R"({"name":"first","amount":1,"name":"last","amount":5,)" + rest,
      R"({"name":"\u00eb","amount":-5,)" + rest,
      R"({"name":"n","amount":5.75,)" + rest,
      R"({"name":"n","amount":1234567890123456789,)" + rest,
      R"({"name":"n","amount":1,"codes":[1,300,-1],"address":{"street":"","number":4294967296},"urgent":false})",
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK(FromPayload<Order>(Json(text)) == ByLibrary<Order>(text));
  }
}

TEST_CASE("what the library refuses is refused in its words") {
  for (
      const std::string text :
      {"", "{",
       R"({"name":"n","amount":true,"address":{"street":"s","number":1},"codes":[],"urgent":true})",
       "null", "[]", R"({"name":"n"})", R"({"name":1,"amount":2})",
       R"({"name":"n","address":{"street":"s","number":1},"codes":[],"urgent":1,"amount":1})",
       R"({"name":"n","address":{"street":"s","number":1},"codes":["1"],"urgent":true,"amount":1})",
       R"({"name":"n","address":{"street":"s"},"codes":[],"urgent":true,"amount":1})",
       R"({"name":"n","address":{"street":"s","number":1},"codes":[],"urgent":true,"amount":1} x)"}) {
    INFO(text);
    std::string said;
    try {
      static_cast<void>(ByLibrary<Order>(text));
    } catch (const nlohmann::json::exception& error) {
      said = error.what();
    }
    REQUIRE_FALSE(said.empty());
    CHECK_THROWS_WITH(FromPayload<Order>(Json(text)), Catch::Matchers::ContainsSubstring(said));
  }
}

TEST_CASE("texts, numbers and lists go the short way as well") {
  CHECK(FromPayload<std::string>(Json(R"("W-1")")) == "W-1");
  CHECK(FromPayload<std::string>(Json(R"("a\tb")")) == "a\tb");
  CHECK(FromPayload<std::int8_t>(Json("-128")) == -128);
  CHECK(FromPayload<bool>(Json("false")) == false);
  CHECK(FromPayload<std::vector<std::string>>(Json(R"([ "a" , "b" ])")) ==
        std::vector<std::string>{"a", "b"});
  CHECK(ToPayload(std::vector<int>{}).data() == "[]");
  CHECK(ToPayload(std::vector<int>{1, -2}).data() == "[1,-2]");
  CHECK(ToPayload(std::uint64_t{UINT64_MAX}).data() == "18446744073709551615");
  CHECK(FromPayload<std::uint64_t>(ToPayload(std::uint64_t{UINT64_MAX})) == UINT64_MAX);
}

}  // namespace
}  // namespace groundhog::history
