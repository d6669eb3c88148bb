// Outline: how a simulation came out, without ids, times and amounts: what runs have in common that
// fail in the same way, whatever led to it.
//
//     MoneyTransfer FAILED: withdraw completed, deposit failed, refund completed; bank: withdraw,
//     deposit, refund
//
// Each kind of workflow run once, with what became of its activities as the workflow saw it, in the
// order of their scheduling; then what each service has booked. A timeout is a failure, as it is to
// the workflow. What happened several times stands once, in ledgers with "(repeatedly)".
#pragma once

#include <string>
#include <string_view>

#include "properties/evidence.h"

namespace groundhog::properties {

// Of the runs with that workflow id, and of the bookings made for it; of all if it is empty.
std::string OutlineOf(const Evidence& evidence, std::string_view workflow_id = {});

}  // namespace groundhog::properties
