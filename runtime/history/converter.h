// Converts C++ values to payloads and back, by Temporal's default converters in their order
// (SEMANTICS a.1). The type decides:
//
//     binary/null     nullptr, and a std::optional without a value
//     binary/plain    bytes: std::vector of std::uint8_t or std::byte
//     json/protobuf   a type with a JsonProtobuf (a protobuf message)
//     json/plain      everything else. A struct of one's own says GROUNDHOG_FIELDS (json_fields.h); whatever nlohmann/json can
//                     convert goes as well: types with NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE or with to_json and from_json.
//
//     Payload p = ToPayload(details);   PaymentDetails d = FromPayload<PaymentDetails>(p);
//
// A type of one's own may have an encoding of its own: a PayloadConverter for it comes before all
// of these. What is done with payloads whatever is in them (encryption, compression):
// payload_codec.h.
//
// Errors: PayloadError (an exception) with the encoding and what did not fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/history/json_fields.h"
#include "runtime/history/payload.h"

namespace groundhog::history {

class PayloadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A payload that keeps whatever it was given (for code that passes values on without looking).
template <class T>
inline constexpr bool kIsPayload = std::is_same_v<T, Payload>;

// To be specialised: `static Payload Encode(const T&)` and `static T
// Decode(const Payload&)`, which throws PayloadError.
template <class T>
struct PayloadConverter {};
// To be specialised for protobuf messages: kMessageType (their full name), `static std::string
// Encode(const T&)` to protobuf's JSON, and `static T Decode(std::string_view)`.
template <class T>
struct JsonProtobuf {};

template <class T>
concept HasPayloadConverter = requires(const T& value) {
  PayloadConverter<T>::Encode(value);
};
template <class T>
concept IsProtobuf = requires {
  JsonProtobuf<T>::kMessageType;
};
template <class T>
inline constexpr bool kIsBytes =
    std::is_same_v<T, std::vector<std::uint8_t>> || std::is_same_v<T, std::vector<std::byte>>;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

namespace internal {
// Throws PayloadError if it has another encoding.
void RequireEncoding(const Payload& payload, std::string_view encoding);
Payload ProtobufPayload(std::string_view message_type, std::string json);

inline constexpr std::size_t kUsualLength = 112;   // bytes of a struct with a few fields
std::string QuoteJson(std::string_view text);      // a JSON string literal
std::string DumpJson(const nlohmann::json& json);  // as compact as can be
nlohmann::json ParseJson(const Payload& payload);  // throws PayloadError
[[noreturn]] void ThrowMismatch(const Payload& payload, const char* what);
}  // namespace internal

template <class T>
Payload ToPayload(const T& value) {
  if constexpr (kIsPayload<T>) {
    return value;
  } else if constexpr (HasPayloadConverter<T>) {
    return PayloadConverter<T>::Encode(value);
  } else if constexpr (std::is_same_v<T, std::nullptr_t>) {  // first: it converts to text as well
    return Payload(kEncodingNull, "");
  } else if constexpr (kIsOptional<T>) {
    return value.has_value() ? ToPayload(*value) : Payload(kEncodingNull, "");
  } else if constexpr (kIsBytes<T>) {
    return Payload(kEncodingBytes,
                   std::string(reinterpret_cast<const char*>(value.data()), value.size()));
  } else if constexpr (IsProtobuf<T>) {
    return internal::ProtobufPayload(JsonProtobuf<T>::kMessageType, JsonProtobuf<T>::Encode(value));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return Payload(kEncodingJson, internal::QuoteJson(value));
  } else {
    if constexpr (internal::IsDirect<T>()) {
      std::string text;
      if constexpr (internal::HasJsonFields<T>) text.reserve(internal::kUsualLength);
      if (internal::WriteDirect(value, text)) return Payload(kEncodingJson, std::move(text));
    }
    return Payload(kEncodingJson, internal::DumpJson(nlohmann::json(value)));
  }
}

template <class T>
T FromPayload(const Payload& payload) {
  if constexpr (kIsPayload<T>) {
    return payload;
  } else if constexpr (HasPayloadConverter<T>) {
    return PayloadConverter<T>::Decode(payload);
  } else if constexpr (kIsOptional<T>) {
    if (payload.encoding() == kEncodingNull) return std::nullopt;
    return FromPayload<typename T::value_type>(payload);
  } else if constexpr (kIsBytes<T>) {
    internal::RequireEncoding(payload, kEncodingBytes);
    const auto* const begin =
        reinterpret_cast<const typename T::value_type*>(payload.data().data());
    return T(begin, begin + payload.data().size());
  } else if constexpr (IsProtobuf<T>) {
    internal::RequireEncoding(payload, kEncodingProtobufJson);
    return JsonProtobuf<T>::Decode(payload.data());
  } else {
    if constexpr (internal::IsDirect<T>()) {
      T value{};
      if (payload.encoding() == kEncodingJson && internal::ReadWhole(payload.data(), value)) {
        return value;
      }
    }
    const nlohmann::json json = internal::ParseJson(payload);
    try {
      return json.get<T>();
    } catch (const nlohmann::json::exception& error) {
      internal::ThrowMismatch(payload, error.what());
    }
  }
}

namespace internal {
template <class... Args, std::size_t... Index>
std::tuple<Args...> DecodeAll([[maybe_unused]] const Payloads& payloads,
                              std::index_sequence<Index...>) {
  return std::tuple<Args...>{FromPayload<Args>(payloads[Index])...};
}
}  // namespace internal

// The arguments of a call, one payload each.
template <class... Args>
Payloads ToPayloads(const Args&... args) {
  return Payloads{ToPayload(args)...};
}

// Missing trailing arguments are an error; surplus ones are ignored, as Temporal's SDKs do.
template <class... Args>
std::tuple<Args...> FromPayloads(const Payloads& payloads) {
  if (payloads.size() < sizeof...(Args)) {
    throw PayloadError("expected " + std::to_string(sizeof...(Args)) + " arguments, got " +
                       std::to_string(payloads.size()));
  }
  return internal::DecodeAll<Args...>(payloads, std::index_sequence_for<Args...>());
}

// A result: void has no payload, or a null one.
template <class R>
Payloads ResultToPayloads(const R& value) {
  return Payloads{ToPayload(value)};
}
template <class R>
R ResultFromPayloads(const Payloads& payloads) {
  if (payloads.empty()) throw PayloadError("expected a result, got none");
  return FromPayload<R>(payloads.front());
}

}  // namespace groundhog::history
