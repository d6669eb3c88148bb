// Queries that wait for a worker's answer. They are memory: nothing of them survives the server,
// and whoever asked asks again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/container/btree_map.h>

#include "runtime/server/execution.h"
#include "sim/network.h"

namespace groundhog::server {

struct PendingQuery {
  RunIndex run = 0;
  std::string type = {};
  history::Payloads arguments = {};
  history::PayloadMap header = {};
  sim::Reply reply = {};
  // Given to matching as a task of its own; else it waits for the run's workflow task.
  bool direct = false;
  bool handed_out = false;
};

// By id: in the order in which they came.
using PendingQueries = absl::btree_map<std::uint64_t, PendingQuery>;

}  // namespace groundhog::server
