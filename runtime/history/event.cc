#include "runtime/history/event.h"

#include <algorithm>
#include <array>

namespace groundhog::history {
namespace {

constexpr auto kTypes = std::to_array<EventType>({
#define X(Name, number, proto, json, role) EventType::k##Name,
    GROUNDHOG_EVENT_TYPES(X)
#undef X
});
static_assert(kTypes.size() == std::variant_size_v<EventAttributes>,
              "the variant and the list of event types must agree");

#define X(Name, number, proto, json, role)                                                       \
  static_assert(                                                                                 \
      std::is_same_v<                                                                            \
          std::variant_alternative_t<                                                            \
              static_cast<std::size_t>(                                                          \
                  std::find(kTypes.begin(), kTypes.end(), EventType::k##Name) - kTypes.begin()), \
              EventAttributes>,                                                                  \
          Shared<Name>>);
GROUNDHOG_EVENT_TYPES(X)
#undef X

}  // namespace

EventType TypeOf(const HistoryEvent& event) { return kTypes[event.attributes.index()]; }

std::string_view NameOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    return #Name;
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return "";
}

std::string_view ProtoNameOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    return "EVENT_TYPE_" proto;
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return "";
}

}  // namespace groundhog::history
