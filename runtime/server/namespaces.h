// Namespaces: the engines of a server, one for each namespace.
//
// Executions, task queues, batches and timers of a namespace are an engine's and a store's of their
// own, so that nothing of one namespace can be seen from another. The table of namespaces stands in
// the store of "default", which every server has; the stores of the others hang on it. A request
// says beside itself which namespace it is meant for (protocol/namespaces.h).
//
// Retention: a closed execution disappears when the retention of its namespace, as it was when the
// execution was closed, is over. "default" has none until somebody updates it, so it keeps
// everything. A simulation does not go on for the sake of retention. Temporal adds up to half an
// hour at random; here it is punctual.
//
// Not as in Temporal: a workflow cannot start, signal or cancel another namespace's; namespaces are
// not deprecated, deleted or replicated.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/protocol/namespaces.h"
#include "runtime/server/engine.h"
#include "sim/network.h"

namespace groundhog::server {

class Namespaces {
 public:
  // Builds everything from the store.
  Namespaces(sim::Process& process, sim::Store<Durable>& store, const ServerOptions& options);

  // Null if there is none of this name; "default" if it is empty.
  Engine* Find(std::string_view name);
  Engine& usual() { return usual_; }

  void Handle(protocol::RegisterNamespaceRequest& request, sim::Reply reply);
  void Handle(protocol::DescribeNamespaceRequest& request, sim::Reply reply);
  void Handle(protocol::UpdateNamespaceRequest& request, sim::Reply reply);
  void Handle(protocol::ListNamespacesRequest& request, sim::Reply reply);

 private:
  struct Other {
    std::string name;
    std::unique_ptr<Engine> engine;
  };

  // Makes the engines of namespaces that have none, and tells all of them their retention.
  void Open();
  // Writes the namespace; whether it is written for certain. If not, the caller is told.
  bool Put(const protocol::DescribeNamespaceResponse& told, sim::Reply& reply);

  sim::Process& process_;
  ServerOptions options_;
  Engine usual_;  // of "default"
  std::vector<Other> others_;
};

}  // namespace groundhog::server
