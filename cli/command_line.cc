#include "cli/command_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/input_error.h"
#include "cli/suggestion.h"

namespace groundhog::cli {
namespace {

constexpr auto kLaterCommands = std::to_array<std::string_view>({"merge", "report"});
constexpr auto kLaterOptions =
    std::to_array<std::string_view>({"--db", "--shard", "--resume", "--into"});

// What no part of the program catches, on whatever thread.
[[noreturn]] void DieOfInternalError() {
  std::string what = "an unknown exception";
  if (const std::exception_ptr error = std::current_exception()) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& known) {
      what = known.what();
    } catch (...) {
    }
  }
  std::fprintf(stderr, "groundhog: internal error: %s. Please report it.\n", what.c_str());
  std::fflush(nullptr);
  std::_Exit(kInternalError);
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

// An empty value is somebody's unset variable, never a wish.
void RefuseEmptyWords(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--") && word.ends_with('=')) {
      throw InputError(fmt::format("{}: a value is missing", reports::Printable(word)));
    }
    if (word.empty()) {
      throw InputError(
          fmt::format("the argument behind {} is empty", i == 1 ? std::string("the program's name")
                                                                : reports::Printable(argv[i - 1])));
    }
  }
}

// What CLI11 would only call unexpected.
void CheckWords(const CLI::App& app, int argc, const char* const* argv) {
  const auto is_later = [](const auto& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view word =
        std::string_view(argv[i]).substr(0, std::string_view(argv[i]).find('='));
    if (is_later(kLaterOptions, word)) throw InputError(fmt::format("{} is not built yet", word));
  }
  if (argc < 2 || argv[1][0] == '-') return;
  const std::string_view command = argv[1];
  if (is_later(kLaterCommands, command)) {
    throw InputError(fmt::format("the command '{}' is not built yet", command));
  }
  const std::vector<std::string> names = CommandNames(app);
  if (std::find(names.begin(), names.end(), command) != names.end()) return;
  throw InputError(fmt::format("there is no command '{}'{}", reports::Printable(command),
                               Suggestion(command, names)));
}

void Report(Session& session, const std::string& message) {
  session.console.EndProgress();
  std::fprintf(stderr, "%s: %s\n", session.name.c_str(), message.c_str());
}

// The message of CLI11's error and which command's help to read.
std::string WordsOf(const CLI::ParseError& error, const CLI::App& app, const Session& session) {
  std::string command = session.name;
  for (const CLI::App* at = &app; at != nullptr;) {
    const std::vector<CLI::App*> used = at->get_subcommands();
    at = used.empty() ? nullptr : used.front();
    if (at != nullptr) command += " " + at->get_name();
  }
  std::string what = reports::Printable(error.what());
  while (!what.empty() && (what.back() == '.' || what.back() == ' ')) what.pop_back();
  return fmt::format("{}; see {} --help", what, command);
}

void AddCommands(CLI::App& app, Session& session) {
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this help and exit");
  app.get_formatter()->column_width(34);
  AddListCommand(app, session);
  AddRunCommand(app, session);
  AddExploreCommand(app, session);
  AddReproduceCommand(app, session);
  AddReplayCommand(app, session);
  AddHistoryCommand(app, session);
  AddDemoCommand(app, session);
  AddExamples(app, session,
              {"list", "run SCENARIO", "explore SCENARIO --strategy sweep",
               "explore SCENARIO --for 60s --report out"});
}

int ParseAndRun(int argc, const char* const* argv, Session& session) {
  CLI::App app(
      "Groundhog: the same day, over and over, until the workflow gets it right.\n"
      "Simulates durable workflows under crashes, and checks what they promise.",
      session.name);
  AddCommands(app, session);
  try {
    RefuseEmptyWords(argc, argv);
    CheckWords(app, argc, argv);
    app.parse(argc, argv);
    return session.status;
  } catch (const CLI::CallForHelp& help) {
    app.exit(help);
    return kHeld;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    Report(session, WordsOf(error, app, session));
  } catch (const InputError& error) {
    Report(session, error.what());
  }
  return kWrongInput;
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, Registered registered) {
  std::set_terminate(&DieOfInternalError);
  Session session;
  session.registered = std::move(registered);
  session.program = argc > 0 ? argv[0] : "groundhog";
  session.name = session.program.substr(session.program.rfind('/') + 1);
  try {
    return ParseAndRun(argc, argv, session);
  } catch (const std::exception& error) {
    Report(session, fmt::format("internal error: {}. Please report it.", error.what()));
    return kInternalError;
  }
}

}  // namespace groundhog::cli
