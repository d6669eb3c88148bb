// Sealed: a payload codec for tests. No secret, but nothing of what it hides can be read: each byte
// is turned over with a key, and the encoding with it. What is not sealed, or with another key, it
// refuses; but what the server writes itself, in the clear, it leaves as it is,
// as every codec has to.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/payload_codec.h"

namespace groundhog::testing {

class Sealed final : public history::PayloadCodec {
 public:
  explicit Sealed(char key = 0x55) : key_(key) {}

  history::Payloads Encode(const history::Payloads& payloads) const override {
    history::Payloads sealed;
    for (const history::Payload& payload : payloads) {
      sealed.emplace_back("binary/sealed", Turned(payload.encoding() + "\n" + payload.data()));
    }
    return sealed;
  }
  history::Payloads Decode(const history::Payloads& payloads) const override {
    history::Payloads opened;
    for (const history::Payload& payload : payloads) {
      if (payload.data() == kOfTheServer) {
        opened.push_back(payload);
        continue;
      }
      if (payload.encoding() != "binary/sealed") throw std::invalid_argument("it is not sealed");
      const std::string text = Turned(payload.data());
      const std::size_t end = text.find('\n');
      if (end == std::string::npos) throw std::invalid_argument("it was sealed with another key");
      opened.emplace_back(text.substr(0, end), text.substr(end + 1));
    }
    return opened;
  }

 private:
  // Details of an activity that is cancelled before it began.
  static constexpr std::string_view kOfTheServer = "\"ACTIVITY_ID_NOT_STARTED\"";

  std::string Turned(std::string text) const {
    for (char& c : text) c = static_cast<char>(c ^ key_);
    return text;
  }
  char key_;
};

}  // namespace groundhog::testing
