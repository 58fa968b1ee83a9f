#include "experiments/commands/printable.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace gossamer {
namespace {

constexpr std::string_view ellipsis = "…";

/// The lengths of the beginning and the end that are kept of a long text. A text no longer than both together is kept
/// whole.
struct Ends {
  std::size_t first;
  std::size_t last;
};
constexpr Ends of_word{200, 200}, of_line{2000, 1000}, of_text{24, 8};  // bytes, bytes, lines

/// A character in UTF-8; `size` is 0 if the bytes are no character.
struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;
};

Character first_character(std::string_view text) {
  const auto byte = [text](std::size_t k) { return std::uint32_t{static_cast<unsigned char>(text[k])}; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  std::uint32_t code = lead & (0x7fu >> size);
  for (std::size_t k = 1; k < size; ++k) {
    if ((byte(k) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(k) & 0x3f);
  }
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < smallest[size] || code > 0x10ffff || surrogate) return {};
  return {code, size};
}

/// Whether a terminal does anything else with it than show a character in its place.
bool is_control(std::uint32_t code) {
  const auto within = [code](std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; };
  constexpr std::uint32_t tab = 9, line_break = 10;
  if (code == tab || code == line_break) return false;
  return code < 0x20 || within(0x7f, 0x9f) || code == 0x61c || within(0x200b, 0x200f) || within(0x2028, 0x202e) ||
         within(0x2060, 0x206f) || code == 0xfeff;
}

std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t size = std::max<std::size_t>(1, character.size);
    if (character.size == 0)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    else if (is_control(character.code))
      result += fmt::format("\\u{:04x}", character.code);
    else
      result += text.substr(0, size);
    text.remove_prefix(size);
  }
  return result;
}

bool is_inside_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

/// The text, without its middle if it is too long.
std::string shortened(std::string_view text, Ends ends) {
  if (text.size() <= ends.first + ends.last + ellipsis.size()) return std::string{text};
  std::size_t first = ends.first, last = text.size() - ends.last;
  while (first > 0 && is_inside_character(text[first])) --first;
  while (last < text.size() && is_inside_character(text[last])) ++last;
  return std::string{text.substr(0, first)}.append(ellipsis).append(text.substr(last));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(separator); end != text.npos; end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

std::string short_line(std::string_view line) {
  std::string result;
  for (const std::string_view word : split(line, ' ')) {
    if (!result.empty() || word.data() != line.data()) result += ' ';
    result += shortened(word, of_word);
  }
  return shortened(result, of_line);
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string safe = escaped(text);
  const std::vector<std::string_view> lines = split(safe, '\n');
  const bool too_many = lines.size() > of_text.first + of_text.last;
  std::string result = short_line(lines.front());
  for (std::size_t k = 1; k < lines.size(); ++k) {
    if (too_many && k == of_text.first) {
      result.append("\n").append(ellipsis);
      k = lines.size() - of_text.last;
    }
    result.append("\n").append(short_line(lines[k]));
  }
  return result;
}

}  // namespace gossamer
