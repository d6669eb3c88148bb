// A kernel and a network for tests, with answers typed as text; processes that answer pings.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/choice_tape.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/recorded_choices.h"

namespace groundhog::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Pong {
  static constexpr std::string_view kName = "Pong";
  int number = 0;
};
struct Ping {
  using Response = Pong;
  static constexpr std::string_view kName = "Ping";
  int number = 0;
};

// For each of them, what --decide would take.
inline std::vector<Decision> Typed(std::initializer_list<std::string_view> texts) {
  std::vector<Decision> decisions;
  for (const std::string_view text : texts) {
    auto parsed = ParseDecisions(text);
    if (!parsed.ok()) throw std::invalid_argument(std::string(parsed.status().message()));
    decisions.insert(decisions.end(), parsed->begin(), parsed->end());
  }
  return decisions;
}

// A process that calls a function for each request.
class Listener final : public ProcessBody {
 public:
  explicit Listener(std::function<void(Incoming&)> handle) : handle_(std::move(handle)) {}
  void Handle(Incoming& request) override { handle_(request); }

 private:
  std::function<void(Incoming&)> handle_;
};

struct SmallWorld {
  SmallWorld(std::initializer_list<std::string_view> decisions = {}, Bounds bounds = {})
      : choices(Typed(decisions)), kernel(choices, symbols, bounds), network(kernel) {}

  // A process that does nothing by itself, started.
  Process& Idle(std::string_view name) {
    Process& process =
        kernel.AddProcess(name, [](Process&) { return std::make_unique<ProcessBody>(); });
    process.Start();
    return process;
  }
  // A process that notes each ping and answers with its number plus 100, started.
  Process& Echo(std::string_view name) {
    Process& process = kernel.AddProcess(name, [this](Process& self) {
      return std::make_unique<Listener>([this, &self](Incoming& request) {
        const int number = request.As<Ping>()->number;
        Note(std::string(self.name().text()) + " got " + std::to_string(number));
        request.TakeReply().Ok(Pong{number + 100});
      });
    });
    process.Start();
    return process;
  }
  // A process whose requests go to `handle`, started.
  Process& Listening(std::string_view name, std::function<void(Incoming&)> handle) {
    Process& process = kernel.AddProcess(name, [handle = std::move(handle)](Process&) {
      return std::make_unique<Listener>(handle);
    });
    process.Start();
    return process;
  }

  Label Named(std::string_view kind, int number = 0) {
    return Label(symbols.Intern(kind), symbols.Intern("scope"), symbols.Intern("subject"), number);
  }
  auto Call(Process& from, Process& to, int number, const Label& label, CallOptions options = {}) {
    return network.Call(from, to, MakeMessage(Ping{number}), label, options);
  }
  // One call, and a note of how it ended.
  Coro<void> Ask(Process& from, Process& to, int number, Label label, CallOptions options = {}) {
    const absl::StatusOr<Pong> answer = co_await Call(from, to, number, label, options);
    NoteAnswer(answer);
  }
  void NoteAnswer(const absl::StatusOr<Pong>& answer) {
    Note(answer.ok() ? std::to_string(answer->number)
                     : std::string(absl::StatusCodeToString(answer.status().code())));
  }

  Duration elapsed() const { return kernel.now() - kEpoch; }
  // "12 text": 12 ms after the start.
  void Note(const std::string& text) {
    const auto ms = std::chrono::duration_cast<milliseconds>(elapsed()).count();
    notes.push_back(std::to_string(ms) + " " + text);
  }

  SymbolTable symbols;
  std::vector<std::string> notes;
  RecordedChoices choices;
  Kernel kernel;
  Network network;
};

inline Coro<void> Script(SmallWorld& world, Process& process, Duration length) {
  co_await process.Sleep(length);
  world.Note(std::string(process.name().text()) + " woke up");
}

using Notes = std::vector<std::string>;

}  // namespace groundhog::sim
