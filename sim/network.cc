#include "sim/network.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "sim/lengths.h"

namespace groundhog::sim {
namespace {

constexpr auto kLost = std::to_array<std::string_view>({"lost"});
constexpr auto kTwice = std::to_array<std::string_view>({"twice"});
constexpr auto kDelays = std::to_array<std::string_view>({"brief", "outlasts_attempt"});
constexpr auto kLengths =
    std::to_array<std::string_view>({"brief", "outlasts_attempt", "outlasts_retries"});
constexpr auto kOthers = std::to_array<std::string_view>({"1_other", "2_others"});

constexpr ChoiceSite kLose{"net/lose", ChoiceClass::kFault, kLost, "a request is lost"};
constexpr ChoiceSite kLoseReply{"net/lose_reply", ChoiceClass::kFault, kLost, "a reply is lost"};
constexpr ChoiceSite kRepeat{"net/repeat", ChoiceClass::kFault, kTwice, "a request arrives twice"};
constexpr ChoiceSite kDelay{"net/delay", ChoiceClass::kFault, kDelays, "a request is late by {}"};
constexpr ChoiceSite kDelayReply{"net/delay_reply", ChoiceClass::kFault, kDelays,
                                 "a reply is late by {}"};
constexpr ChoiceSite kPartition{"net/partition", ChoiceClass::kFault, kLengths,
                                "from this request on, no word between the two processes for {}"};
constexpr ChoiceSite kHoldBack{"net/hold_back", ChoiceClass::kOrder, kOthers,
                               "a request is overtaken by {}"};
constexpr ChoiceSite kHoldBackReply{"net/hold_back_reply", ChoiceClass::kOrder, kOthers,
                                    "a reply is overtaken by {}"};

constexpr auto kSites =
    std::to_array<const ChoiceSite*>({&kLose, &kLoseReply, &kRepeat, &kDelay, &kDelayReply,
                                      &kPartition, &kHoldBack, &kHoldBackReply});

// A message that is held back waits at most so long for others to go first.
constexpr Duration kLongestHold = std::chrono::milliseconds(200);
// So long after the sending, the second copy of a request arrives.
constexpr Duration kRepeatedAfter = 3 * kNominalLatency;

}  // namespace

std::span<const ChoiceSite* const> NetworkSites() { return kSites; }

Reply::Reply(Reply&& other) noexcept { *this = std::move(other); }

Reply& Reply::operator=(Reply&& other) noexcept {
  Drop();
  network_ = std::exchange(other.network_, nullptr);
  callee_ = other.callee_;
  callee_incarnation_ = other.callee_incarnation_;
  caller_ = other.caller_;
  call_ = other.call_;
  local_ = std::exchange(other.local_, nullptr);
  label_ = other.label_;
  return *this;
}

bool Reply::awaited() const { return network_ != nullptr && network_->Awaited(call_); }

void Reply::Send(absl::Status status, std::unique_ptr<Message> response) {
  if (network_ == nullptr) {
    if (local_ != nullptr) *std::exchange(local_, nullptr) = std::move(status);
    return;
  }
  std::exchange(network_, nullptr)->SendReply(*this, std::move(status), std::move(response));
}

void Reply::Drop() {
  if (network_ == nullptr) return;
  std::exchange(network_, nullptr)->WatchDeadline(call_);
}

Network::Network(Kernel& kernel) : kernel_(kernel) {
  kernel_.SetDeathObserver(
      this, [](void* target, Process& dead) { static_cast<Network*>(target)->OnDeath(dead); });
}

void Network::Trace(TraceKind kind, const Envelope& envelope, std::int64_t value) {
  kernel_.trace().Add(TraceRecord{kernel_.now(), kind, envelope.from->name(), envelope.to->name(),
                                  envelope.label, value});
}

Network::Envelope& Network::NewEnvelope() {
  if (free_envelopes_.empty()) return envelopes_.emplace_back();
  Envelope& envelope = *free_envelopes_.back();
  free_envelopes_.pop_back();
  return envelope;
}

void Network::Free(Envelope& envelope) {
  if (envelope.label.named()) kernel_.ForegroundEnds();
  envelope.message.reset();
  envelope.status = absl::OkStatus();
  envelope.was_held = false;
  free_envelopes_.push_back(&envelope);
}

CallId Network::SendRequest(Waiter& waiter, Process& from, Process& to,
                            std::unique_ptr<Message> request, const Label& label,
                            CallOptions options) {
  if (from.state() == Process::State::kDown) return CallId{};  // the dead send nothing
  std::uint32_t slot = 0;
  if (free_calls_.empty()) {
    slot = static_cast<std::uint32_t>(calls_.size());
    calls_.emplace_back();
  } else {
    slot = free_calls_.back();
    free_calls_.pop_back();
  }
  PendingCall& call = calls_[slot];
  call.waiter = &waiter;
  call.from = &from;
  call.to = &to;
  call.deadline = After(kernel_.now(), options.deadline);
  call.long_poll = options.long_poll;
  call.alarm = AlarmId{};
  const CallId id{slot, call.generation};
  if (!options.long_poll) WatchDeadline(id);

  Envelope& envelope = NewEnvelope();
  envelope.from = &from;
  envelope.to = &to;
  envelope.is_reply = false;
  envelope.label = label;
  envelope.call = id;
  envelope.part = options.part;
  envelope.message = std::move(request);
  if (label.named()) kernel_.ForegroundBegins();
  Transmit(envelope);
  return id;
}

void Network::SendReply(Reply& reply, absl::Status status, std::unique_ptr<Message> response) {
  if (!reply.callee_->Lives(reply.callee_incarnation_) || !Awaited(reply.call_)) return;
  Envelope& envelope = NewEnvelope();
  envelope.from = reply.callee_;
  envelope.to = reply.caller_;
  envelope.to_incarnation = reply.caller_->incarnation();
  envelope.is_reply = true;
  envelope.label = reply.label_;
  envelope.call = reply.call_;
  envelope.status = std::move(status);
  envelope.message = std::move(response);
  if (envelope.label.named()) kernel_.ForegroundBegins();
  Transmit(envelope);
}

void Network::Transmit(Envelope& envelope) {
  Trace(TraceKind::kSent, envelope);
  if (!blocked_.empty() && IsBlocked(*envelope.from, *envelope.to)) return Lose(envelope);
  Choices& choices = kernel_.choices();
  if (envelope.is_reply) {
    if (choices.Choose(kLoseReply, envelope.label) != 0) return Lose(envelope);
    const Answer delay = choices.Choose(kDelayReply, envelope.label);
    return DeliverAfter(envelope, delay == 0 ? Duration{0} : LengthOf(delay));
  }
  if (choices.Choose(kLose, envelope.label) != 0) return Lose(envelope);
  if (const Answer length = choices.Choose(kPartition, envelope.label); length != 0) {
    Partition(*envelope.from, *envelope.to, LengthOf(length));
    return Lose(envelope);
  }
  if (choices.Choose(kRepeat, envelope.label) != 0) {
    Repeat(envelope);
  }
  const Answer delay = choices.Choose(kDelay, envelope.label);
  DeliverAfter(envelope, delay == 0 ? Duration{0} : LengthOf(delay));
}

void Network::Repeat(const Envelope& envelope) {
  Trace(TraceKind::kRepeated, envelope);
  Envelope& copy = NewEnvelope();
  copy.from = envelope.from;
  copy.to = envelope.to;
  copy.is_reply = false;
  copy.label = envelope.label;
  copy.call = envelope.call;
  copy.part = envelope.part;
  copy.message = envelope.message->Clone();
  kernel_.ForegroundBegins();
  kernel_.SetAlarm(kernel_.now() + kRepeatedAfter, ArrivalOf(*this, copy));
}

Alarm Network::ArrivalOf(Network& network, Envelope& envelope) {
  const auto arrive = [](void* target, std::uint64_t argument) {
    static_cast<Network*>(target)->Arrive(*reinterpret_cast<Envelope*>(argument));
  };
  return Alarm{.action = arrive,
               .target = &network,
               .argument = reinterpret_cast<std::uint64_t>(&envelope),
               .foreground = false};  // the envelope counts for itself
}

void Network::DeliverAfter(Envelope& envelope, Duration extra) {
  const Alarm arrival = ArrivalOf(*this, envelope);
  if (extra == Duration{0}) {
    kernel_.AfterNominalLatency(arrival.action, arrival.target, arrival.argument);
    return;
  }
  Trace(TraceKind::kDelayed, envelope, extra.count());
  if (calls_[envelope.call.slot].long_poll) WatchDeadline(envelope.call);
  kernel_.SetAlarm(kernel_.now() + kNominalLatency + extra, arrival);
}

void Network::Arrive(Envelope& envelope) {
  Process& to = *envelope.to;
  if (envelope.is_reply && (!to.Lives(envelope.to_incarnation) || !Awaited(envelope.call))) {
    return Free(envelope);
  }
  if (to.state() == Process::State::kPaused) {
    if (calls_[envelope.call.slot].long_poll) WatchDeadline(envelope.call);
    to.Defer(ArrivalOf(*this, envelope));
    return;
  }
  if (!envelope.was_held && HoldBack(envelope)) return;
  Deliver(envelope);
  if (!held_.empty()) ReleaseHeld(to);
}

bool Network::HoldBack(Envelope& envelope) {
  const ChoiceSite& site = envelope.is_reply ? kHoldBackReply : kHoldBack;
  const Answer others = kernel_.choices().Choose(site, envelope.label);
  if (others == 0) return false;
  Trace(TraceKind::kHeldBack, envelope, others);
  envelope.was_held = true;
  envelope.others_first = others;
  held_.push_back(&envelope);
  const auto release = [](void* target, std::uint64_t argument) {
    auto& network = *static_cast<Network*>(target);
    auto* held = reinterpret_cast<Envelope*>(argument);
    if (std::erase(network.held_, held) != 0) network.Arrive(*held);
  };
  envelope.release = kernel_.SetAlarm(
      kernel_.now() + kLongestHold, Alarm{.action = release,
                                          .target = this,
                                          .argument = reinterpret_cast<std::uint64_t>(&envelope)});
  return true;
}

void Network::ReleaseHeld(Process& to) {
  std::vector<Envelope*> due;
  std::erase_if(held_, [&](Envelope* held) {
    if (held->to != &to || --held->others_first != 0) return false;
    due.push_back(held);
    return true;
  });
  for (Envelope* held : due) {
    kernel_.Cancel(held->release);
    Arrive(*held);
  }
}

void Network::Deliver(Envelope& envelope) {
  kernel_.ActAs(*envelope.to);
  if (envelope.is_reply) {
    DeliverReply(envelope);
  } else {
    DeliverRequest(envelope);
  }
}

void Network::DeliverRequest(Envelope& envelope) {
  Process& to = *envelope.to;
  if (to.state() == Process::State::kDown || to.body() == nullptr) return Refuse(envelope);
  Trace(TraceKind::kDelivered, envelope);
  Reply reply;
  reply.network_ = this;
  reply.callee_ = &to;
  reply.callee_incarnation_ = to.incarnation();
  reply.caller_ = envelope.from;
  reply.call_ = envelope.call;
  reply.label_ = envelope.label;
  Incoming incoming(*envelope.message, std::move(reply), envelope.part);
  to.body()->Handle(incoming);
  Free(envelope);
}

void Network::DeliverReply(Envelope& envelope) {
  Trace(TraceKind::kDelivered, envelope);
  const CallId call = envelope.call;
  const Label label = envelope.label;
  absl::Status status = std::move(envelope.status);
  std::unique_ptr<Message> message = std::move(envelope.message);
  Free(envelope);
  Settle(call, std::move(status), std::move(message), label);
}

void Network::Lose(Envelope& envelope) {
  Trace(TraceKind::kLost, envelope);
  if (Awaited(envelope.call)) WatchDeadline(envelope.call);
  Free(envelope);
}

void Network::Refuse(Envelope& envelope) {
  Trace(TraceKind::kRefused, envelope);
  AnswerLater(envelope.call,
              absl::UnavailableError(fmt::format("{} is down", envelope.to->name().text())));
  Free(envelope);
}

void Network::Partition(Process& a, Process& b, Duration length) {
  a.Trace(TraceKind::kPartition, b.name(), Label(), length.count());
  blocked_.push_back(Blocked{&a, &b, kernel_.now() + length});
}

bool Network::IsBlocked(const Process& a, const Process& b) {
  std::erase_if(blocked_,
                [this](const Blocked& blocked) { return blocked.until <= kernel_.now(); });
  return std::any_of(blocked_.begin(), blocked_.end(), [&](const Blocked& blocked) {
    return (blocked.a == &a && blocked.b == &b) || (blocked.a == &b && blocked.b == &a);
  });
}

bool Network::Awaited(CallId call) const {
  return call.generation != 0 && calls_[call.slot].generation == call.generation &&
         calls_[call.slot].waiter != nullptr;
}

void Network::WatchDeadline(CallId id) {
  if (!Awaited(id)) return;
  PendingCall& call = calls_[id.slot];
  if (call.alarm.generation != 0) return;
  const auto expire = [](void* target, std::uint64_t argument) {
    const CallId expired{static_cast<std::uint32_t>(argument >> 32),
                         static_cast<std::uint32_t>(argument)};
    auto& network = *static_cast<Network*>(target);
    if (!network.Awaited(expired)) return;
    PendingCall& pending = network.calls_[expired.slot];
    pending.from->Trace(TraceKind::kDeadline, pending.to->name(), Label());
    network.Settle(expired, absl::DeadlineExceededError("no reply before the deadline"), nullptr,
                   Label());
  };
  call.alarm = kernel_.SetAlarm(call.deadline,
                                Alarm{.action = expire,
                                      .target = this,
                                      .argument = (std::uint64_t{id.slot} << 32) | id.generation,
                                      .process = call.from,
                                      .foreground = !call.long_poll});
}

void Network::CancelCall(CallId id) {
  if (!Awaited(id)) return;
  PendingCall& call = calls_[id.slot];
  kernel_.Cancel(call.alarm);
  call.waiter = nullptr;
  if (++call.generation == 0) call.generation = 1;
  free_calls_.push_back(id.slot);
}

void Network::Settle(CallId id, absl::Status status, std::unique_ptr<Message> response,
                     const Label& label) {
  if (!Awaited(id)) return;
  Waiter* waiter = calls_[id.slot].waiter;
  CancelCall(id);
  waiter->OnAnswer(std::move(status), std::move(response), label);
}

void Network::AnswerLater(CallId id, absl::Status status) {
  if (!Awaited(id)) return;
  const PendingCall& call = calls_[id.slot];
  if (!blocked_.empty() && IsBlocked(*call.from, *call.to)) return WatchDeadline(id);
  Envelope& envelope = NewEnvelope();
  envelope.from = call.to;
  envelope.to = call.from;
  envelope.to_incarnation = envelope.to->incarnation();
  envelope.is_reply = true;
  envelope.label = Label();
  envelope.call = id;
  envelope.status = std::move(status);
  DeliverAfter(envelope, Duration{0});
}

void Network::OnDeath(Process& dead) {
  for (std::uint32_t slot = 0; slot < calls_.size(); ++slot) {
    PendingCall& call = calls_[slot];
    if (call.waiter == nullptr) continue;
    const CallId id{slot, call.generation};
    if (call.from == &dead) {
      CancelCall(id);
    } else if (call.to == &dead) {
      AnswerLater(id, absl::UnavailableError(fmt::format("{} went down: the connection is broken",
                                                         dead.name().text())));
    }
  }
}

}  // namespace groundhog::sim
