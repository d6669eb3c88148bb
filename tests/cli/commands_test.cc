// What the commands do when all is well: output, exit status, files.

#include "cli/commands.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/cli/command/command.h"
#include "tests/reports/golden_file.h"

namespace groundhog::cli {
namespace {

using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

// Two payments: the first one's report is lost.
constexpr const char* kPaidTwice = "net/lose{RespondActivityTaskCompleted(pay, 1)}";

TEST_CASE("list shows scenarios, workflows, claims, properties and faults") {
  const Finished list = RunTiny({"list"});
  CHECK(list.status == 0);
  for (const char* what : {"ticket_careful", "BuyTicket", "nobody pays twice", "liveness",
                           "net/lose", "cannot run: no such till"}) {
    CHECK_THAT(list.out, ContainsSubstring(what));
  }
}

TEST_CASE("list of one scenario shows every point") {
  const Finished list = RunTiny({"list", "ticket"});
  CHECK(list.status == 0);
  CHECK_THAT(list.out, ContainsSubstring("worker/activity.after_effect{ticket-1, pay, attempt=1}"));
}

TEST_CASE("an uneventful run as a timeline", "[golden]") {
  const Finished run = RunTiny({"run", "ticket"});
  CHECK(run.status == 0);
  CHECK(run.err == "");
  CHECK_GOLDEN("tests/cli/golden/run.txt", run.out);
}

TEST_CASE("a run with a decision shows what it breaks, and exits 1") {
  const Finished run = RunTiny({"run", "ticket", "--decide", kPaidTwice});
  CHECK(run.status == 1);
  CHECK_THAT(run.out, ContainsSubstring("✖ lost: RespondActivityTaskCompleted(pay, 1)"));
  CHECK_THAT(run.out, ContainsSubstring("violated: nobody pays twice"));
  CHECK_THAT(run.out,
             ContainsSubstring(
                 "--decide 'net/lose{RespondActivityTaskCompleted(ticket-1, pay, 1)}=lost'"));
}

TEST_CASE("what a run breaks by itself is a violation too") {
  CHECK(RunTiny({"run", "ticket_free"}).status == 1);
}

TEST_CASE("what author code throws is a violation, not an internal error") {
  const Finished run = RunTiny({"run", "throws"});
  CHECK(run.status == 1);
  CHECK_THAT(run.out, ContainsSubstring("no such till"));
}

TEST_CASE("a seed and the decisions it prints give the same digest") {
  for (const char* seed : {"1", "2", "3", "4", "5"}) {
    const json first = json::parse(RunTiny({"run", "ticket", "--seed", seed, "--json"}).out);
    std::vector<std::string> again = {"run", "ticket", "--json"};
    for (const json& decision : first["decisions"]) {
      again.insert(again.end(), {"--decide", decision.get<std::string>()});
    }
    CAPTURE(seed, first["decisions"].dump());
    CHECK(json::parse(RunTiny(again).out)["digest"] == first["digest"]);
  }
}

TEST_CASE("a decision that is never asked is reported, and an error with --strict") {
  const std::string never = "net/lose{RespondActivityTaskCompleted(pay, 7)}";
  const Finished lax = RunTiny({"run", "ticket_careful", "--decide", never});
  CHECK(lax.status == 0);
  CHECK_THAT(lax.err, ContainsSubstring("never asked"));
  CHECK_THAT(lax.out, ContainsSubstring("never asked"));
  const Finished strict = RunTiny({"run", "ticket_careful", "--decide", never, "--strict"});
  CHECK(strict.status == 2);
  CHECK_THAT(strict.err, ContainsSubstring("never asked"));
}

TEST_CASE("histories written by a run are sound, replay, and convert to themselves") {
  const TemporaryDirectory folder;
  const std::string directory = folder.Path("new/histories");
  CHECK(RunTiny({"run", "ticket", "--histories", directory}).status == 0);
  const std::string file = directory + "/ticket-1.json";
  CHECK(RunTiny({"history", "check", directory}).status == 0);
  CHECK(RunTiny({"replay", directory}).status == 0);
  CHECK_THAT(RunTiny({"history", "show", file}).out, ContainsSubstring("ActivityTaskScheduled"));
  CHECK(RunTiny({"history", "convert", file}).out == ReadAll(file));
  CHECK(RunTiny({"history", "convert", file, "--out", folder.Path("converted")}).status == 0);
  CHECK(ReadAll(folder.Path("converted/ticket-1.json")) == ReadAll(file));
}

TEST_CASE("a history of other code does not replay") {
  const TemporaryDirectory folder;
  RunTiny({"run", "ticket", "--histories", folder.Path("")});
  std::string text = ReadAll(folder.Path("ticket-1.json"));
  for (std::size_t at = 0; (at = text.find("\"pay\"", at)) != std::string::npos;)
    text.replace(at, 5, "\"ask\"");
  const Finished replay = RunTiny({"replay", folder.Write("other.json", text)});
  CHECK(replay.status == 1);
  CHECK_THAT(replay.out, ContainsSubstring("at event"));
  CHECK_THAT(replay.out, ContainsSubstring("0 of 1 histories replay"));
}

TEST_CASE("a history of a workflow that nobody registered does not replay") {
  const TemporaryDirectory folder;
  RunTiny({"run", "ticket", "--histories", folder.Path("")});
  std::string text = ReadAll(folder.Path("ticket-1.json"));
  text.replace(text.find("BuyTicket"), 9, "SellTicket");
  const Finished replay = RunTiny({"replay", folder.Write("other.json", text)});
  CHECK(replay.status == 1);
  CHECK_THAT(replay.out, ContainsSubstring("no workflow 'SellTicket' is registered"));
}

TEST_CASE("a history that no server can have written is broken") {
  const TemporaryDirectory folder;
  RunTiny({"run", "ticket", "--histories", folder.Path("")});
  std::string text = ReadAll(folder.Path("ticket-1.json"));
  const std::string reference = "\"scheduledEventId\": \"2\"";
  REQUIRE(text.find(reference) != std::string::npos);
  text.replace(text.find(reference), reference.size(), "\"scheduledEventId\": \"9\"");
  const Finished check = RunTiny({"history", "check", folder.Write("broken.json", text)});
  CHECK(check.status == 1);
  CHECK_THAT(check.out, ContainsSubstring("broken"));
}

TEST_CASE("explore finds, shrinks, saves and reports; reproduce runs it again") {
  const TemporaryDirectory folder;
  const Finished explored =
      RunTiny({"explore", "ticket", "--strategy", "sweep", "--report", folder.Path("out")});
  CHECK(explored.status == 1);
  CHECK_THAT(explored.out, ContainsSubstring("nobody pays twice"));
  CHECK_THAT(explored.err, ContainsSubstring("saved in"));
  std::string saved;
  std::size_t texts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.Path("out"))) {
    const std::string name = entry.path().filename().string();
    texts += entry.path().extension() == ".txt" ? 1 : 0;
    const bool is_failure = name.starts_with("ticket-") && name.ends_with(".json") &&
                            name.find("report") == std::string::npos;
    if (is_failure && ReadAll(entry.path().string()).find("nobody pays twice") != std::string::npos)
      saved = entry.path().string();
  }
  CHECK(texts > 0);
  CHECK_THAT(ReadAll(folder.Path("out/junit.xml")),
             ContainsSubstring("<failure type=\"violation\""));
  CHECK_THAT(ReadAll(folder.Path("out/junit.xml")), ContainsSubstring("name=\"replay\""));
  CHECK(json::parse(ReadAll(folder.Path("out/explore.json")))["scenario"] == "ticket");
  REQUIRE(saved != "");
  const Finished again = RunTiny({"reproduce", saved, "--strict"});
  CHECK(again.status == 1);
  CHECK_THAT(again.out, ContainsSubstring("What has to go wrong"));
  CHECK(RunTiny({"run", "ticket", "--tape", saved}).status == 1);
}

