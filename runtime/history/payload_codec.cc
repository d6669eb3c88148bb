#include "runtime/history/payload_codec.h"

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "runtime/history/converter.h"
#include "runtime/history/event_fields.h"

namespace groundhog::history {
namespace {

// What stands for the message of a failure whose attributes are encoded (as in Temporal's SDKs).
constexpr std::string_view kEncodedFailure = "Encoded failure";

// A visitor of fields (event_fields.h) that converts every payload.
class Converting {
 public:
  Converting(const DataConverter& converter, CodecDirection direction)
      : converter_(converter), encodes_(direction == CodecDirection::kEncode) {}

  template <class T>
  void operator()(std::string_view, T& member, Presence = Presence::kIfSet) {
    Visit(member);
  }
  void Named(std::string_view, std::string&) {}
  // Headers and search attributes are no author's secrets.
  void Map(std::string_view name, std::string_view, PayloadMap& map, Presence = Presence::kIfSet) {
    if (name == "memo" || name == "upsertedMemo") Visit(map);
  }
  void Map(std::string_view, std::string_view, PayloadsMap&, Presence = Presence::kIfSet) {}
  void Attempt(std::string_view, std::int32_t) {}
  // They hold no payloads.
  template <class T>
  void Rare(std::string_view, const T&) {}
  template <class T>
  void Rare(const Shared<T>&) {}
  template <class Fields>
  void Group(std::string_view, const Fields& fields) {
    fields(*this);
  }
  template <class... Infos>
  void OneOf(std::variant<std::monostate, Infos...>& info) {
    std::visit(
        [this](auto& fields) {
          if constexpr (!std::is_same_v<decltype(fields), std::monostate&>) {
            ForEachField(fields, *this);
          }
        },
        info);
  }

  void Visit(Payloads& payloads) {
    if (converter_.codec == nullptr || payloads.empty()) return;
    payloads = encodes_ ? converter_.codec->Encode(payloads) : converter_.codec->Decode(payloads);
  }
  void Visit(Payload& payload) {
    Payloads one{payload};
    Visit(one);
    payload = one.empty() ? Payload() : std::move(one.front());
  }
  void Visit(PayloadMap& map) {
    for (auto& [name, payload] : map) {
      if (!IsNone(payload)) Visit(payload);
    }
  }
  void Visit(FailurePtr& failure) {
    if (!failure) return;
    Failure converted = *failure;
    if (encodes_ && converter_.encode_common_attributes) HideAttributes(converted);
    OneOf(converted.info);
    Visit(converted.encoded_attributes);
    if (!encodes_) ShowAttributes(converted);
    Visit(converted.cause);
    failure = MakeShared<Failure>(std::move(converted));
  }
  // Core writes about itself in its markers; only what an author's code gave is an author's.
  void VisitMarker(std::string_view name, PayloadsMap& details) {
    if (name == "core_patch") return;
    for (auto& [key, payloads] : details) {
      if (name != "core_local_activity" || key == "result") Visit(payloads);
    }
  }
  template <class T>
  void Visit(std::optional<T>& value) {
    if (value.has_value()) Visit(*value);
  }
  template <class T>
  void Visit(T& part) {
    if constexpr (requires { ForEachField(part, *this); }) ForEachField(part, *this);
  }

 private:
  // A null in a memo takes the field away: the server has to see it.
  static bool IsNone(const Payload& payload) { return payload.encoding() == kEncodingNull; }

  static void HideAttributes(Failure& failure) {
    failure.encoded_attributes = ToPayload(
        nlohmann::json{{"message", failure.message}, {"stack_trace", failure.stack_trace}});
    failure.message = kEncodedFailure;
    failure.stack_trace.clear();
  }
  // Attributes that are none of ours stay as they are.
  static void ShowAttributes(Failure& failure) {
    if (!failure.encoded_attributes.has_value()) return;
    const nlohmann::json shown =
        nlohmann::json::parse(failure.encoded_attributes->data(), nullptr, false);
    if (!shown.is_object() || !shown.contains("message") || !shown["message"].is_string()) return;
    failure.message = shown["message"].get<std::string>();
    const auto trace = shown.find("stack_trace");
    if (trace != shown.end() && trace->is_string()) failure.stack_trace = trace->get<std::string>();
    failure.encoded_attributes.reset();
  }

