// withdraw, deposit and refund as a plan says (scenarios/recorded/activity_plan.h); the effect is
// the booking at the bank.
#pragma once

#include "runtime/activity/registration.h"
#include "scenarios/money_transfer/bank.h"
#include "scenarios/recorded/activity_plan.h"
#include "scenarios/recorded/notice_board.h"

namespace groundhog::money_transfer {

activity::Registrations ScriptedActivities(const Bank::Stub& bank,
                                           const recorded::ActivityPlans& plans,
                                           recorded::NoticeBoard& board);

}  // namespace groundhog::money_transfer
