// PayloadCodec and DataConverter: how payloads are changed on their way to the server and back, as
// Temporal's SDKs let one encrypt or compress them.
//
//     class Sealed final : public PayloadCodec { … };
//     const DataConverter converter{.codec = std::make_shared<Sealed>(),
//                                   .encode_common_attributes = true};
//     WorkerOptions{…, .data_converter = converter};   client.set_data_converter(converter);
//
// A codec sees: inputs, results, heartbeat details, memo, details of failures and of markers in
// which an author's value stands. Not: search attributes (the server reads them), headers, and what
// Temporal's core writes into markers about itself. Payloads are decoded when a worker takes a
// task, and encoded when it answers; the server and the histories have encoded ones.
//
// With encode_common_attributes the message and the stack trace of a failure travel in its
// encoded_attributes; what is seen from outside is the message "Encoded failure".
//
// A few payloads are the server's own and come plain: the details of an activity that was cancelled
// before it began (SEMANTICS f.5). A codec lets through what it has not encoded, as those of
// Temporal's samples do.
//
// What a codec throws fails what needed it: the Workflow Task, the attempt of the activity ("Failed
// decoding arguments"), the client's call. A codec gives as many payloads as it gets, unless it
// undoes that when it decodes. Several simulations may ask it at once, so it has no state that
// changes.
#pragma once

#include <memory>

#include "runtime/history/command.h"
#include "runtime/history/message.h"
#include "runtime/history/payload.h"

namespace groundhog::history {

class PayloadCodec {
 public:
  virtual ~PayloadCodec() = default;
  virtual Payloads Encode(const Payloads& payloads) const = 0;
  virtual Payloads Decode(const Payloads& payloads) const = 0;
};

struct DataConverter {
  std::shared_ptr<const PayloadCodec> codec = {};
  bool encode_common_attributes = false;

  // Whether it changes anything.
  explicit operator bool() const { return codec != nullptr || encode_common_attributes; }
};

enum class CodecDirection : bool { kEncode, kDecode };

// Each changes all payloads of what it is given. The converter may be one that changes nothing.
void Convert(const DataConverter& converter, CodecDirection direction, Payloads& payloads);
void Convert(const DataConverter& converter, CodecDirection direction, PayloadMap& memo);
void Convert(const DataConverter& converter, CodecDirection direction, FailurePtr& failure);
void Convert(const DataConverter& converter, CodecDirection direction, UpdateRequest& request);
void Convert(const DataConverter& converter, CodecDirection direction, UpdateOutcome& outcome);
void Convert(const DataConverter& converter, CodecDirection direction, Message& message);
void Convert(const DataConverter& converter, CodecDirection direction, Command& command);
void Convert(const DataConverter& converter, CodecDirection direction, HistoryEvent& event);

template <class T>
void Convert(const DataConverter& converter, CodecDirection direction, std::vector<T>& all) {
  for (T& each : all) Convert(converter, direction, each);
}
template <class T>
void Convert(const DataConverter& converter, CodecDirection direction, std::optional<T>& value) {
  if (value.has_value()) Convert(converter, direction, *value);
}

}  // namespace groundhog::history
