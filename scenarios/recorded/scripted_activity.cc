#include "scenarios/recorded/scripted_activity.h"

#include <chrono>
#include <coroutine>
#include <utility>

#include "runtime/history/failure_error.h"
#include "runtime/history/failure_text.h"
#include "scenarios/recorded/outcome.h"
#include "sim/kernel.h"

namespace groundhog::recorded {
namespace {

using history::Payload;
using history::Payloads;
using nlohmann::json;
using What = ActivityNotice::What;
using namespace std::chrono_literals;

Payload FromJsonText(const std::string& text) {
  return text == "null" ? history::ToPayload(nullptr) : Payload(history::kEncodingJson, text);
}

json FirstValue(const Payloads& payloads) {
  const json values = ValuesOf(payloads);
  return values.empty() ? json(nullptr) : values.front();
}

struct Script {
  ScriptedActivity activity;
  std::shared_ptr<const ActivityPlans> plans;
  NoticeBoard* board;
};
using ScriptPtr = std::shared_ptr<const Script>;

std::string KeyOf(const ScriptedActivity& activity, const Payloads& input) {
  if (!activity.key_from_argument) return activity.name;
  const json argument = FirstValue(input);
  return activity.name + ":" +
         (argument.is_string() ? argument.get<std::string>() : argument.dump());
}

// One attempt's steps, one after the other; what the last effect or return gave is the result.
class Performance {
 public:
  Performance(const Script& script, activity::Context& context, Payloads input)
      : script_(script),
        context_(context),
        input_(std::move(input)),
        key_(KeyOf(script.activity, input_)) {}

  sim::Coro<Payloads> Run() {
    Post(What::kBegin);
    const AttemptPlan plan = Plan();
    for (const AttemptStep& step : plan) {
      sim::Coro<void> done = std::visit([this](const auto& of) { return Do(of); }, step);
      co_await done;
    }
    Post(What::kReturn, {{"value", FirstValue(result_)}});
    co_return result_;
  }

  void PostEnd(const history::FailureError& error) {
    const std::string_view type = history::ApplicationTypeOf(error.failure());
    Post(What::kRaise, {{"type", std::string(type)}});
  }
  void Post(What what, json more = {}) {
    const ActivityNotice notice{.activity = key_, .attempt = context_.info().attempt, .what = what};
    script_.board->Post(notice, context_.process().kernel().now(), std::move(more));
  }

 private:
  AttemptPlan Plan() const {
    auto plan = script_.plans->find(key_);
    if (plan == script_.plans->end()) plan = script_.plans->find(script_.activity.name);
    return plan == script_.plans->end() ? AttemptPlan{TakeEffect{}}
                                        : plan->second.Of(context_.info().attempt);
  }

  sim::Coro<void> Do(SleepFor sleep) { co_await context_.Sleep(sleep.length); }

  sim::Coro<void> Do(TakeEffect) {
    if (script_.activity.effect) {
      result_ = co_await script_.activity.effect(context_, input_);
    } else {
      result_ = {history::ToPayload(nullptr)};
    }
    Post(What::kEffect, {{"value", FirstValue(result_)}});
  }

  sim::Coro<void> Do(RaiseError error) {
    history::ApplicationFailureInfo info{.type = error.type,
                                         .non_retryable = error.non_retryable,
                                         .next_retry_delay = error.next_retry_delay,
                                         .category = error.category};
    for (const std::string& detail : error.details) info.details.push_back(FromJsonText(detail));
    throw history::ApplicationError(history::MakeShared<history::Failure>(
        history::Failure{.message = error.message, .info = std::move(info)}));
    co_return;
  }

  sim::Coro<void> Do(SendHeartbeat heartbeat) {
    if (heartbeat.detail) {
      context_.Heartbeat(FromJsonText(*heartbeat.detail));
    } else {
      context_.Heartbeat();
    }
    co_return;
  }

  sim::Coro<void> Do(NoteDetails) {
    Post(What::kDetails, {{"value", ValuesOf(context_.info().heartbeat_details)}});
    co_return;
  }

  sim::Coro<void> Do(HangForever) {
    co_await context_.Sleep(1h);  // a cancellation ends it
    co_await std::suspend_always();
  }

  sim::Coro<void> Do(HeartbeatUntilCancelled) {
    for (;;) {
      context_.Heartbeat();
      co_await context_.Sleep(100ms);
    }
  }

  sim::Coro<void> Do(IgnoreCancel ignore) {
    const sim::Time end = context_.process().kernel().now() + ignore.length;
    bool seen = false;
    while (context_.process().kernel().now() < end) {
      context_.Heartbeat();
      co_await context_.process().Sleep(50ms);  // not the context's, which a cancellation ends
      if (context_.cancelled() && !std::exchange(seen, true)) Post(What::kCancelIgnored);
    }
  }

  sim::Coro<void> Do(KillOwnWorker) {
    Post(What::kKillsWorker);
    sim::Process& worker = context_.process();
    worker.Crash(std::nullopt);
    script_.board->Post(WorkerDiedNotice{std::string(worker.name().text())}, worker.kernel().now());
    co_await std::suspend_always();  // never resumed
  }

  sim::Coro<void> Do(ReturnValue value) {
    result_ = {FromJsonText(value.json)};
    co_return;
  }

  const Script& script_;
  activity::Context& context_;
  Payloads input_;
  std::string key_;
  Payloads result_;
};

sim::Coro<Payloads> Perform(ScriptPtr script, activity::Context& context, Payloads input) {
  Performance performance(*script, context, std::move(input));
  Payloads result;
  try {
    result = co_await performance.Run();
  } catch (const history::CanceledError&) {
    performance.Post(What::kCancelled);
    throw;
  } catch (const history::FailureError& error) {
    performance.PostEnd(error);
    throw;
  }
  co_return result;
}

}  // namespace

activity::Registration Scripted(ScriptedActivity activity,
                                std::shared_ptr<const ActivityPlans> plans, NoticeBoard& board) {
  const std::string name = activity.name;
  auto script =
      std::make_shared<const Script>(Script{std::move(activity), std::move(plans), &board});
  return {.name = name, .run = [script](activity::Context& context, Payloads input) {
            return Perform(script, context, std::move(input));
          }};
}

}  // namespace groundhog::recorded
