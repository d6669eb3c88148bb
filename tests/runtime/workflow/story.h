// Story: a stand-in for a server, for tests of workflow code. It turns each answer into the events
// that a server would write, and runs every Workflow Task in all the ways in which a worker may
// come to it:
//   - on the run that has done all tasks before (a sticky cache),
//   - on a new run that is given the whole history (evicted after every task).
// Both must answer the same. Finish() replays the whole history once more, and each beginning of it
// that ends with a task.
//
//     Story story(Register<Transfer>(kTransfer), details);
//     CHECK(story.Task() == Answer{"ScheduleActivityTask(withdraw, id 1)"});
//     story.CompleteActivity("1", "W-1");
//     CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
//     CHECK(story.Result() == "\"…\"");
//
// Time advances by one second at each event.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/history/converter.h"
#include "runtime/history/event.h"
#include "runtime/workflow/replay.h"
#include "runtime/workflow/workflow.h"
#include "runtime/workflow/workflow_run.h"

namespace groundhog::tests {

// Commands in words, or the one line "TaskFailure: …" or "Nondeterminism: …".
using Answer = std::vector<std::string>;

// In words, with what identifies them and what they carry.
std::string InWords(const history::Command& command);
Answer InWords(const workflow::TaskResult& result);

class Story {
 public:
  template <class... Args>
  explicit Story(workflow::WorkflowRegistration workflow, const Args&... input)
      : Story(workflow::WorkflowRegistry{workflow}, workflow.name(),
              history::ToPayloads(input...)) {}
  Story(workflow::WorkflowRegistry registry, const std::string& type, history::Payloads input);
  // Other code goes on with what a story wrote.
  Story(workflow::WorkflowRegistry registry, history::EventHistory history);
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;
  // Calls Finish.
  ~Story();

  // Does the next Workflow Task and writes what follows from its answer.
  Answer Task();
  // Schedules and starts a task that nobody answers: it times out.
  void TaskTimesOut();
  // The server refuses the answer to the last task because of news (UNHANDLED_COMMAND): the task is
  // written as failed.
  void RefuseNextAnswer() { refuse_next_answer_ = true; }

  // Says which of the local activities that run ends next, and how; nothing: none does before the
  // task is heartbeaten. Asked for each run anew.
  using LocalActivities = std::function<std::optional<workflow::LocalActivityResolution>(
      const std::vector<workflow::LocalActivityTask>& running)>;
  void RunLocalActivities(LocalActivities next) { next_local_activity_ = std::move(next); }
  // Whether the last task was ended by a heartbeat.
  bool heartbeaten() const { return heartbeaten_; }
  // By seq, those that the sticky run asked to stop.
  const std::vector<std::uint32_t>& local_activity_cancels() const { return local_cancels_; }
  // A resolution of the present time.
  workflow::LocalActivityResolution Resolution(std::uint32_t seq) const;

  // --- news, to be seen by the next task
  template <class T>
  void CompleteActivity(const std::string& id, const T& result) {
    CompleteActivityWith(id, history::ToPayloads(result));
  }
  void CompleteActivityWith(const std::string& id, history::Payloads result);
  void StartActivity(const std::string& id);
  void FailActivity(const std::string& id, const std::string& error_type,
                    const std::string& message);
  void TimeOutActivity(const std::string& id);
  void CancelActivity(const std::string& id);  // it reports that it was cancelled
  void FireTimer(const std::string& id);
  template <class... Args>
  void Signal(const std::string& name, const Args&... arguments) {
    SignalWith(name, history::ToPayloads(arguments...));
  }
  void SignalWith(const std::string& name, history::Payloads input);
  // An update, delivered with the next task. A task that does nothing but reject leaves no events,
  // if there is no other news.
  template <class... Args>
  void Update(const std::string& id, const std::string& name, const Args&... arguments) {
    SendUpdate(id, name, history::ToPayloads(arguments...));
  }
  // The same by way of an event, as a reset does it.
  template <class... Args>
  void AdmitUpdate(const std::string& id, const std::string& name, const Args&... arguments) {
    Admit(id, name, history::ToPayloads(arguments...));
  }
  void RequestCancel();
  void Terminate();
  void Reset(const std::string& new_run_id);  // in place of a task
  // Any other event; its id.
  template <class T>
  history::EventId Add(T attributes) {
    const auto id = static_cast<history::EventId>(history_.size()) + 1;
    history_.push_back(
        history::MakeEvent(id, history::FromUnixNanos(id * 1'000'000'000), std::move(attributes)));
    return id;
  }
  // The last event by which a child workflow, or a request to another workflow, was initiated.
  history::EventId Initiated(const std::string& workflow_id) const {
    return initiated_.at(workflow_id);
  }

  // --- looking
  workflow::WorkflowRun& sticky() { return *sticky_; }
  const history::EventHistory& history() const { return history_; }
  const workflow::WorkflowRegistry& registry() const { return registry_; }
  const history::Commands& last_commands() const { return last_commands_; }
  // JSON text of the workflow's result. REQUIRES: it completed.
  std::string Result() const;
  // REQUIRES: it failed.
  history::FailurePtr Failure() const;
  // JSON text of a query's answer, the same from both runs; or "failed: …".
  std::string Query(const std::string& name);
  // What became of an update: "accepted", JSON text of its result, "failed: …", "rejected: …";
  // empty if it was not answered.
  std::string UpdateOutcome(const std::string& id) const;
  // Lines that the sticky run logged.
  const std::vector<std::string>& log() const { return log_.lines; }

  // No replay at the end: for stories that leave a broken history behind.
  void NoReplay() { finished_ = true; }
  void Finish();

 private:
  struct Log final : workflow::LogSink {
    void Write(workflow::LogLevel, std::string_view line) override { lines.emplace_back(line); }
    std::vector<std::string> lines;
  };

  workflow::RunContext Context(workflow::LogSink* log) const;
  // Executes local activities until the task is done or heartbeaten. `running`: those of the run.
  workflow::TaskResult Drive(workflow::WorkflowRun& run,
                             std::vector<workflow::LocalActivityTask>& running,
                             workflow::TaskResult result);
  void SendUpdate(const std::string& id, const std::string& name, history::Payloads arguments);
  void Admit(const std::string& id, const std::string& name, history::Payloads arguments);
  history::Messages MessagesFor(history::EventId started);
  bool HasNews() const;
  void DropTask();
  void WriteMessage(const std::string& message_id);
  void Write(const history::Commands& commands, history::EventId completed);
  void WriteCommand(const history::Command& command, history::EventId completed);

  workflow::WorkflowRegistry registry_;
  Log log_;
  history::EventHistory history_;
  std::unique_ptr<workflow::WorkflowRun> sticky_;
  std::size_t seen_by_sticky_ = 0;
  history::Commands last_commands_;
  std::map<std::string, history::EventId> activities_;  // id to scheduled event
  std::map<std::string, history::EventId> started_;     // id to started event
  std::map<std::string, history::EventId> timers_;
  LocalActivities next_local_activity_;
  std::vector<workflow::LocalActivityTask> running_;  // of the sticky run
  std::vector<std::uint32_t> local_cancels_;
  bool heartbeaten_ = false;
  std::map<std::string, history::EventId> initiated_;  // by the workflow id
  std::vector<history::UpdateRequest> updates_to_send_;
  history::Messages last_messages_;                   // of the last answer
  std::map<std::string, history::EventId> accepted_;  // update id to accepted event
  std::map<std::string, std::string> update_outcomes_;
  bool refuse_next_answer_ = false;
  bool finished_ = false;
};

}  // namespace groundhog::tests
