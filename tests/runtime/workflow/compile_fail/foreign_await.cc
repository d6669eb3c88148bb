// expect: a workflow awaits only what the workflow API gives it
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

Coro<void> Wait() { co_await std::suspend_always(); }
