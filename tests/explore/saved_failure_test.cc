#include "explore/saved_failure.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.h"
#include "tests/explore/folder.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

using Catch::Matchers::ContainsSubstring;

SavedFailure Example() {
  SavedFailure failure;
  failure.tape = {.scenario = "toy",
                  .seed = 42,
                  .decisions = {MakeDecision(kLose, "withdraw", 1, "lost"),
                                MakeDecision(kFail, "deposit", 2, "hang", 3)}};
  failure.property = "money is neither lost nor made";
  failure.message = "2000 expected, 1750 seen: \"gone\"\n";
  failure.identity = {.property = failure.property, .wrong = "#", .outline = "Transfer FAILED"};
  failure.strategy = "random";
  failure.found_at_run = 17;
  failure.found_decisions = {MakeDecision(kLose, "withdraw", 3, "lost")};
  failure.digest = 0xfedcba9876543210ULL;
  return failure;
}

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string ErrorOf(const std::string& path) {
  const auto failure = LoadFailure(path);
  REQUIRE_FALSE(failure.ok());
  return std::string(failure.status().message());
}

TEST_CASE("a saved failure is loaded as it was, and is a choice tape as well") {
  const Folder folder;
  const auto path = SaveFailure(folder.path(), Example());
  REQUIRE(path.ok());
  const auto loaded = LoadFailure(*path);
  REQUIRE(loaded.ok());
  CHECK(*loaded == Example());
  std::ifstream file(*path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto tape = sim::ChoiceTape::FromJson(text, *path);
  REQUIRE(tape.ok());
  CHECK(*tape == Example().tape);
}

TEST_CASE("the same bug found again lies in the same file, another one beside it") {
  const Folder folder;
  SavedFailure failure = Example();
  REQUIRE(SaveFailure(folder.path(), failure).ok());
  failure.message = "found again";
  const auto again = SaveFailure(folder.path(), failure);
  REQUIRE(again.ok());
  CHECK(LoadFailure(*again)->message == "found again");
  failure.identity.outline = "Transfer COMPLETED";
  REQUIRE(SaveFailure(folder.path(), failure).ok());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("what is no saved failure is refused with its name and the reason") {
  const Folder folder;
  const std::string path = folder.path() + "/broken.json";
  CHECK_THAT(ErrorOf(path), ContainsSubstring(path) && ContainsSubstring("there is no such file"));
  CHECK_THAT(ErrorOf(folder.path()), ContainsSubstring("is a directory"));
  Write(path, "{\"decisions\": [");
  CHECK_THAT(ErrorOf(path), ContainsSubstring(path) && ContainsSubstring("not JSON"));
  Write(path, "");
  CHECK_THAT(ErrorOf(path), ContainsSubstring("not JSON"));
  Write(path, std::string(100'000, '['));
  CHECK_THAT(ErrorOf(path), ContainsSubstring(path));
  Write(path, R"({"version": 1, "scenario": "toy", "decisions": []})");
  CHECK_THAT(ErrorOf(path), ContainsSubstring("no saved failure"));
  Write(path, R"({"decisions": [], "failure": {"property": 7}})");
  CHECK_THAT(ErrorOf(path), ContainsSubstring("failure:"));
  Write(
      path,
      R"({"decisions": [], "failure": {"property": "p", "message": "m", "wrong": "w", "outline": "o", "digest": "zz"}})");
  CHECK_THAT(ErrorOf(path), ContainsSubstring("failure:"));
}

TEST_CASE("a directory that cannot be written is refused before anything is explored") {
  const Folder folder;
  const std::string file = folder.path() + "/file";
  Write(file, "in the way");
  CHECK_FALSE(PrepareFailureDirectory(file + "/below").ok());
  CHECK(PrepareFailureDirectory(folder.path() + "/a/b").ok());
  CHECK(std::filesystem::is_empty(folder.path() + "/a/b"));
}

}  // namespace
}  // namespace groundhog::explore
