#include "cli/campaign_progress.h"

#include <fmt/format.h>

#include "reports/campaign.h"

namespace groundhog::cli {

explore::Observer ShowProgressOn(Console& console, const std::string& what) {
  explore::Observer observer;
  if (!console.shows_progress()) return observer;
  observer.on_progress = [&console, &what](const explore::Progress& progress) {
    const std::size_t used = reports::DisplayWidth(what) + 3;
    const std::size_t room = console.error_width() > used ? console.error_width() - used : 1;
    console.ShowProgress(what + ": " + reports::ProgressText(progress, room));
  };
  return observer;
}

explore::Observer ShowOn(Console& console, const std::string& what) {
  explore::Observer observer = ShowProgressOn(console, what);
  observer.on_violation = [&console](const explore::FoundViolation& violation) {
    console.Note(fmt::format("found: {}{}", reports::Printable(violation.identity.Text()),
                             violation.file.empty() ? "" : " (saved in " + violation.file + ")"));
  };
  return observer;
}

}  // namespace groundhog::cli
