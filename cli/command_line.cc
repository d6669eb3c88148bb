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

#include "base/nearest_names.h"
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
  if (command == "help") throw CLI::CallForHelp();
  if (is_later(kLaterCommands, command)) {
    throw InputError(fmt::format("the command '{}' is not built yet", command));
  }
  const std::vector<std::string> names = CommandNames(app);
  if (std::find(names.begin(), names.end(), command) != names.end()) return;
  throw InputError(fmt::format("there is no command '{}'{}", reports::Printable(command),
                               Suggestion(command, names)));
}

// The command that was given, and its full name: "groundhog history check".
struct Used {
  const CLI::App* command = nullptr;
  std::string name = {};
};

Used FindUsed(const CLI::App& app, const Session& session) {
  Used used{&app, session.name};
  for (std::vector<CLI::App*> next = app.get_subcommands(); !next.empty();
       next = used.command->get_subcommands()) {
    used.command = next.front();
    used.name += " " + used.command->get_name();
  }
  return used;
}

// The first option among the words that the command does not have; empty if there is none.
std::string UnknownOption(const Used& used, int argc, const char* const* argv) {
  std::vector<std::string> known;
  for (const CLI::Option* option : used.command->get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    const std::string name(word.substr(0, word.find('=')));
    if (!name.starts_with("--") || std::find(known.begin(), known.end(), name) != known.end())
      continue;
    const std::vector<std::string> nearest = NearestNames(name, known, 1);
    return fmt::format("there is no option {}{}", reports::Printable(name),
                       nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest.front()));
  }
  return "";
}

// "history chek": CLI11 would say that a subcommand is missing.
std::string UnknownSubcommand(const Used& used, int argc, const char* const* argv) {
  const std::vector<std::string> names = CommandNames(*used.command);
  if (names.empty() || used.command->get_parent() == nullptr) return "";
  const std::string_view word = argc > 2 ? argv[2] : "";
  if (word.empty() || word[0] == '-') return "";
  return fmt::format("{} has no command '{}'{}", used.name, reports::Printable(word),
                     Suggestion(word, names));
}

void Report(Session& session, const std::string& message) {
  session.console.EndProgress();
  std::fprintf(stderr, "%s: %s\n", session.name.c_str(), message.c_str());
}

// What CLI11's error is about, in our words where they say more, and which command's help to read.
std::string WordsOf(const CLI::ParseError& error, const CLI::App& app, const Session& session,
                    int argc, const char* const* argv) {
  const Used used = FindUsed(app, session);
  std::string what = UnknownOption(used, argc, argv);
  if (what.empty()) what = UnknownSubcommand(used, argc, argv);
  if (what.empty()) what = reports::Printable(error.what());
  while (!what.empty() && (what.back() == '.' || what.back() == ' ')) what.pop_back();
  return fmt::format("{}{} see {} --help", what, what.ends_with('?') ? "" : ";", used.name);
}

void AddCommands(CLI::App& app, Session& session) {
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this help and exit");
  app.set_version_flag("--version", "Groundhog " GROUNDHOG_VERSION, "print the version and exit");
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
    Report(session, WordsOf(error, app, session, argc, argv));
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
