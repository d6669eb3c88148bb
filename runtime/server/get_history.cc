// GetWorkflowExecutionHistory: the events of a run; or, for who waits for its end, the closing one;
// or, for who follows it, what is new.
#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/server/archive.h"
#include "runtime/server/handlers.h"

namespace groundhog::server {

using Request = protocol::GetWorkflowExecutionHistoryRequest;
using Response = protocol::GetWorkflowExecutionHistoryResponse;

void Handle(Engine& engine, Request& request, sim::Reply reply) {
  const absl::StatusOr<RunIndex> index = engine.Find(request.execution);
  if (!index.ok()) {
    const RunRecord* archived = FindArchived(engine.durable(), request.execution);
    if (archived == nullptr) return engine.Refuse(reply, index.status());
    // Whole, whatever part was asked for.
    return engine.Answer(reply,
                         Response{.history = archived->history, .run_id = archived->start->run_id});
  }
  const RunRecord& record = engine.durable().run(*index);
  Run* run = engine.OpenRun(*index);
  if (request.wait_for_close_event) {
    if (run == nullptr) return engine.Answer(reply, Response{.history = {record.history.back()}});
    return run->close_waiters.push_back(std::move(reply));
  }
  HistoryWaiter waiter{.reply = std::move(reply),
                       .first_event_id = std::max<EventId>(1, request.first_event_id)};
  const bool has_news = std::ssize(record.history) >= waiter.first_event_id;
  if (!request.wait_new_event || has_news || run == nullptr) {
    return AnswerHistory(engine, record, waiter);
  }
  run->history_waiters.push_back(std::move(waiter));
}

void AnswerHistory(Engine& engine, const RunRecord& record, HistoryWaiter& waiter) {
  Response response{.run_id = record.start->run_id};
  if (waiter.first_event_id <= std::ssize(record.history)) {
    response.history.assign(record.history.begin() + (waiter.first_event_id - 1),
                            record.history.end());
  }
  engine.Answer(waiter.reply, std::move(response));
}

void TellHistoryWaiters(Engine& engine, Run& run) {
  const RunRecord& record = engine.durable().run(run.index);
  std::erase_if(run.history_waiters, [&](HistoryWaiter& waiter) {
    const bool has_news = std::ssize(record.history) >= waiter.first_event_id;
    if (has_news) AnswerHistory(engine, record, waiter);
    return has_news;
  });
}

}  // namespace groundhog::server