TEST_CASE("a saved failure that no longer happens is told so, with exit status 0") {
  const TemporaryDirectory folder;
  RunTiny({"explore", "ticket", "--faults", "net/lose", "--strategy", "sweep", "--report",
           folder.Path("")});
  for (const std::string& name : folder.Names()) {
    if (!name.starts_with("ticket-") || !name.ends_with(".json") || name.ends_with("report.json"))
      continue;
    std::string text = ReadAll(folder.Path(name));
    text.replace(text.find("\"ticket\""), 8, "\"ticket_careful\"");
    const Finished again = RunTiny({"reproduce", folder.Write("fixed.json", text)});
    CHECK(again.status == 0);
    CHECK_THAT(again.out, ContainsSubstring("no longer violated: nobody pays twice"));
  }
}

TEST_CASE("a campaign in which everything holds exits 0 and says what was covered") {
  const Finished explored = RunTiny(
      {"explore", "ticket_careful", "--strategy", "sweep", "--faults", "net/lose,net/repeat"});
  CHECK(explored.status == 0);
  CHECK_THAT(explored.out, ContainsSubstring("everything held"));
  CHECK_THAT(explored.out, ContainsSubstring("single faults; order"));
}

TEST_CASE("the answer does not depend on the number of threads") {
  std::vector<std::string> answers;
  for (const char* jobs : {"1", "3"}) {
    json answer = json::parse(
        RunTiny({"explore", "ticket", "--runs", "300", "--seed", "5", "--jobs", jobs, "--json"})
            .out);
    answer.erase("elapsed_seconds");
    answer.erase("runs_per_second");
    answers.push_back(answer.dump());
  }
  CHECK(answers[0] == answers[1]);
}

