// expect: has no `Coro<R> Run
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

struct Transfer {
  Coro<std::string> Run(Details) { co_return ""; }
};
const auto registration = workflow::Register<Transfer>(kTransfer);
