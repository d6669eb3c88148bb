#include "properties/outline.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace groundhog::properties {
namespace {

// Beyond that nobody reads it, and no two runs are alike.
constexpr std::size_t kMostParts = 12;

struct Counted {
  std::string text;
  std::size_t count = 0;
};

void Count(std::vector<Counted>& parts, std::string text) {
  const auto known = std::find_if(parts.begin(), parts.end(),
                                  [&](const Counted& part) { return part.text == text; });
  if (known != parts.end()) {
    ++known->count;
  } else {
    parts.push_back({std::move(text), 1});
  }
}

std::string Joined(const std::vector<Counted>& parts, std::string_view separator,
                   bool tell_repetition) {
  std::string text;
  for (std::size_t i = 0; i < parts.size() && i < kMostParts; ++i) {
    text += fmt::format("{}{}{}", i == 0 ? "" : separator, parts[i].text,
                        tell_repetition && parts[i].count > 1 ? " (repeatedly)" : "");
  }
  return parts.size() > kMostParts ? text + fmt::format("{}…", separator) : text;
}

// Where an activity was scheduled, what it is called, and what became of it.
struct Activity {
  history::EventId scheduled = 0;
  std::string_view type = {};
  std::string_view fate = "pending";
};

class Activities {
 public:
  void Learn(const history::HistoryEvent& event) {
    using namespace history;  // NOLINT(google-build-using-namespace): event names
    if (const auto* scheduled = As<ActivityTaskScheduled>(event)) {
      all_.push_back({.scheduled = event.event_id, .type = scheduled->activity_type});
    } else if (const auto* completed = As<ActivityTaskCompleted>(event)) {
      Close(completed->scheduled_event_id, "completed");
    } else if (const auto* failed = As<ActivityTaskFailed>(event)) {
      Close(failed->scheduled_event_id, "failed");
    } else if (const auto* timed_out = As<ActivityTaskTimedOut>(event)) {
      Close(timed_out->scheduled_event_id, "failed");
    } else if (const auto* canceled = As<ActivityTaskCanceled>(event)) {
      Close(canceled->scheduled_event_id, "canceled");
    }
  }
  std::string Text() const {
    std::vector<Counted> fates;
    for (const Activity& activity : all_)
      Count(fates, fmt::format("{} {}", activity.type, activity.fate));
    return Joined(fates, ", ", /*tell_repetition=*/false);
  }

 private:
  void Close(history::EventId scheduled, std::string_view fate) {
    const auto found = std::find_if(all_.rbegin(), all_.rend(), [scheduled](const Activity& one) {
      return one.scheduled == scheduled;
    });
    if (found != all_.rend()) found->fate = fate;
  }

  std::vector<Activity> all_;
};

std::string OutlineOfRun(const RunRecord& run) {
  Activities activities;
  for (const history::HistoryEvent& event : run.history) activities.Learn(event);
  const std::string fates = activities.Text();
  return fmt::format("{} {}{}{}", run.workflow_type, history::NameOf(run.status),
                     fates.empty() ? "" : ": ", fates);
}

}  // namespace

std::string OutlineOf(const Evidence& evidence, std::string_view workflow_id) {
  const auto concerns = [workflow_id](const std::string& id) {
    return workflow_id.empty() || workflow_id == id;
  };
  std::vector<Counted> parts;
  for (const RunRecord& run : evidence.runs) {
    if (concerns(run.workflow_id)) Count(parts, OutlineOfRun(run));
  }
  for (const auto& [service, ledger] : evidence.ledgers) {
    std::vector<Counted> booked;
    for (const LedgerEntry& entry : ledger.entries) {
      if (concerns(entry.workflow_id)) Count(booked, entry.operation);
    }
    Count(parts,
          fmt::format("{}: {}", service, booked.empty() ? "nothing" : Joined(booked, ", ", true)));
  }
  return Joined(parts, "; ", /*tell_repetition=*/false);
}

}  // namespace groundhog::properties
