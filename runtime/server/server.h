// Server: the simulated Temporal server, as a process body.
//
//     sim::Store<server::Durable> store({}, &server::kServerStoreSites);            // outlives the process
//     kernel.AddProcess("server", [&store](sim::Process& process) { return std::make_unique<server::Server>(process, store); });
//
// It takes the requests of runtime/protocol. What it has acknowledged survives any crash; what it
// has not may or may not. All else is memory and is made anew from the
// store at each start (DESIGN §5, SEMANTICS g).
#pragma once

#include "runtime/server/namespaces.h"
#include "runtime/server/options.h"
#include "sim/network.h"
#include "sim/process.h"

namespace groundhog::server {

class Server final : public sim::ProcessBody {
 public:
  Server(sim::Process& process, sim::Store<Durable>& store, const ServerOptions& options = {});

  void Handle(sim::Incoming& request) override;

 private:
  Namespaces namespaces_;
};

}  // namespace groundhog::server
