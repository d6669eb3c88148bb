// InputError: the command line or an input file is wrong: exit status 2. The message says where,
// and what would be right.
#pragma once

#include <stdexcept>
#include <string>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace groundhog::cli {

class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void ThrowUnlessOk(const absl::Status& status) {
  if (!status.ok()) throw InputError(std::string(status.message()));
}

template <class T>
T ValueOrThrow(absl::StatusOr<T> value) {
  ThrowUnlessOk(value.status());
  return *std::move(value);
}

}  // namespace groundhog::cli
