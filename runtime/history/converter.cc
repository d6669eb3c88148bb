#include "runtime/history/converter.h"

namespace groundhog::history::internal {
namespace {

bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

}  // namespace

std::string QuoteJson(std::string_view text) {
  for (const char c : text) {
    // The library knows escapes and rejects broken UTF-8; the common case needs neither.
    if (!IsPlain(c)) return nlohmann::json(std::string(text)).dump();
  }
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  quoted += text;
  quoted += '"';
  return quoted;
}

nlohmann::json ParseJson(const Payload& payload) {
  if (payload.encoding() == kEncodingNull) return nlohmann::json(nullptr);
  if (payload.encoding() != kEncodingJson) {
    throw PayloadError("cannot decode a payload of encoding '" + payload.encoding() +
                       "': expected json/plain or binary/null");
  }
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
