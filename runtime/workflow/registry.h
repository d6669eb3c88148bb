// Which workflows a worker (or the replayer) knows, by name.
//
//     const WorkflowRegistry registry{Register<MoneyTransfer>(kMoneyTransfer)};
//
// A workflow is a class with `Coro<R> Run(Args…)`; one object a run, made by the default
// constructor, which may register handlers. The compiler checks Run against the WorkflowType's
// signature.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/history/converter.h"
#include "runtime/history/names.h"
#include "runtime/history/payload_codec.h"
#include "runtime/history/versioning.h"
#include "runtime/workflow/author_code.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/dialect.h"

namespace groundhog::workflow {

class WorkflowRegistration {
 public:
  using Factory = std::unique_ptr<internal::WorkflowInstance> (*)();
  WorkflowRegistration(
      std::string_view name, Factory make, Dialect dialect = Dialect::kCore,
      history::VersioningBehavior behavior = history::VersioningBehavior::kUnspecified)
      : name_(name), factory_(make), dialect_(dialect), versioning_behavior_(behavior) {}

  const std::string& name() const { return name_; }
  std::unique_ptr<internal::WorkflowInstance> Make() const { return factory_(); }
  // Which code it is, as far as this process can tell one code from another.
  Factory factory() const { return factory_; }
  Dialect dialect() const { return dialect_; }
  // Unspecified: as the worker's options say (WorkerOptions::deployment_options).
  history::VersioningBehavior versioning_behavior() const { return versioning_behavior_; }

 private:
  std::string name_;
  Factory factory_;
  Dialect dialect_;
  history::VersioningBehavior versioning_behavior_;
};

// Sorted by name; a name registered twice is a std::invalid_argument.
class WorkflowRegistry {
 public:
  WorkflowRegistry() = default;
  WorkflowRegistry(std::initializer_list<WorkflowRegistration> registrations);

  void Add(WorkflowRegistration registration);
  // Takes of another's registrations, converter and propagated headers what this one has not.
  void Include(const std::vector<WorkflowRegistration>& others,
               const history::DataConverter& converter,
               const std::vector<std::string>& propagated_headers);
  // The dynamic one, if there is no other; null if there is none.
  const WorkflowRegistration* Find(std::string_view name) const;
  const std::vector<WorkflowRegistration>& registrations() const { return registrations_; }

  // By which the histories of these workflows are encoded.
  const history::DataConverter& data_converter() const { return data_converter_; }
  void set_data_converter(history::DataConverter converter) {
    data_converter_ = std::move(converter);
  }

  // Names of headers that travel on by themselves (propagation.h).
  const std::vector<std::string>& propagated_headers() const { return propagated_headers_; }
  void set_propagated_headers(std::vector<std::string> names) {
    propagated_headers_ = std::move(names);
  }

 private:
  history::DataConverter data_converter_;
  std::vector<std::string> propagated_headers_;
  std::vector<WorkflowRegistration> registrations_;
};

namespace internal {

template <class W, class R, class... Args>
class TypedInstance final : public WorkflowInstance {
 public:
  std::coroutine_handle<> Start(const history::Payloads& input, Fiber& fiber) override {
    arguments_.emplace(history::FromPayloads<std::decay_t<Args>...>(input));
    Coro<R> run = std::apply(
        [this](auto&... arguments) { return workflow_.Run(static_cast<Args&&>(arguments)...); },
        *arguments_);
    root_ = run.Release();
    root_.promise().set_fiber(fiber);
    return root_;
  }

  history::Payloads EncodeResult() override {
    if constexpr (std::is_void_v<R>) {
      return {history::ToPayload(nullptr)};
    } else {
      return history::ResultToPayloads<R>(root_.promise().TakeValue());
    }
  }

 private:
  W workflow_;
  std::optional<std::tuple<std::decay_t<Args>...>> arguments_;  // Run may take them by reference
  typename Coro<R>::Handle root_;
};

template <class W>
class DynamicInstance final : public WorkflowInstance {
 public:
  std::coroutine_handle<> Start(const history::Payloads& input, Fiber& fiber) override {
    root_ = workflow_.Run(input).Release();
    root_.promise().set_fiber(fiber);
    return root_;
  }
  history::Payloads EncodeResult() override { return root_.promise().TakeValue(); }

 private:
  W workflow_;
  typename Coro<history::Payloads>::Handle root_;
};

template <class W>
std::unique_ptr<WorkflowInstance> MakeDynamicInstance() {
  return std::make_unique<DynamicInstance<W>>();
}

template <class W, class R, class... Args>
concept RunsAs = requires(W& workflow, Args&&... arguments) {
  { workflow.Run(static_cast<Args&&>(arguments)...) } -> std::same_as<Coro<R>>;
};

template <class W, class R, class... Args>
std::unique_ptr<WorkflowInstance> MakeInstance() {
  return std::make_unique<TypedInstance<W, R, Args...>>();
}

}  // namespace internal

// Of every type for which nothing else is registered: W has `Coro<history::Payloads>
// Run(history::Payloads input)`. Info() has the type.
template <class W>
WorkflowRegistration RegisterDynamic(
    history::VersioningBehavior behavior = history::VersioningBehavior::kUnspecified) {
  static_assert(internal::RunsAs<W, history::Payloads, history::Payloads>,
                "a dynamic workflow has `Coro<history::Payloads> Run(history::Payloads input)`");
  return WorkflowRegistration({}, &internal::MakeDynamicInstance<W>, Dialect::kCore, behavior);
}

template <class W, class R, class... Args>
WorkflowRegistration Register(const WorkflowType<R(Args...)>& type,
                              Dialect dialect = Dialect::kCore) {
  static_assert(std::is_default_constructible_v<W>,
                "a workflow class needs a default constructor: the run makes the object");
  static_assert(
      internal::RunsAs<W, R, Args...>,
      "the workflow class has no `Coro<R> Run(Args...)` with the result and the arguments "
      "that its WorkflowType names");
  return WorkflowRegistration(type.name, &internal::MakeInstance<W, R, Args...>, dialect);
}
// Of a workflow that says how its runs are versioned: Register<Transfer>(kTransfer,
// VersioningBehavior::kPinned).
template <class W, class R, class... Args>
WorkflowRegistration Register(const WorkflowType<R(Args...)>& type,
                              history::VersioningBehavior behavior) {
  const WorkflowRegistration unversioned = Register<W>(type);
  return WorkflowRegistration(type.name, unversioned.factory(), unversioned.dialect(), behavior);
}

}  // namespace groundhog::workflow
