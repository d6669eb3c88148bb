// StartWorkflowExecution (SEMANTICS f.10).
#include <memory>
#include <string>
#include <utility>

#include "runtime/server/handlers.h"
#include "runtime/server/start_request.h"
#include "runtime/server/start_run.h"
#include "runtime/server/workflow_task.h"

namespace groundhog::server {

void Handle(Engine& engine, protocol::StartWorkflowExecutionRequest& request, sim::Reply reply) {
  if (absl::Status bad = CheckStart(request, engine.now()); !bad.ok()) {
    return engine.Refuse(reply, std::move(bad));
  }
  StartVerdict verdict = JudgeStart(engine, request);
  if (verdict.kind == StartVerdict::Kind::kRefused) {
    return engine.Refuse(reply, std::move(verdict.refusal));
  }
  if (verdict.kind != StartVerdict::Kind::kStart) {
    return engine.Answer(
        reply, protocol::StartWorkflowExecutionResponse{
                   .run_id = verdict.current->run_id,
                   .first_execution_run_id = verdict.current->event->first_execution_run_id,
                   .started = verdict.kind == StartVerdict::Kind::kRepeated});
  }
  TaskStarter starter{.identity = request.identity, .request_id = request.request_id};
  Transition& t = StartRequested(engine, verdict, request);
  ScheduleFirstWorkflowTask(t);
  if (t.start().event->eager_execution_accepted) StartWorkflowTask(t, std::move(starter));
  const std::string run_id = t.start().run_id;
  if (!engine.Commit(t, reply)) return;
  protocol::StartWorkflowExecutionResponse response{.run_id = run_id,
                                                    .first_execution_run_id = run_id};
  if (t.start().event->eager_execution_accepted) {
    response.eager_workflow_task = std::make_shared<const protocol::PollWorkflowTaskQueueResponse>(
        MakeWorkflowTask(engine, t.run(), false));
  }
  engine.Answer(reply, std::move(response));
  engine.FollowUp(t);
}

}  // namespace groundhog::server
