// The built-in properties, one function each (DESIGN §7). Pure: the same evidence gives the same
// violations, in the same order.
//
// What each one promises stands at the top of its .cc file; the line for people stands in
// built_ins.cc.
#pragma once

#include "properties/evidence.h"

namespace groundhog::properties {

void CheckRetry(const Evidence& evidence, Violations& found);
void CheckCompensation(const Evidence& evidence, Violations& found);
void CheckReplay(const Evidence& evidence, Violations& found);
void CheckHistory(const Evidence& evidence, Violations& found);
void CheckLiveness(const Evidence& evidence, Violations& found);
void CheckNoOrphan(const Evidence& evidence, Violations& found);

}  // namespace groundhog::properties
