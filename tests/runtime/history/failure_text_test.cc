// runtime/history/failure_text.h.
#include "runtime/history/failure_text.h"

#include "tests/catch.h"

namespace groundhog::history {
namespace {

FailurePtr Make(std::string message, FailureInfo info, FailurePtr cause = {}) {
  return MakeShared<Failure>(
      Failure{.message = std::move(message), .info = std::move(info), .cause = std::move(cause)});
}

const FailurePtr& Bank() {
  static const FailurePtr failure = Make("The account number 99-999 is invalid.",
                                         ApplicationFailureInfo{.type = "InvalidAccountError"});
  return failure;
}

TEST_CASE("a chain of failures reads from the outside in") {
  const FailurePtr wrapped =
      Make("Activity task failed", ActivityFailureInfo{.activity_type = "deposit"}, Bank());
  CHECK(
      Describe(wrapped) ==
      "Activity task failed (deposit): InvalidAccountError: The account number 99-999 is invalid.");
  CHECK(fmt::format("{}", wrapped) == Describe(wrapped));
  CHECK(Describe(nullptr) == "no failure");
  CHECK(RootCause(wrapped) == Bank().get());
  CHECK(RootCause(nullptr) == nullptr);
}

TEST_CASE("what a cause only repeats is said once") {
  const FailurePtr timeout = Make("activity StartToClose timeout", TimeoutFailureInfo{});
  const FailurePtr twice = Make("activity StartToClose timeout", TimeoutFailureInfo{}, timeout);
  CHECK(Describe(Make("Activity task timed out", ActivityFailureInfo{.activity_type = "deposit"},
                      twice)) ==
        "Activity task timed out (deposit): activity StartToClose timeout");
}

TEST_CASE("the type is that of the application failure nearest to the bottom") {
  const FailurePtr outer = Make("outer", ApplicationFailureInfo{.type = "Outer"},
                                Make("middle", TimeoutFailureInfo{}, Bank()));
  CHECK(ApplicationTypeOf(outer) == "InvalidAccountError");
  CHECK(ApplicationTypeOf(Make("t", TimeoutFailureInfo{})).empty());
  CHECK(ApplicationTypeOf(nullptr).empty());
}

TEST_CASE("a cancellation is found anywhere in the chain") {
  CHECK_FALSE(HasCanceledFailure(Bank()));
  CHECK_FALSE(HasCanceledFailure(nullptr));
  const FailurePtr canceled = Make("", CanceledFailureInfo{});
  CHECK(HasCanceledFailure(canceled));
  CHECK(HasCanceledFailure(Make("Activity cancelled", ActivityFailureInfo{}, canceled)));
  CHECK(Describe(canceled) == "canceled");
}

}  // namespace
}  // namespace groundhog::history
