#include "runtime/history/event.h"

namespace groundhog::history {

void EventAttributes::Destroy() {
  switch (type_) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    Shared<Name>::Delete(block_);          \
    return;
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
}

bool operator==(const EventAttributes& a, const EventAttributes& b) {
  if (a.type_ != b.type_) return false;
  if (a.block_ == b.block_) return true;
  if (a.block_ == nullptr || b.block_ == nullptr) return false;
  switch (a.type_) {
#define X(Name, number, proto, json, role) \
  case EventType::k##Name:                 \
    return *a.get<Name>() == *b.get<Name>();
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return false;
}

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
