// HistoryEvent: one fact in the life of a Workflow Execution,
// named and shaped as Temporal's (SEMANTICS a.2).
//
// An event is a small value: id, times, and a shared pointer to its immutable attributes. Copying
// one copies a pointer, so a history can stand in the store, in a response and in a worker's cache
// at once. The set of attributes is closed; visit it with
//
//     Visit(event, Overloaded{[](const TimerFired& fired) {…}, [](const auto&) …});     // prefer one overload a type
//
// Fields that Temporal has and this project gives no member are kept as JSON text in
// `unknown_fields` (of the event: its envelope's; of an attributes struct: its own), so that a
// history read from JSON is written back whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/history/attribute_parts.h"
#include "runtime/history/event_type.h"
#include "runtime/history/relation_attributes.h"
#include "runtime/history/run_attributes.h"
#include "runtime/history/shared.h"
#include "runtime/history/task_attributes.h"
#include "runtime/history/time.h"

namespace groundhog::history {

// The type of an event with these attributes.
template <class Attributes>
inline constexpr EventType kEventTypeOf = EventType{};
#define X(Name, number, proto, json, role) \
  template <>                              \
  inline constexpr EventType kEventTypeOf<Name> = EventType::k##Name;
GROUNDHOG_EVENT_TYPES(X)
#undef X

// The attributes of an event of any type: a Shared of the struct of that type. Not a std::variant,
// because each file that copies an event would be made to compile the copying of sixty types.
class EventAttributes {
 public:
  EventAttributes() = default;  // none, of a WorkflowExecutionStarted
  template <class Attributes>
  // NOLINTNEXTLINE(google-explicit-constructor): as a variant
  EventAttributes(Shared<Attributes> attributes)
      : type_(kEventTypeOf<Attributes>), block_(std::move(attributes).Release()) {}
  EventAttributes(const EventAttributes& other) : type_(other.type_), block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  EventAttributes(EventAttributes&& other) noexcept
      : type_(other.type_), block_(std::exchange(other.block_, nullptr)) {}
  EventAttributes& operator=(EventAttributes other) noexcept {
    std::swap(type_,
              other.type_);  // `other` destroys what was here, and must know of what type it was
    std::swap(block_, other.block_);
    return *this;
  }
  ~EventAttributes() {
    if (block_ != nullptr && --block_->references == 0) Destroy();
  }

  EventType type() const { return type_; }
  // Null if they are of another type, or none.
  template <class Attributes>
  const Attributes* get() const {
    return type_ == kEventTypeOf<Attributes> ? Shared<Attributes>::ValueOf(block_) : nullptr;
  }
  // REQUIRES: they are of this type.
  template <class Attributes>
  Shared<Attributes> share() const {
    return Shared<Attributes>::Of(block_);
  }

  friend bool operator==(const EventAttributes& a, const EventAttributes& b);

 private:
  void Destroy();  // out of line: it knows all types

  EventType type_ = EventType::kWorkflowExecutionStarted;
  SharedBlock* block_ = nullptr;  // of Shared<the struct of type_>
};

struct HistoryEvent {
  EventId event_id = 0;
  Timestamp event_time = {};
  std::int64_t version = 0;
  std::int64_t task_id = 0;
  EventAttributes attributes = {};
  Shared<UserMetadata> user_metadata = {};
  Shared<std::string> unknown_fields = {};

  friend bool operator==(const HistoryEvent&, const HistoryEvent&) = default;
};

using EventHistory = std::vector<HistoryEvent>;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

inline EventType TypeOf(const HistoryEvent& event) { return event.attributes.type(); }

// The attributes if the event is of type T, else null.
template <class T>
const T* As(const HistoryEvent& event) {
  return event.attributes.get<T>();
}

// Calls f with the event's attributes. REQUIRES: it has some.
template <class F>
decltype(auto) Visit(const HistoryEvent& event, F&& f) {
  switch (TypeOf(event)) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    return f(*As<Name>(event));
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  __builtin_unreachable();
}

template <class T>
HistoryEvent MakeEvent(EventId id, Timestamp time, T attributes) {
  return HistoryEvent{
      .event_id = id, .event_time = time, .attributes = MakeShared<T>(std::move(attributes))};
}

}  // namespace groundhog::history
