// Which encoding a value gets, and what comes back.
#include "runtime/history/converter.h"

#include "tests/catch.h"

namespace groundhog::history {

// A stand-in for a generated protobuf message.
struct FakeMessage {
  int number = 0;
};
template <>
struct JsonProtobuf<FakeMessage> {
  static constexpr std::string_view kMessageType = "tests.FakeMessage";
  static std::string Encode(const FakeMessage& message) {
    return nlohmann::json{{"number", message.number}}.dump();
  }
  static FakeMessage Decode(std::string_view json) {
    return {nlohmann::json::parse(json).at("number").get<int>()};
  }
};

// A type that goes its own way.
struct Celsius {
  double degrees = 0;
};
template <>
struct PayloadConverter<Celsius> {
  static Payload Encode(const Celsius& value) {
    return Payload("text/celsius", std::to_string(static_cast<int>(value.degrees)));
  }
  static Celsius Decode(const Payload& payload) {
    internal::RequireEncoding(payload, "text/celsius");
    return {static_cast<double>(std::stoi(payload.data()))};
  }
};

namespace {

TEST_CASE("the type decides on the encoding, in the order of Temporal's converters") {
  CHECK(ToPayload(nullptr).encoding() == "binary/null");
  CHECK(ToPayload(std::optional<int>()).encoding() == "binary/null");
  CHECK(ToPayload(std::optional<int>(3)) == ToPayload(3));
  CHECK(ToPayload(std::vector<std::uint8_t>{1, 0, 255}).encoding() == "binary/plain");
  CHECK(ToPayload(std::vector<std::uint8_t>{1, 0, 255}).data() == std::string("\1\0\377", 3));
  const Payload message = ToPayload(FakeMessage{7});
  CHECK(message.encoding() == "json/protobuf");
  CHECK(message.data() == R"({"number":7})");
  CHECK(message.content().metadata ==
        decltype(message.content().metadata){{"messageType", "tests.FakeMessage"}});
  CHECK(ToPayload(std::vector<int>{1, 2}).encoding() == "json/plain");
  CHECK(ToPayload("text").encoding() == "json/plain");
  CHECK(ToPayload(Celsius{21}).encoding() == "text/celsius");
}

TEST_CASE("what was encoded comes back") {
  CHECK(FromPayload<std::optional<int>>(ToPayload(nullptr)) == std::nullopt);
  CHECK(FromPayload<std::optional<int>>(ToPayload(3)) == 3);
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{200}};
  CHECK((FromPayload<std::vector<std::byte>>(ToPayload(bytes)) == bytes));
  CHECK(FromPayload<std::vector<std::uint8_t>>(ToPayload(std::vector<std::uint8_t>())).empty());
  CHECK(FromPayload<FakeMessage>(ToPayload(FakeMessage{7})).number == 7);
  CHECK(FromPayload<Celsius>(ToPayload(Celsius{21})).degrees == 21);
}

TEST_CASE("another encoding is an error that names it") {
  CHECK_THROWS_WITH(FromPayload<std::vector<std::uint8_t>>(ToPayload("text")),
                    "cannot decode a payload of encoding 'json/plain': expected binary/plain");
  CHECK_THROWS_WITH(FromPayload<FakeMessage>(ToPayload(nullptr)),
                    "cannot decode a payload of encoding 'binary/null': expected json/protobuf");
  CHECK_THROWS_AS(FromPayload<int>(ToPayload(FakeMessage{7})), PayloadError);
}

}  // namespace
}  // namespace groundhog::history
