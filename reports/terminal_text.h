// Text for a terminal or a file: how wide a piece is, how to cut, wrap and colour it.
//
// Everything is UTF-8. Lay out first, paint last: widths do not know colours. Somebody else's text
// (a payload, a message) goes through Printable before it is shown, so that it can neither break
// the layout nor speak to the terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace groundhog::reports {

struct TextStyle {
  std::size_t width = 100;  // columns; nothing that can be wrapped is wider
  bool color = false;
};

enum class Ink : std::uint8_t { kPlain, kBold, kDim, kBad, kGood, kAccent, kWarning };

std::string Paint(const TextStyle& style, Ink ink, std::string_view text);
// A title on a line of its own, with an empty one before it.
std::string Heading(const TextStyle& style, std::string_view title);

// Columns that the text takes. REQUIRES: printable text.
std::size_t DisplayWidth(std::string_view text);
// At most `width` columns; what was cut ends in "…".
std::string Shorten(std::string_view text, std::size_t width);
// Padded with blanks on the right to `width` columns.
std::string PadTo(std::string_view text, std::size_t width);
// Lines of at most `width` columns, broken at blanks where there are any. Never empty.
std::vector<std::string> Wrap(std::string_view text, std::size_t width);
// Printable, wrapped to the style's width, and each line moved right by `indent` columns.
std::string Indented(std::string_view text, std::size_t indent, const TextStyle& style);
// Control characters and bytes that are no UTF-8 become visible: "\n", "\x1b", "\xff".
std::string Printable(std::string_view text);

}  // namespace groundhog::reports
