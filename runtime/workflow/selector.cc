#include "runtime/workflow/selector.h"

#include <stdexcept>

namespace groundhog::workflow {

std::size_t Selector::AddCase(std::unique_ptr<internal::SelectorCase> added) {
  cases_.push_back(std::move(added));
  return cases_.size() - 1;
}

std::optional<std::size_t> Selector::FirstReady() const {
  for (std::size_t place = 0; place < cases_.size(); ++place) {
    if (cases_[place]->ready()) return place;
  }
  return std::nullopt;
}

bool Selector::HasPending() const { return FirstReady().has_value(); }

std::vector<internal::Ref<internal::Completion>> Selector::WatchAll() const {
  std::vector<internal::Ref<internal::Completion>> watched;
  for (const auto& each : cases_) {
    if (!each->spent()) watched.push_back(each->Watch());
  }
  return watched;
}

// Between waking and running, another fiber may have received what there was: then it waits again.
Coro<std::size_t> Selector::Select() {
  std::optional<std::size_t> ready = FirstReady();
  if (!ready && default_) {
    default_();
    co_return kDefault;
  }
  while (!ready) {
    internal::Any any(WatchAll());
    if (any.empty())
      throw std::logic_error("Selector::Select: every case was served, none is left");
    co_await any;
    ready = FirstReady();
  }
  cases_[*ready]->Serve();
  co_return *ready;
}

}  // namespace groundhog::workflow
