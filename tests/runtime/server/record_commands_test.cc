// Markers, upserted search attributes, and what authors write beside
// commands (SEMANTICS e.1, f.8, f.9).
#include "runtime/history/converter.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using absl::StatusCode;
using history::EventType;

history::RecordMarker Marker(const std::string& name) {
  return history::RecordMarker{.marker_name = name,
                               .details = {{"data", Json("1")}},
                               .header = {{"trace", history::ToPayload(7)}},
                               .failure = ApplicationFailure("broke", "Broken")};
}

history::UserMetadataPtr Summary(const std::string& text) {
  return history::MakeShared<history::UserMetadata>(
      history::UserMetadata{.summary = history::ToPayload(text)});
}

TEST_CASE("a marker and upserted search attributes become events, in the order of the commands") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    history::UpsertWorkflowSearchAttributesCommand upsert{
        .search_attributes = {{"TemporalChangeVersion", history::ToPayload("two")}}};
    ExpectOk(co_await w.Complete(task, CommandsOf(Marker("mine"), std::move(upsert))));
  });
  const Lines lines = world.Lines("w");
  REQUIRE(lines.size() == 6);
  CHECK(lines[4] ==
        "5 MarkerRecorded markerName=mine details.data=1 workflowTaskCompletedEventId=4 "
        "header.trace=7 failure=<broke|application Broken>");
  CHECK(lines[5] ==
        "6 UpsertWorkflowSearchAttributes workflowTaskCompletedEventId=4 "
        "searchAttributes.TemporalChangeVersion=\"two\"");
}

TEST_CASE("a marker without a name, or with one too long, fails the task") {
  for (const std::size_t length : {std::size_t{0}, std::size_t{1001}}) {
    RawWorld world;
    world.Run([length](RawWorld& w) -> sim::Coro<void> {
      ExpectOk(co_await w.Start("w"));
      const WorkflowTask task = co_await w.Poll();
      const std::string name(length, 'm');
      const std::string text =
          length == 0 ? "BadRecordMarkerAttributes: MarkerName is not set on RecordMarkerCommand."
                      : "BadRecordMarkerAttributes: MarkerName on RecordMarkerCommand exceeds "
                        "length limit. MarkerName=" +
                            name + " Length=1001 Limit=1000";
      ExpectError(co_await w.Complete(task, CommandsOf(Marker(name))), StatusCode::kInvalidArgument,
                  text);
    });
    CHECK(world.CountEvents("w", EventType::kWorkflowTaskFailed) == 1);
    CHECK(world.CountEvents("w", EventType::kMarkerRecorded) == 0);
  }
}

TEST_CASE("an upsert of no search attributes fails the task") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    ExpectError(
        co_await w.Complete(task, CommandsOf(history::UpsertWorkflowSearchAttributesCommand{})),
        StatusCode::kInvalidArgument,
        "BadSearchAttributes: IndexedFields is not set on UpsertWorkflowSearchAttributesCommand.");
  });
  CHECK(world.CountEvents("w", EventType::kUpsertWorkflowSearchAttributes) == 0);
}

TEST_CASE("what an author wrote beside a command stands beside its event") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("w"));
    const WorkflowTask task = co_await w.Poll();
    history::Commands commands;
    history::ScheduleActivityTask step = Activity("1", 5s);
    step.user_metadata = Summary("a step");
    commands.emplace_back(std::move(step));
    commands.emplace_back(history::StartTimer{
        .timer_id = "1", .start_to_fire_timeout = 3s, .user_metadata = Summary("a nap")});
    history::RecordMarker marker = Marker("mine");
    marker.user_metadata = Summary("a note");
    commands.emplace_back(std::move(marker));
    ExpectOk(co_await w.Complete(task, std::move(commands)));
  });
  const history::EventHistory& history = world.HistoryOf("w");
  REQUIRE(history.size() >= 7);
  CHECK(*history[4].user_metadata->summary == history::ToPayload("a step"));
  CHECK(*history[5].user_metadata->summary == history::ToPayload("a nap"));
  CHECK(*history[6].user_metadata->summary == history::ToPayload("a note"));
  CHECK_FALSE(history[0].user_metadata);
}

}  // namespace
}  // namespace groundhog::server::testing
