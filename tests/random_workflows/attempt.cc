#include "tests/random_workflows/attempt.h"

#include "runtime/client/client.h"

namespace groundhog::random_workflows {

sim::Coro<bool> Attempt(sim::Coro<void> call) {
  try {
    co_await call;
    co_return true;
  } catch (const client::ServiceError&) {
  } catch (const client::WorkflowUpdateFailedError&) {
    // Rejected, or failed.
  } catch (const client::WorkflowQueryRejectedError&) {
    // Closed.
  } catch (const client::AsyncActivityCancelledError&) {
    // What a heartbeat was told.
  }
  co_return false;
}

}  // namespace groundhog::random_workflows
