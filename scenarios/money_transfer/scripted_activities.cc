#include "scenarios/money_transfer/scripted_activities.h"

#include <chrono>
#include <coroutine>
#include <memory>
#include <utility>

#include "runtime/history/failure_error.h"
#include "sim/kernel.h"

namespace groundhog::money_transfer {
namespace {

using history::Payloads;

struct Script {
  activity::Registration effect;
  ActivityPlan plan;
  NoticeBoard* board;
};
using ScriptPtr = std::shared_ptr<const Script>;

void Tell(const Script& script, activity::Context& context, ActivityNotice::What what) {
  const ActivityNotice notice{
      .activity = script.effect.name, .attempt = context.info().attempt, .what = what};
  script.board->Post(notice, context.process().kernel().now());
}

// One attempt's steps, one after the other; what the last effect or return gave is the result.
class Performance {
 public:
  Performance(const Script& script, activity::Context& context, Payloads input)
      : script_(script), context_(context), input_(std::move(input)) {}

  sim::Coro<Payloads> Run() {
    for (const AttemptStep& step : script_.plan.Of(context_.info().attempt)) {
      sim::Coro<void> done = std::visit([this](const auto& of) { return Do(of); }, step);
      co_await done;
    }
    co_return result_;
  }

 private:
  sim::Coro<void> Do(SleepFor sleep) { co_await context_.Sleep(sleep.length); }

  sim::Coro<void> Do(TakeEffect) {
    result_ = co_await script_.effect.run(context_, input_);
    Tell(script_, context_, ActivityNotice::What::kEffect);
  }

  sim::Coro<void> Do(RaiseError error) {
    throw history::ApplicationError(error.type, error.message);
    co_return;
  }

  sim::Coro<void> Do(HangForever) {
    co_await context_.Sleep(std::chrono::hours(1));  // a cancellation ends it
    co_await std::suspend_always();
  }

  sim::Coro<void> Do(KillOwnWorker) {
    sim::Process& worker = context_.process();
    worker.Crash(std::nullopt);
    script_.board->Post(WorkerDiedNotice{std::string(worker.name().text())}, worker.kernel().now());
    co_await std::suspend_always();  // never resumed
  }

  sim::Coro<void> Do(ReturnValue value) {
    result_ = {history::Payload(history::kEncodingJson, value.json)};
    co_return;
  }

  const Script& script_;
  activity::Context& context_;
  Payloads input_;
  Payloads result_;
};

sim::Coro<Payloads> Perform(ScriptPtr script, activity::Context& context, Payloads input) {
  Tell(*script, context, ActivityNotice::What::kBegin);
  Performance performance(*script, context, std::move(input));
  Payloads result;
  try {
    result = co_await performance.Run();
  } catch (const history::CanceledError&) {
    throw;
  } catch (const history::FailureError&) {
    Tell(*script, context, ActivityNotice::What::kRaise);
    throw;
  }
  co_return result;
}

}  // namespace

activity::Registrations ScriptedActivities(const Bank::Stub& bank, const ActivityPlans& plans,
                                           NoticeBoard& board) {
  activity::Registrations scripted;
  for (activity::Registration& effect : BankingActivities(bank)) {
    const auto plan = plans.find(effect.name);
    const std::string name = effect.name;
    auto script = std::make_shared<const Script>(
        Script{std::move(effect), plan == plans.end() ? ActivityPlan() : plan->second, &board});
    scripted.push_back({.name = name, .run = [script](activity::Context& context, Payloads input) {
                          return Perform(script, context, std::move(input));
                        }});
  }
  return scripted;
}

}  // namespace groundhog::money_transfer
