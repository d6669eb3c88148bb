#include "runtime/history/failure_error.h"

#include "runtime/history/failure_text.h"

namespace groundhog::history {
namespace {

FailurePtr ApplicationFailure(std::string_view type, std::string_view message, bool non_retryable,
                              Payloads details) {
  return MakeShared<Failure>(
      Failure{.message = std::string(message),
              .info = ApplicationFailureInfo{.type = std::string(type),
                                             .non_retryable = non_retryable,
                                             .details = std::move(details)}});
}

}  // namespace

const char* FailureError::what() const noexcept {
  try {
    if (text_.empty()) text_ = Describe(failure_);
    return text_.c_str();
  } catch (...) {
    return "a failure";
  }
}

CanceledError::CanceledError(std::string_view message)
    : FailureError(MakeShared<Failure>(
          Failure{.message = std::string(message), .info = CanceledFailureInfo{}})) {}

ApplicationError::ApplicationError(std::string_view type, std::string_view message,
                                   bool non_retryable, Payloads details)
    : FailureError(ApplicationFailure(type, message, non_retryable, std::move(details))) {}

std::string_view ApplicationError::type() const {
  const auto* info = InfoAs<ApplicationFailureInfo>(failure());
  return info == nullptr ? std::string_view() : std::string_view(info->type);
}
bool ApplicationError::non_retryable() const {
  const auto* info = InfoAs<ApplicationFailureInfo>(failure());
  return info != nullptr && info->non_retryable;
}

}  // namespace groundhog::history
