#include "scenarios/money_transfer/scripted_banking.h"

#include <memory>
#include <utility>

#include "scenarios/recorded/scripted_activity.h"

namespace groundhog::money_transfer {

activity::Registrations ScriptedActivities(const Bank::Stub& bank,
                                           const recorded::ActivityPlans& plans,
                                           recorded::NoticeBoard& board) {
  const auto shared = std::make_shared<const recorded::ActivityPlans>(plans);
  activity::Registrations scripted;
  for (activity::Registration& effect : BankingActivities(bank)) {
    scripted.push_back(
        recorded::Scripted({.name = effect.name, .effect = std::move(effect.run)}, shared, board));
  }
  return scripted;
}

}  // namespace groundhog::money_transfer
