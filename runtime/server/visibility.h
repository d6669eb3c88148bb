// Visibility: what can be asked of many runs at once. It is derived from the runs when somebody
// asks, so a run pays nothing for it, and what is found is what was committed: Temporal's
// visibility lags behind by some milliseconds, this one does not.
//
// Search attributes need not be registered: a name means something once a run of the namespace has
// it, and is of the type which the oldest of those runs gave it; values of other types count as
// none.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "runtime/protocol/visibility.h"
#include "runtime/server/persistence.h"
#include "runtime/visibility/filter.h"

namespace groundhog::server {

inline constexpr std::int32_t kMostInPage = 1000;

protocol::WorkflowExecutionInfo InfoOf(const RunRecord& record);

// Where a run stands in a list: the open ones first, then by when they were closed, then by when
// they were started, the latest first.
struct ListKey {
  Timestamp close_time = Timestamp::max();
  Timestamp start_time = {};
  std::string run_id = {};

  friend bool operator<(const ListKey& a, const ListKey& b);
};
ListKey KeyOf(const RunRecord& record);

absl::StatusOr<visibility::Filter> MakeFilter(const Durable& durable, const std::string& query);

// Which runs are looked at.
enum class Among : std::uint8_t {
  kKept,      // those that are not deleted
  kArchived,  // those whose visibility is archived
};
// The runs that match, in the order of lists, behind `after`, at most so many.
std::vector<RunIndex> FindRuns(const Durable& durable, const visibility::Filter& filter,
                               const std::optional<ListKey>& after, std::size_t most,
                               Among among = Among::kKept);
bool Matches(const visibility::Filter& filter, const RunRecord& record, Among among = Among::kKept);

// A key as the token of the page behind it. InvalidArgument for a token that none has made.
std::string ToPageToken(const ListKey& key);
absl::StatusOr<std::optional<ListKey>> FromPageToken(const std::string& token);
// How many go on a page when so many were asked for.
std::size_t PageSize(std::int32_t asked);

}  // namespace groundhog::server
