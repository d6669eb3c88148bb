#include "runtime/workflow/error_failure.h"

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string>
#include <typeinfo>

#include "runtime/workflow/errors.h"

namespace groundhog::workflow::internal {
namespace {

std::string Demangled(const std::type_info* type) {
  if (type == nullptr) return "unknown";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : type->name();
}

}  // namespace

history::FailurePtr PlainFailure(std::string_view message, std::string_view type) {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = std::string(message),
                       .info = history::ApplicationFailureInfo{.type = std::string(type)}});
}

history::FailurePtr FailureOfBug(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const FailureError& failure) {
    return failure.failure();
  } catch (const std::exception& exception) {
    return PlainFailure(exception.what(), Demangled(&typeid(exception)));
  } catch (...) {
    return PlainFailure("an exception that is no std::exception",
                        Demangled(abi::__cxa_current_exception_type()));
  }
}

history::FailurePtr FailureOfBug(const std::exception_ptr& error, Dialect dialect) {
  history::FailurePtr failure = FailureOfBug(error);
  if (dialect == Dialect::kCore) return failure;
  return history::MakeShared<history::Failure>(history::Failure{
      .message = failure->message,
      .info = history::ApplicationFailureInfo{.type = "PanicError", .non_retryable = true}});
}

}  // namespace groundhog::workflow::internal