  const DataConverter& converter_;
  bool encodes_;
};

// What a command carries of an author's.
struct CommandPayloads {
  Converting& convert;
  void operator()(ScheduleActivityTask& command) { convert.Visit(command.input); }
  void operator()(RequestCancelActivityTask&) {}
  void operator()(StartTimer&) {}
  void operator()(CancelTimer&) {}
  void operator()(CompleteWorkflowExecution& command) { convert.Visit(command.result); }
  void operator()(FailWorkflowExecution& command) { convert.Visit(command.failure); }
  void operator()(CancelWorkflowExecution& command) { convert.Visit(command.details); }
  void operator()(RequestCancelExternalWorkflowExecution&) {}
  void operator()(RecordMarker& command) {
    convert.VisitMarker(command.marker_name, command.details);
    convert.Visit(command.failure);
  }
  void operator()(ContinueAsNewWorkflowExecution& command) {
    convert.Visit(command.input);
    convert.Visit(command.failure);
    convert.Visit(command.last_completion_result);
    convert.Visit(command.memo);
  }
  void operator()(StartChildWorkflowExecution& command) {
    convert.Visit(command.input);
    convert.Visit(command.memo);
  }
  void operator()(SignalExternalWorkflowExecution& command) { convert.Visit(command.input); }
  void operator()(UpsertWorkflowSearchAttributesCommand&) {}
  void operator()(ProtocolMessageCommand&) {}
  void operator()(ModifyWorkflowProperties& command) { convert.Visit(command.upserted_memo); }
};

template <class Attributes>
EventAttributes Converted(const Attributes& attributes, Converting& convert) {
  // No code ever sees its details, and those that the server itself has written are plain.
  if constexpr (std::is_same_v<Attributes, WorkflowExecutionTerminated>) {
    return MakeShared<Attributes>(attributes);
  }
  Attributes converted = attributes;
  ForEachField(converted, convert);
  if constexpr (std::is_same_v<Attributes, MarkerRecorded>) {
    convert.VisitMarker(converted.marker_name, converted.details);
  }
  return MakeShared<Attributes>(std::move(converted));
}

template <class T>
void ConvertOne(const DataConverter& converter, CodecDirection direction, T& value) {
  if (converter) Converting(converter, direction).Visit(value);
}

}  // namespace

void Convert(const DataConverter& converter, CodecDirection direction, Payloads& payloads) {
  ConvertOne(converter, direction, payloads);
}
void Convert(const DataConverter& converter, CodecDirection direction, PayloadMap& memo) {
  ConvertOne(converter, direction, memo);
}
void Convert(const DataConverter& converter, CodecDirection direction, FailurePtr& failure) {
  ConvertOne(converter, direction, failure);
}
void Convert(const DataConverter& converter, CodecDirection direction, UpdateRequest& request) {
  ConvertOne(converter, direction, request);
}
void Convert(const DataConverter& converter, CodecDirection direction, UpdateOutcome& outcome) {
  ConvertOne(converter, direction, outcome);
}

void Convert(const DataConverter& converter, CodecDirection direction, Message& message) {
  if (!converter) return;
  Converting convert(converter, direction);
  std::visit(
      Overloaded{[&](UpdateRequest& request) { convert.Visit(request); },
                 [&](UpdateAcceptance& accepted) { convert.Visit(accepted.accepted_request); },
                 [&](UpdateRejection& rejected) {
                   convert.Visit(rejected.rejected_request);
                   convert.Visit(rejected.failure);
                 },
                 [&](UpdateResponse& response) { convert.Visit(response.outcome); }},
      message.body);
}

void Convert(const DataConverter& converter, CodecDirection direction, Command& command) {
  if (!converter) return;
  Converting convert(converter, direction);
  std::visit(CommandPayloads{convert}, command);
}

void Convert(const DataConverter& converter, CodecDirection direction, HistoryEvent& event) {
  if (!converter) return;
  Converting convert(converter, direction);
  event.attributes =
      Visit(event, [&convert](const auto& attributes) { return Converted(attributes, convert); });
}

}  // namespace groundhog::history
