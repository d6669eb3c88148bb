// Service and ServiceStub: an outside service that activities call:
// a process of its own with a store that survives.
//
//     class Bank : public Service {                                  // the body: anew at each start
//      public:
//       struct Durable { using Write = …; void Apply(Write write); properties::Ledger ToLedger() const; };
//       class Stub : public ServiceStub { … co_await Call(context, std::move(request)) … };
//       Bank(sim::Process& process, sim::Store<Durable>& store);
//       void Serve(sim::Incoming& request) override;
//     };
//     const Bank::Stub bank = world.AddService<Bank>("bank", Accounts{{"85-150", 2000}});
//
// A stub holds an address, not the service: its calls are messages,
// labelled with the activity in whose name they go.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <absl/status/statusor.h>

#include "runtime/activity/context.h"
#include "sim/coro.h"
#include "sim/network.h"
#include "sim/process.h"

namespace groundhog {

class Service : public sim::ProcessBody {
 public:
  explicit Service(sim::Process& process) : process_(process) {}

  // May find the service down instead (fault site service/down).
  void Handle(sim::Incoming& request) final;
  virtual void Serve(sim::Incoming& request) = 0;

  // For the world: what to look at after each request that was served.
  void set_after_request(std::function<void()> look) { after_request_ = std::move(look); }

 protected:
  sim::Process& process() { return process_; }

 private:
  sim::Process& process_;
  std::function<void()> after_request_;
};

class ServiceStub {
 public:
  explicit ServiceStub(sim::Process& service) : service_(&service) {}

 protected:
  // A trouble of the network comes back as a status; what the service says, in its response.
  template <class Request>
  sim::Network::CallAwaiter<Request> Call(activity::Context& context,
                                          std::unique_ptr<sim::MessageOf<Request>> request) const {
    static constexpr sim::SymbolEntry kKind{Request::kName};
    const sim::Label label = context.label().WithKind(sim::Symbol(kKind));
    return context.network().Call(context.process(), *service_, std::move(request), label);
  }

 private:
  sim::Process* service_;
};

}  // namespace groundhog
