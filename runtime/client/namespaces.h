// Namespaces, as a client registers, describes, updates and lists them.
//
//     client::Namespaces namespaces(client);
//     client::NamespaceOptions billing{.retention = 72h};
//     co_await namespaces.Register("billing", billing);
//     client.set_namespace("billing");      // from now on this client sees only what is in it
//
// A worker is in the namespace of WorkerOptions::namespace_. A namespace is there at once for
// everybody, which in Temporal takes some seconds. A call about one that is not there is a
// ServiceError, NOT_FOUND: "Namespace billing is not found.".
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/history/time.h"
#include "runtime/protocol/namespaces.h"
#include "sim/coro.h"

namespace groundhog::client {

class Client;

struct NamespaceOptions {
  // How long closed executions are kept; an hour at least. Has to be given to Register.
  std::optional<history::Duration> retention = {};
  std::string description = {};
  std::string owner_email = {};
  // Whether what is closed goes into an archive, where retention does not reach it: histories,
  // which are then found by workflow id and run id, and executions, for
  // Client::ListArchivedWorkflows.
  protocol::Archival history_archival = {};
  protocol::Archival visibility_archival = {};
};

class Namespaces {
 public:
  // The client lives longer.
  explicit Namespaces(Client& client) : client_(&client) {}

  // Options have to be bound to a name first.
  sim::Coro<void> Register(std::string name, const NamespaceOptions& options) {
    return SendRegister(std::move(name), options);
  }
  sim::Coro<void> Register(std::string name, const NamespaceOptions&& options) = delete;
  sim::Coro<protocol::DescribeNamespaceResponse> Describe(std::string name);
  // What is not given stays as it is.
  sim::Coro<protocol::DescribeNamespaceResponse> Update(std::string name,
                                                        const NamespaceOptions& options) {
    return SendUpdate(std::move(name), options);
  }
  sim::Coro<protocol::DescribeNamespaceResponse> Update(std::string name,
                                                        const NamespaceOptions&& options) = delete;
  sim::Coro<std::vector<protocol::DescribeNamespaceResponse>> List();

 private:
  sim::Coro<void> SendRegister(std::string name, NamespaceOptions options);
  sim::Coro<protocol::DescribeNamespaceResponse> SendUpdate(std::string name,
                                                            NamespaceOptions options);

  Client* client_;
};

}  // namespace groundhog::client
