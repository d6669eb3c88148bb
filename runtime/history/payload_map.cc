#include "runtime/history/payload_map.h"

#include <algorithm>
#include <utility>

namespace groundhog::history {
namespace {

// Where the field of that name is, or would be.
template <class Fields>
auto PlaceOf(Fields& fields, std::string_view name) {
  return std::lower_bound(
      fields.begin(), fields.end(), name,
      [](const auto& field, std::string_view wanted) { return field.first < wanted; });
}

}  // namespace

const Payload* Find(const PayloadMap& fields, std::string_view name) {
  const auto place = PlaceOf(fields, name);
  return place == fields.end() || place->first != name ? nullptr : &place->second;
}

void Put(PayloadMap& fields, std::string_view name, Payload payload) {
  const auto place = PlaceOf(fields, name);
  if (place != fields.end() && place->first == name) {
    place->second = std::move(payload);
  } else {
    fields.emplace(place, std::string(name), std::move(payload));
  }
}

void Merge(PayloadMap& fields, const PayloadMap& updates) {
  for (const auto& [name, payload] : updates) Put(fields, name, payload);
  fields = WithoutNulls(std::move(fields));
}

PayloadMap WithoutNulls(PayloadMap fields) {
  std::erase_if(fields, [](const auto& field) { return IsNull(field.second); });
  return fields;
}

}  // namespace groundhog::history
