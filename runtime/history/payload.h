// Payload: a value as it travels and as histories hold it: bytes,
// and metadata that says how they are encoded.
//
// SEMANTICS a.1. Payloads are immutable and shared: whoever passes one on copies a pointer.
// Encoding and decoding of C++ values stands in converter.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/history/shared.h"

namespace groundhog::history {

// The encodings of Temporal's default converters.
inline constexpr std::string_view kEncodingNull = "binary/null";
inline constexpr std::string_view kEncodingBytes = "binary/plain";
inline constexpr std::string_view kEncodingProtobufJson = "json/protobuf";
inline constexpr std::string_view kEncodingJson = "json/plain";

struct PayloadContent {
  std::string encoding = {};  // metadata "encoding"
  std::string data = {};
  std::vector<std::pair<std::string, std::string>> metadata = {};  // the other keys, in order
  friend bool operator==(const PayloadContent&, const PayloadContent&) = default;
};

class Payload {
 public:
  Payload() = default;  // no content: encoding and data are empty
  Payload(std::string_view encoding, std::string data)
      : content_(MakeShared<PayloadContent>(std::string(encoding), std::move(data))) {}
  explicit Payload(PayloadContent content)
      : content_(MakeShared<PayloadContent>(std::move(content))) {}

  const PayloadContent& content() const {
    static const PayloadContent kNone;
    return content_ ? *content_ : kNone;
  }
  const std::string& encoding() const { return content().encoding; }
  const std::string& data() const { return content().data; }

  friend bool operator==(const Payload& a, const Payload& b) { return a.content() == b.content(); }

 private:
  Shared<PayloadContent> content_;
};

// Temporal's `Payloads`: the arguments of a call, or a result (then one element,
// or none for no value).
using Payloads = std::vector<Payload>;

// Temporal's `Header`, `Memo`, `SearchAttributes`: names with payloads, in the order of the names.
using PayloadMap = std::vector<std::pair<std::string, Payload>>;

// The details of a marker: names with lists of payloads, in the order of the names.
using PayloadsMap = std::vector<std::pair<std::string, Payloads>>;

}  // namespace groundhog::history
