// Console: standard output and standard error of one command, and what is known of who reads them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reports/json.h"
#include "reports/terminal_text.h"

namespace groundhog::cli {

class Console {
 public:
  // Colour only if standard output is a terminal, TERM is not "dumb" and NO_COLOR is not set.
  Console();
  ~Console() { EndProgress(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  const reports::TextStyle& style() const { return style_; }
  // For files: no colour, 100 columns.
  static reports::TextStyle FileStyle() { return {}; }

  // To standard output; with --json nothing, so that the object stands alone.
  void Print(std::string_view text);
  void PrintJson(const reports::Json& json);
  // Raw, whatever --json says.
  void PrintRaw(std::string_view text);
  // A line on standard error.
  void Note(std::string_view line);
  // One line that is overwritten by the next; shown on a terminal only.
  bool shows_progress() const { return error_is_terminal_; }
  void ShowProgress(std::string_view line);
  void EndProgress();
  std::size_t error_width() const { return error_width_; }

  void set_json(bool json) { json_ = json; }
  bool json() const { return json_; }

 private:
  reports::TextStyle style_;
  bool error_is_terminal_ = false;
  std::size_t error_width_ = 100;
  bool json_ = false;
  bool progress_shown_ = false;
};

}  // namespace groundhog::cli
