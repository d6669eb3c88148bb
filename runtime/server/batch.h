// Batch operations: what a server still does when the client that asked for it is long gone.
//
// A batch is a row in the store: the request, and how far it is. Temporal carries one out with a
// workflow of its own that calls the server like a client; here a deadline comes up for each
// operation, and the handler is called that a client's request would have reached, with everything
// that may go wrong there. Progress is written after each operation, so one that was done but not
// counted when the server died is done again: terminating, deleting or cancelling twice changes
// nothing, a signal is known by its request id, an execution that was open is not reset twice. (Of
// deletions and resets that one may go uncounted.)
//
// Which executions there are is asked in pages, as far behind the last one as the store remembers.
// An operation that fails is tried again at the pace of the batch, 50 times; an execution that is
// not there any more counts as done.
// Not as in Temporal: a batch is no workflow execution, so its job id is none and it is found only
// by its own calls.
#pragma once

#include "runtime/server/engine.h"
#include "runtime/server/visibility.h"

namespace groundhog::server {

// What is in memory of the batch that runs.
struct BatchWork {
  BatchIndex batch = 0;
  struct Target {
    ListKey key;
    RunIndex run;
  };
  std::vector<Target> page = {};
  std::optional<ListKey> after = {};  // where the next page begins
  std::size_t next = 0;               // in the page
  bool more_pages = true;             // there may be some behind it
  int tries = 0;                      // of the operation that is next
};

// The query of a batch, with what goes without saying.
std::string AdjustedQuery(const protocol::StartBatchOperationRequest& request);
// Reminds of what is left to do, after a restart.
void ArmBatches(Engine& engine);
// The next operation is due. REQUIRES: the batch runs.
void CarryOnBatch(Engine& engine, const Deadline& deadline);

}  // namespace groundhog::server
