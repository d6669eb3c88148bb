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

void WorkflowRegistry::Include(const std::vector<WorkflowRegistration>& others,
                               const history::DataConverter& converter,
                               const std::vector<std::string>& propagated_headers) {
  for (const WorkflowRegistration& other : others) {
    const auto place =
        std::lower_bound(registrations_.begin(), registrations_.end(), other.name(), IsBefore);
    const bool has = place != registrations_.end() && place->name() == other.name();
    if (!has) registrations_.insert(place, other);
  }
  if (!data_converter_) data_converter_ = converter;
  if (propagated_headers_.empty()) propagated_headers_ = propagated_headers;
}

const WorkflowRegistration* WorkflowRegistry::Find(std::string_view name) const {
  const auto place = std::lower_bound(registrations_.begin(), registrations_.end(), name, IsBefore);
  if (place != registrations_.end() && place->name() == name) return &*place;
  const bool has_dynamic = !registrations_.empty() && registrations_.front().name().empty();
  return has_dynamic ? &registrations_.front() : nullptr;
}

}  // namespace groundhog::workflow
