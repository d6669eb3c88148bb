#include "runtime/server/sites.h"

#include <array>

namespace groundhog::server {

constexpr sim::ChoiceSite kCommitBefore{"server/commit.before", sim::ChoiceClass::kFault,
                                        sim::kCrashAnswers,
                                        "before a transaction is written, the server {}"};
constexpr sim::ChoiceSite kCommitStore{"server/commit.store", sim::ChoiceClass::kFault,
                                       sim::kStoreAnswers, "the server's store {}"};
constexpr sim::ChoiceSite kCommitAfter{"server/commit.after", sim::ChoiceClass::kFault,
                                       sim::kCrashAnswers,
                                       "between a transaction and its reply, the server {}"};
constexpr sim::ChoiceSite kAfterReply{"server/after_reply", sim::ChoiceClass::kFault,
                                      sim::kCrashAnswers, "idle, after this reply, the server {}"};

constexpr sim::StoreSites kServerStoreSites{&kCommitBefore, &kCommitStore, &kCommitAfter};

std::span<const sim::ChoiceSite* const> ServerSites() {
  static constexpr auto kSites = std::to_array<const sim::ChoiceSite*>(
      {&kCommitBefore, &kCommitStore, &kCommitAfter, &kAfterReply});
  return kSites;
}

}  // namespace groundhog::server
