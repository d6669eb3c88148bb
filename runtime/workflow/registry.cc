#include "runtime/workflow/registry.h"

#include <algorithm>
#include <stdexcept>

namespace groundhog::workflow {
namespace {

bool IsBefore(const WorkflowRegistration& registration, std::string_view name) {
  return registration.name() < name;
}

}  // namespace

WorkflowRegistry::WorkflowRegistry(std::initializer_list<WorkflowRegistration> registrations) {
  for (const WorkflowRegistration& registration : registrations) Add(registration);
}

void WorkflowRegistry::Add(WorkflowRegistration registration) {
  const auto place =
      std::lower_bound(registrations_.begin(), registrations_.end(), registration.name(), IsBefore);
  if (place != registrations_.end() && place->name() == registration.name()) {
    throw std::invalid_argument("two workflows are registered under the name '" +
                                registration.name() + "'");
  }
  registrations_.insert(place, std::move(registration));
}

const WorkflowRegistration* WorkflowRegistry::Find(std::string_view name) const {
  const auto place = std::lower_bound(registrations_.begin(), registrations_.end(), name, IsBefore);
  if (place != registrations_.end() && place->name() == name) return &*place;
  const bool has_dynamic = !registrations_.empty() && registrations_.front().name().empty();
  return has_dynamic ? &registrations_.front() : nullptr;
}

}  // namespace groundhog::workflow
