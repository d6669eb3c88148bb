// expect-gnu: bind it to a name first: g\+\+ before 13 destroys it twice
#include <chrono>
#include <string>

#include "runtime/workflow/workflow.h"

using namespace groundhog;
using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::WaitCondition;

struct Details {
  std::string from;
  std::string to;
  int amount = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Details, from, to, amount)

constexpr ActivityType<int(Details)> kPay{"pay"};
constexpr WorkflowType<int(Details)> kTransfer{"Transfer"};

Coro<int> Transfer(ActivityOptions options) {
  co_return co_await ExecuteActivity(kPay, Details{"85-150", "43-812", 250}, options);
}
