// The part of Execution that tells about itself:
// the queries that every workflow answers (SEMANTICS f.2).
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/history/converter.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/details.h"
#include "runtime/workflow/execution.h"
#include "runtime/workflow/handlers.h"
#include "runtime/workflow/registry.h"

namespace groundhog::workflow {

void SetCurrentDetails(std::string details) {
  internal::Execution& execution = internal::Execution::Current("SetCurrentDetails");
  execution.RequireWritable("SetCurrentDetails");
  execution.set_current_details(std::move(details));
}

const std::string& CurrentDetails() {
  return internal::Execution::Current("CurrentDetails").current_details();
}

namespace internal {
namespace {

constexpr std::string_view kStackTrace = "__stack_trace";
constexpr std::string_view kEnhancedStackTrace = "__enhanced_stack_trace";
constexpr std::string_view kMetadata = "__temporal_workflow_metadata";
constexpr std::string_view kBuiltInQueries[] = {kEnhancedStackTrace, kStackTrace, kMetadata};

// Where a fiber's coroutines wait: what the innermost one awaits first.
std::vector<const PromiseBase*> FramesOf(const Fiber& fiber) {
  std::vector<const PromiseBase*> frames;
  for (const PromiseBase* frame = fiber.outermost(); frame != nullptr; frame = frame->callee()) {
    frames.push_back(frame);
  }
  std::reverse(frames.begin(), frames.end());
  return frames;
}

nlohmann::json Definitions(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  nlohmann::json definitions = nlohmann::json::array();
  for (const std::string_view name : names) definitions.push_back({{"name", std::string(name)}});
  return definitions;
}

template <class Handlers>
std::vector<std::string_view> NamesOf(const Handlers& handlers) {
  std::vector<std::string_view> names;
  for (const auto& named : handlers) {
    if (!named.name.empty()) names.emplace_back(named.name);  // a dynamic one has none
  }
  return names;
}

}  // namespace

std::string Execution::TitleOf(const Fiber& fiber) const {
  if (fiber.kind() == FiberKind::kMain) return "Run";
  if (fiber.kind() == FiberKind::kSpawned) return "Spawn";
  const auto handler =
      std::find_if(running_handlers_.begin(), running_handlers_.end(),
                   [&fiber](const RunningHandler& running) { return running.fiber == &fiber; });
  const std::string_view kind =
      fiber.kind() == FiberKind::kSignalHandler ? "signal handler" : "update handler";
  return handler == running_handlers_.end() ? std::string(kind)
                                            : fmt::format("{} '{}'", kind, handler->name);
}

std::vector<const Fiber*> Execution::LivingFibers() const {
  std::vector<const Fiber*> fibers;
  if (main_ && !main_->ended()) fibers.push_back(main_.get());
  for (const Ref<Fiber>& fiber : fibers_) {
    if (!fiber->ended()) fibers.push_back(fiber.get());
  }
  return fibers;
}

std::string Execution::StackTrace() const {
  std::string text;
  for (const Fiber* fiber : LivingFibers()) {
    if (!text.empty()) text += "\n";
    text += TitleOf(*fiber) + ":\n";
    for (const PromiseBase* frame : FramesOf(*fiber)) {
      text += fmt::format("  at {}:{}\n", frame->file(), frame->line());
    }
  }
  return text;
}

history::Payload Execution::EnhancedStackTrace() const {
  nlohmann::json stacks = nlohmann::json::array();
  for (const Fiber* fiber : LivingFibers()) {
    nlohmann::json locations = nlohmann::json::array();
    for (const PromiseBase* frame : FramesOf(*fiber)) {
      locations.push_back({{"file_path", frame->file()},
                           {"line", frame->line()},
                           {"function_name", TitleOf(*fiber)},
                           {"internal_code", false}});
    }
    stacks.push_back({{"locations", std::move(locations)}});
  }
  return history::ToPayload(nlohmann::json{{"sdk", {{"name", "groundhog"}, {"version", ""}}},
                                           {"sources", nlohmann::json::object()},
                                           {"stacks", std::move(stacks)}});
}

std::vector<std::string_view> Execution::QueryNames() const {
  std::vector<std::string_view> names = NamesOf(query_handlers_);
  names.insert(names.end(), std::begin(kBuiltInQueries), std::end(kBuiltInQueries));
  std::sort(names.begin(), names.end());
  return names;
}

history::Payload Execution::Metadata() const {
  nlohmann::json metadata{{"definition",
                           {{"type", started_->workflow_type},
                            {"queryDefinitions", Definitions(QueryNames())},
                            {"signalDefinitions", Definitions(NamesOf(signal_handlers_))},
                            {"updateDefinitions", Definitions(NamesOf(update_handlers_))}}}};
  if (!current_details_.empty()) metadata["currentDetails"] = current_details_;
  return history::ToPayload(metadata);
}

std::optional<history::Payloads> Execution::AnswerBuiltInQuery(std::string_view name) const {
  if (name == kStackTrace) return history::ToPayloads(StackTrace());
  if (name == kEnhancedStackTrace) return history::Payloads{EnhancedStackTrace()};
  if (name == kMetadata) return history::Payloads{Metadata()};
  return std::nullopt;
}

}  // namespace internal
}  // namespace groundhog::workflow
