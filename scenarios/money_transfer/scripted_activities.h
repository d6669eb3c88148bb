// The three activities of the money transfer, each attempt of which does what a play says.
#pragma once

#include "runtime/activity/registration.h"
#include "scenarios/money_transfer/bank.h"
#include "scenarios/money_transfer/notice_board.h"
#include "scenarios/money_transfer/play.h"

namespace groundhog::money_transfer {

// `board` must outlive the worker.
activity::Registrations ScriptedActivities(const Bank::Stub& bank, const ActivityPlans& plans,
                                           NoticeBoard& board);

}  // namespace groundhog::money_transfer