TEST_CASE("with --json: prints one object and nothing else, whatever the command") {
  const TemporaryDirectory folder;
  RunTiny({"run", "ticket", "--histories", folder.Path("h")});
  RunTiny({"explore", "ticket", "--strategy", "sweep", "--faults", "net/lose", "--report",
           folder.Path("r")});
  std::string saved;
  for (const auto& entry : std::filesystem::directory_iterator(folder.Path("r"))) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("ticket-") && name.ends_with(".json") && !name.ends_with("report.json"))
      saved = entry.path().string();
  }
  const std::string history = folder.Path("h/ticket-1.json");
  const std::vector<std::vector<std::string>> commands = {
      {"list", "--json"},
      {"list", "ticket", "--json"},
      {"run", "ticket", "--json"},
      {"run", "throws", "--json"},
      {"run", "ticket", "--decide", kPaidTwice, "--json"},
      {"explore", "ticket", "--runs", "20", "--json"},
      {"reproduce", saved, "--json"},
      {"replay", history, "--json"},
      {"history", "check", history, "--json"},
      {"history", "show", history, "--json"},
      {"history", "convert", history, "--json"},
      {"history", "convert", history, "--out", folder.Path("c"), "--json"}};
  for (const std::vector<std::string>& command : commands) {
    const Finished finished = RunTiny(command);
    CAPTURE(command, finished.err);
    CHECK(json::parse(finished.out, nullptr, false).is_object());
    CHECK(finished.status <= 1);
  }
}

TEST_CASE("explore --json has the promised keys") {
  const json answer = json::parse(
      RunTiny({"explore", "ticket", "--strategy", "sweep", "--faults", "net/lose", "--json"}).out);
  for (const char* key : {"scenario", "strategy", "runs", "exhausted", "points", "pairs",
                          "violations", "elapsed_seconds", "runs_per_second", "digest"}) {
    CAPTURE(key);
    CHECK(answer.contains(key));
  }
  REQUIRE(!answer["violations"].empty());
  for (const char* key : {"property", "message", "decisions", "runs_to_find", "reproduce"}) {
    CAPTURE(key);
    CHECK(answer["violations"][0].contains(key));
  }
}

TEST_CASE("the version is that of the project") {
  const Finished version = RunTiny({"--version"});
  CHECK(version.status == 0);
  CHECK(version.out.starts_with("Groundhog 0."));
  CHECK(version.err.empty());
}

TEST_CASE("help has examples everywhere and offers nothing that is not built") {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{},
                                             {"list"},
                                             {"run"},
                                             {"explore"},
                                             {"reproduce"},
                                             {"replay"},
                                             {"history"},
                                             {"history", "check"},
                                             {"history", "show"},
                                             {"history", "convert"}}) {
    std::vector<std::string> arguments = command;
    arguments.emplace_back("--help");
    const Finished help = RunTiny(arguments);
    CAPTURE(command);
    CHECK(help.status == 0);
    CHECK_THAT(help.out, ContainsSubstring("Examples:\n  tiny_groundhog"));
    for (const char* later :
         {"--db", "--shard", "--resume", "merge", "pct", "portfolio", "coverage"}) {
      CHECK_THAT(help.out, !ContainsSubstring(later));
    }
  }
}

TEST_CASE("a binary without the money transfer has no demo") {
  CHECK_THAT(RunTiny({"--help"}).out, !ContainsSubstring("demo"));
  CHECK(RunTiny({"demo"}).status == 2);
}

}  // namespace
}  // namespace groundhog::cli
