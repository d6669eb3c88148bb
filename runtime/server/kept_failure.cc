// What is kept of a failure between two attempts (SEMANTICS b.4).
#include <algorithm>
#include <string>

#include "runtime/server/activity.h"

namespace groundhog::server {
namespace {

using history::Failure;
using history::MakeShared;

constexpr std::size_t kMostFailureBytes = 4096;

std::size_t SizeOf(const history::Payloads& payloads) {
  std::size_t size = 0;
  for (const history::Payload& payload : payloads) {
    size += payload.encoding().size() + payload.data().size();
  }
  return size;
}

std::size_t SizeOf(const FailurePtr& failure) {
  std::size_t size = 0;
  for (const Failure* at = failure.get(); at != nullptr; at = at->cause.get()) {
    size += at->message.size() + at->source.size() + at->stack_trace.size();
    if (const auto* info = std::get_if<history::ApplicationFailureInfo>(&at->info)) {
      size += info->type.size() + SizeOf(info->details);
    }
  }
  return size;
}

// The beginning of a text, never half a character of UTF-8.
std::string Cut(const std::string& text, std::size_t& room) {
  std::size_t length = std::min(text.size(), room);
  constexpr unsigned char kContinuation = 0x80;
  constexpr unsigned char kMask = 0xc0;
  while (length > 0 && length < text.size() &&
         (static_cast<unsigned char>(text[length]) & kMask) == kContinuation) {
    --length;
  }
  room -= length;
  return text.substr(0, length);
}

// Source, message, stack trace and causes, as far as there is room;
// of the info only what decides about retries.
FailurePtr Truncate(const FailurePtr& failure, std::size_t room) {
  if (!failure || room == 0) return {};
  Failure cut;
  if (const auto* info = std::get_if<history::ApplicationFailureInfo>(&failure->info)) {
    cut.info = history::ApplicationFailureInfo{.type = Cut(info->type, room),
                                               .non_retryable = info->non_retryable};
  } else if (const auto* server = std::get_if<history::ServerFailureInfo>(&failure->info)) {
    cut.info = *server;
  }
  cut.source = Cut(failure->source, room);
  cut.message = Cut(failure->message, room);
  cut.stack_trace = Cut(failure->stack_trace, room);
  cut.cause = Truncate(failure->cause, room);
  return MakeShared<Failure>(std::move(cut));
}

}  // namespace

FailurePtr KeptFailure(const FailurePtr& failure) {
  if (SizeOf(failure) <= kMostFailureBytes) return failure;
  return MakeShared<Failure>(Failure{.message = "Failure exceeds size limit.",
                                     .info = history::ServerFailureInfo{},
                                     .cause = Truncate(failure, kMostFailureBytes)});
}

}  // namespace groundhog::server
