// Logger: the log lines of workflow code. Silent while replaying, so each line is written once.
//
//     Logger().Info("withdrew {} from {}", details.amount, details.source_account);
#pragma once

#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/run_context.h"

namespace groundhog::workflow {

class Log {
 public:
  template <class... Args>
  void Debug(fmt::format_string<Args...> format, Args&&... args) const {
    Write(LogLevel::kDebug, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void Info(fmt::format_string<Args...> format, Args&&... args) const {
    Write(LogLevel::kInfo, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void Warning(fmt::format_string<Args...> format, Args&&... args) const {
    Write(LogLevel::kWarning, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void Error(fmt::format_string<Args...> format, Args&&... args) const {
    Write(LogLevel::kError, format, std::forward<Args>(args)...);
  }

 private:
  friend Log Logger();
  explicit Log(LogSink* sink) : sink_(sink) {}

  template <class... Args>
  void Write(LogLevel level, fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_ != nullptr) WriteLine(level, fmt::format(format, std::forward<Args>(args)...));
  }
  void WriteLine(LogLevel level, std::string_view line) const;

  LogSink* sink_;  // null: nobody is to read it
};

Log Logger();

}  // namespace groundhog::workflow
