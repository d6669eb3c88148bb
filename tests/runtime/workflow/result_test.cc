// runtime/workflow/result.h and errors.h.
#include "runtime/workflow/result.h"

#include "tests/catch.h"

namespace groundhog::workflow {
namespace {

TEST_CASE("a Result holds a value") {
  const Result<std::string> result = std::string("yes");
  CHECK(result.ok());
  CHECK(*result == "yes");
  CHECK(result->size() == 3);
  CHECK(result.value() == "yes");
  CHECK_FALSE(result.failure());
  CHECK(result.type().empty());
  CHECK_FALSE(result.canceled());
}

TEST_CASE("a Result holds a failure, and reading a value from it is an error") {
  const Result<int> result = Result<int>::Failed(ApplicationError("Odd", "no").failure());
  CHECK_FALSE(result.ok());
  CHECK(result.type() == "Odd");
  CHECK(result.message() == "no");
  CHECK(result.value_or(7) == 7);
  CHECK_THROWS_WITH(*result,
                    "the value of a Result was read, but it holds a failure: Odd: no "
                    "(ask ok() first)");
  CHECK_THROWS_AS(result.value(), ApplicationError);
  CHECK_THROWS_AS(Result<int>::Failed(nullptr), std::logic_error);
}

TEST_CASE("a Result of FailurePtr tells a failure that is a value from one that is not") {
  const FailurePtr failure = ApplicationError("Odd", "no").failure();
  const Result<FailurePtr> value = failure;
  CHECK(value.ok());
  CHECK(*value == failure);
  CHECK_FALSE(Result<FailurePtr>::Failed(failure).ok());
}

TEST_CASE("a failure is thrown as the exception that fits it") {
  const auto failure_with = [](history::FailureInfo info) {
    return history::MakeShared<history::Failure>(
        history::Failure{.message = "text", .info = std::move(info)});
  };
  CHECK_THROWS_AS(ThrowFailure(failure_with(history::ActivityFailureInfo{})), ActivityError);
  CHECK_THROWS_AS(ThrowFailure(failure_with(history::CanceledFailureInfo{})), CanceledError);
  CHECK_THROWS_AS(ThrowFailure(failure_with(history::ApplicationFailureInfo{})), ApplicationError);
  CHECK_THROWS_AS(Fail(failure_with({})), FailureError);
  CHECK_THROWS_AS(Fail(failure_with(history::TimeoutFailureInfo{})), FailureError);
  CHECK_THROWS_AS(ThrowFailure(nullptr), std::logic_error);
}

TEST_CASE("an ApplicationError carries what it was given") {
  const ApplicationError error("Declined", "no money", true, history::ToPayloads(7));
  CHECK(error.type() == "Declined");
  CHECK(error.message() == "no money");
  CHECK(error.non_retryable());
  CHECK(std::string(error.what()) == "Declined: no money");
  const auto* info = history::InfoAs<history::ApplicationFailureInfo>(error.failure());
  REQUIRE(info != nullptr);
  CHECK(history::FromPayload<int>(info->details.at(0)) == 7);
}

}  // namespace
}  // namespace groundhog::workflow
