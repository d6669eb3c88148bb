#include "tests/replay/arbitrary_history.h"

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "runtime/history/event_fields.h"
#include "tests/rapidcheck.h"

namespace groundhog::replay {
namespace {

using history::Payload;
using history::PayloadMap;
using history::Payloads;
using history::Presence;

constexpr int kMostCauses = 3;

template <class Number>
Number AnyNumber() {
  using Limits = std::numeric_limits<Number>;
  return *rc::gen::oneOf(rc::gen::arbitrary<Number>(), rc::gen::inRange<Number>(0, 10),
                         rc::gen::element(Limits::min(), Limits::max(), Number{0}));
}

bool OneIn(int n) { return *rc::gen::inRange(0, n) == 0; }

std::string AnyText() {
  return *rc::gen::element<std::string>("", "withdraw", "pay-invoice-701", "quote \" and \\", "0",
                                        "line\nfeed\t", "\xc3\xa4\xe2\x82\xac\xf0\x9f\xa6\xab",
                                        std::string("nul\0inside", 10), "</script>");
}

std::string AnyBytes() { return *rc::gen::arbitrary<std::string>(); }

// Spelled as the reader would: compact, and escaped only where it must be.
std::string AnyUnknownFields() {
  return *rc::gen::element<std::string>("", "", R"({"fieldOfTheFuture":{"deep":[1,{"x":null}]}})",
                                        R"({"useWorkflowBuildId":true})",
                                        R"({"priority":{},"a":"\u0000ä","n":-1.5e+300})");
}

Payload AnyPayload() {
  if (OneIn(4)) return {};
  history::PayloadContent content{.encoding = AnyText(), .data = AnyBytes()};
  if (OneIn(3)) content.metadata.emplace_back("messageType", AnyBytes());
  if (OneIn(5)) content.metadata.emplace_back("", AnyBytes());
  return Payload(std::move(content));
}

Payloads AnyPayloads() {
  Payloads payloads(*rc::gen::inRange<std::size_t>(0, 3));
  for (Payload& payload : payloads) payload = AnyPayload();
  return payloads;
}

history::FailurePtr AnyFailure(int causes);

// A third visitor of the field descriptions, beside reader and writer: so no field can be forgotten
// here.
class FieldFiller {
 public:
  explicit FieldFiller(int causes) : causes_(causes) {}

  void operator()(std::string_view, std::string& value, Presence = {}) { value = AnyText(); }
  void operator()(std::string_view, bool& value, Presence = {}) { value = OneIn(2); }
  void operator()(std::string_view, std::int32_t& value, Presence = {}) {
    value = AnyNumber<std::int32_t>();
  }
  void operator()(std::string_view, std::int64_t& value, Presence = {}) {
    value = AnyNumber<std::int64_t>();
  }
  void operator()(std::string_view, double& value, Presence = {}) {
    const double any = *rc::gen::arbitrary<double>();
    value = std::isfinite(any)
                ? *rc::gen::element(any, std::floor(any), 0.0, 2.0, 1.1, 9007199254740993.0, 1e300)
                : 1.5;
  }
  void operator()(std::string_view, history::Duration& value, Presence = {}) {
    value = history::Duration(AnyNumber<std::int64_t>());
  }
  void operator()(std::string_view, std::vector<std::string>& value, Presence = {}) {
    value.resize(*rc::gen::inRange<std::size_t>(0, 3));
    for (std::string& text : value) text = AnyText();
  }
  void operator()(std::string_view, Payloads& value, Presence = {}) { value = AnyPayloads(); }
  void operator()(std::string_view, Payload& value, Presence = {}) { value = AnyPayload(); }
  template <class Part>
  requires requires(Part& part, FieldFiller& filler) { ForEachField(part, filler); }
  void operator()(std::string_view, Part& value, Presence = {}) { ForEachField(value, *this); }
  void operator()(std::string_view, history::FailurePtr& value, Presence = {}) {
    value = AnyFailure(causes_);
  }
  void operator()(std::string_view, std::optional<history::Timestamp>& value, Presence = {}) {
    if (OneIn(2)) value = history::FromUnixNanos(AnyNumber<std::int64_t>());
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& value, Presence = {}) {
    if (OneIn(2)) (*this)(name, value.emplace());
  }
  template <class E>
  requires std::is_enum_v<E>
  void operator()(std::string_view, E& value, Presence = {}) {
    value = static_cast<E>(*rc::gen::inRange<std::size_t>(0, history::EnumNames<E>::names.size()));
  }

