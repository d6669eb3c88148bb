// What is done with names and payloads: memo, header, search attributes (SEMANTICS f.9).
//
// A PayloadMap is in the order of its names, each once.
#pragma once

#include <string>
#include <string_view>

#include "runtime/history/payload.h"

namespace groundhog::history {

// What takes a value away where it is given for one.
inline bool IsNull(const Payload& payload) { return payload.encoding() == kEncodingNull; }

// Null if there is none.
const Payload* Find(const PayloadMap& fields, std::string_view name);
void Put(PayloadMap& fields, std::string_view name, Payload payload);
// Puts each of `updates` into `fields`; a null value takes the field away.
void Merge(PayloadMap& fields, const PayloadMap& updates);
// Without the fields whose value is null.
PayloadMap WithoutNulls(PayloadMap fields);

}  // namespace groundhog::history
