#include "runtime/history/converter.h"

#include "runtime/history/plain_json.h"

namespace groundhog::history::internal {

void RequireEncoding(const Payload& payload, std::string_view encoding) {
  if (payload.encoding() == encoding) return;
  throw PayloadError("cannot decode a payload of encoding '" + payload.encoding() + "': expected " +
                     std::string(encoding));
}

Payload ProtobufPayload(std::string_view message_type, std::string json) {
  return Payload(PayloadContent{.encoding = std::string(kEncodingProtobufJson),
                                .data = std::move(json),
                                .metadata = {{"messageType", std::string(message_type)}}});
}

std::string QuoteJson(std::string_view text) {
  // The library knows escapes and rejects broken UTF-8; the common case needs neither.
  if (!IsPlainText(text)) return nlohmann::json(std::string(text)).dump();
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  quoted += text;
  quoted += '"';
  return quoted;
}

std::string DumpJson(const nlohmann::json& json) {
  std::string text;
  return WritePlainJson(json, text) ? text : json.dump();
}

nlohmann::json ParseJson(const Payload& payload) {
  if (payload.encoding() == kEncodingNull) return nlohmann::json(nullptr);
  if (payload.encoding() != kEncodingJson) {
    throw PayloadError("cannot decode a payload of encoding '" + payload.encoding() +
                       "': expected json/plain or binary/null");
  }
  if (auto plain = ReadPlainJson(payload.data())) return *std::move(plain);
  try {
    return nlohmann::json::parse(payload.data());
  } catch (const nlohmann::json::exception& error) {
    ThrowMismatch(payload, error.what());
  }
}

void ThrowMismatch(const Payload& payload, const char* what) {
  constexpr std::size_t kShown = 200;
  throw PayloadError("cannot decode payload " + payload.data().substr(0, kShown) + ": " + what);
}

}  // namespace groundhog::history::internal