  void Named(std::string_view, std::string& value) { value = AnyText(); }
  template <class Value>
  void Map(std::string_view, std::string_view, std::vector<std::pair<std::string, Value>>& map,
           Presence = {}) {
    std::map<std::string, Value> sorted;
    for (int n = *rc::gen::inRange(0, 3); n > 0; --n) (*this)("", sorted[AnyText()]);
    map.assign(sorted.begin(), sorted.end());
  }
  void Attempt(std::string_view, std::int32_t& value) {
    value = AnyNumber<std::int32_t>();
    if (value == 0) value = 1;
  }
  template <class Fields>
  void Group(std::string_view, const Fields& fields) {
    fields(*this);
  }
  template <class... Infos>
  void OneOf(std::variant<std::monostate, Infos...>& info) {
    const auto chosen = *rc::gen::inRange<std::size_t>(0, sizeof...(Infos) + 1);
    std::size_t at = 0;
    ((++at == chosen ? ForEachField(info.template emplace<Infos>(), *this) : void()), ...);
  }
  template <class T>
  void Rare(std::string_view name, T& value) {
    (*this)(name, value);
  }
  template <class T>
  void Rare(history::Shared<T>& part) {
    T value;
    if (OneIn(2)) ForEachField(value, *this);
    if (value != T{}) part = history::MakeShared<T>(std::move(value));
  }

 private:
  int causes_;
};

history::FailurePtr AnyFailure(int causes) {
  if (OneIn(3) || causes > kMostCauses) return nullptr;
  history::Failure failure;
  FieldFiller filler(causes + 1);
  ForEachField(failure, filler);
  failure.unknown_fields = AnyUnknownFields();
  return history::MakeShared<history::Failure>(std::move(failure));
}

template <class T>
history::EventAttributes AnyAttributes() {
  T attributes;
  FieldFiller filler(0);
  ForEachField(attributes, filler);
  attributes.unknown_fields = AnyUnknownFields();
  return history::MakeShared<T>(std::move(attributes));
}

history::EventAttributes AnyAttributesOfAnyType() {
  const auto make = *rc::gen::elementOf(std::vector<history::EventAttributes (*)()>{
#define X(Name, number, proto, json, role) &AnyAttributes<history::Name>,
      GROUNDHOG_EVENT_TYPES(X)
#undef X
  });
  return make();
}

}  // namespace

history::EventHistory ArbitraryHistory() {
  history::EventHistory history(*rc::gen::inRange<std::size_t>(0, 6));
  for (std::size_t i = 0; i < history.size(); ++i) {
    history::HistoryEvent& event = history[i];
    event.event_id = static_cast<history::EventId>(i) + 1;
    event.event_time = history::FromUnixNanos(AnyNumber<std::int64_t>());
    event.version = AnyNumber<std::int64_t>();
    event.task_id = AnyNumber<std::int64_t>();
    event.attributes = AnyAttributesOfAnyType();
    if (OneIn(4)) {
      history::UserMetadata metadata;
      FieldFiller filler(0);
      ForEachField(metadata, filler);
      event.user_metadata = history::MakeShared<history::UserMetadata>(std::move(metadata));
    }
    if (OneIn(4)) {
      event.unknown_fields = history::MakeShared<std::string>(R"({"links":[{"a":{"b":"c"}}]})");
    }
  }
  return history;
}

}  // namespace groundhog::replay
