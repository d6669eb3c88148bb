#include "reports/terminal_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace groundhog::reports {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
// Coarse, and enough for columns to line up: East Asian wide and emoji; combining and zero-width.
constexpr auto kWide = std::to_array<Range>({{0x1100, 0x115F},
                                             {0x2E80, 0xA4CF},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0xFFE0, 0xFFE6},
                                             {0x1F300, 0x1FAFF},
                                             {0x20000, 0x3FFFD}});
constexpr auto kNoWidth =
    std::to_array<Range>({{0x0300, 0x036F}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0xFE00, 0xFE0F}});

template <std::size_t N>
bool IsIn(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The first character. REQUIRES: text is not empty.
Character FirstOf(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {lead, 1, false};
  char32_t code = lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {lead, 1, false};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  constexpr auto kSmallest = std::to_array<char32_t>({0, 0, 0x80, 0x800, 0x10000});
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallest[bytes] || surrogate || code > 0x10FFFF) return {lead, 1, false};
  return {code, bytes, true};
}

std::size_t WidthOf(char32_t code) {
  if (IsIn(kNoWidth, code)) return 0;
  return IsIn(kWide, code) ? 2 : 1;
}

// How many bytes of the text fit into `width` columns.
std::size_t BytesThatFit(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < text.size()) {
    const Character character = FirstOf(text.substr(at));
    used += WidthOf(character.code);
    if (used > width) break;
    at += character.bytes;
  }
  return at;
}

// Where a long word (JSON) is best cut: behind its last comma that fits,
// if that fills two thirds of the line.
std::size_t AfterComma(std::string_view text, std::size_t fits) {
  const std::size_t comma = text.substr(0, fits).rfind(',');
  return comma == std::string_view::npos || comma + 1 < fits - fits / 3 ? fits : comma + 1;
}

std::string_view CodeOf(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kBold:
      return "1";
    case Ink::kDim:
      return "2";
    case Ink::kBad:
      return "1;31";
    case Ink::kGood:
      return "1;32";
    case Ink::kAccent:
      return "36";
    case Ink::kWarning:
      return "33";
  }
  return "";
}

}  // namespace

std::string Paint(const TextStyle& style, Ink ink, std::string_view text) {
  if (!style.color || ink == Ink::kPlain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", CodeOf(ink), text);
}

std::string Heading(const TextStyle& style, std::string_view title) {
  return "\n" + Paint(style, Ink::kBold, title) + "\n";
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = FirstOf(text);
    width += WidthOf(character.code);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string Shorten(std::string_view text, std::size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  return std::string(text.substr(0, BytesThatFit(text, width - 1))) + "…";
}

std::string PadTo(std::string_view text, std::size_t width) {
  std::string padded(text);
  const std::size_t used = DisplayWidth(text);
  if (used < width) padded.append(width - used, ' ');
  return padded;
}

std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  width = std::max<std::size_t>(width, 2);  // the widest character
  while (DisplayWidth(text) > width) {
    const std::size_t fits = BytesThatFit(text, width);
    // A blank right behind what fits is a good place too.
    std::size_t cut = text.rfind(' ', fits);
    // A word longer than a third of the line is cut rather than leaving the line empty.
    if (cut == std::string_view::npos || cut < fits / 3 || cut == 0) cut = AfterComma(text, fits);
    std::string_view line = text.substr(0, cut);
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string Indented(std::string_view text, std::size_t indent, const TextStyle& style) {
  constexpr std::size_t kLeast = 20;
  const std::size_t room = style.width > indent + kLeast ? style.width - indent : kLeast;
  std::string indented;
  for (const std::string& line : Wrap(Printable(text), room)) {
    indented += std::string(indent, ' ') + line + "\n";
  }
  return indented;
}

std::string Printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstOf(text);
    const bool control = character.code < 0x20 ||
                         (character.code >= 0x7F && character.code < 0xA0) ||
                         (character.code >= 0x202A && character.code <= 0x202E) ||
                         character.code == 0xFFFE || character.code == 0xFFFF;  // not even in XML
    if (character.valid && !control) {
      shown += text.substr(0, character.bytes);
    } else if (character.code == '\n') {
      shown += "\\n";
    } else if (character.code == '\t') {
      shown += "\\t";
    } else if (character.valid && character.bytes > 1) {
      shown += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character.code));
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(character.code));
    }
    text.remove_prefix(character.bytes);
  }
  return shown;
}

}  // namespace groundhog::reports
