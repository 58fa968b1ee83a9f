#include "sim/ground/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <fmt/format.h>

namespace gossamer {
namespace {

constexpr std::size_t first_room = std::size_t{1} << 16;
constexpr std::size_t longest_line = std::size_t{1} << 30;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF", utf16_marks[] = {"\xFF\xFE", "\xFE\xFF"};

}  // namespace

LineReader::LineReader(const std::filesystem::path& path) : file_{path}, buffer_(first_room) {
  fill();
  const std::string_view start{buffer_.data(), end_};
  for (const std::string_view mark : utf16_marks)
    if (start.starts_with(mark)) file_.fail("is text in UTF-16, expected UTF-8");
  if (start.starts_with(utf8_mark)) begin_ = utf8_mark.size();
  check_text(begin_);
}

bool LineReader::next(std::string_view& line) {
  std::size_t searched = begin_;
  for (;;) {
    if (const void* const found = std::memchr(buffer_.data() + searched, '\n', end_ - searched)) {
      const auto stop = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      line = {buffer_.data() + begin_, stop - begin_};
      begin_ = stop + 1;
      break;
    }
    const std::size_t unfinished = end_ - begin_;
    if (refill()) {
      searched = begin_ + unfinished;
      continue;
    }
    if (unfinished == 0) return false;
    line = {buffer_.data() + begin_, unfinished};
    begin_ = end_;
    break;
  }
  ++number_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

/// Moves the unfinished line to the front and reads on behind it; false at the end of the file.
bool LineReader::refill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) grow();
  const std::size_t before = end_;
  fill();
  check_text(before);
  return end_ > before;
}

void LineReader::fill() { end_ += file_.read(buffer_.data() + end_, buffer_.size() - end_); }

/// Doubles the buffer, which one line fills.
void LineReader::grow() {
  const std::size_t line = number_ + 1;
  if (buffer_.size() >= longest_line)
    file_.fail(fmt::format("line {} has more than {} bytes, expected shorter lines", line, longest_line));
  try {
    buffer_.resize(2 * buffer_.size());
  } catch (const std::bad_alloc&) {
    file_.fail(fmt::format("there is not enough memory to read line {}, which has more than {} bytes", line, end_));
  }
}

/// Refuses zero bytes in what follows `from`.
void LineReader::check_text(std::size_t from) const {
  const char* const begin = buffer_.data() + begin_;
  const void* const zero = std::memchr(buffer_.data() + from, '\0', end_ - from);
  if (!zero) return;
  const auto lines_before = std::count(begin, static_cast<const char*>(zero), '\n');
  file_.fail(
      fmt::format("line {} has a zero byte, expected text", number_ + 1 + static_cast<std::size_t>(lines_before)));
}

void LineReader::fail(std::string_view sentence) const {
  throw InputError{fmt::format("{}:{}: {}", name(), number_, sentence)};
}

std::string read_text(const std::filesystem::path& path) {
  LineReader reader{path};
  return reader.rest();
}

std::string LineReader::rest() {
  std::string text;
  try {
    do {
      text.append(buffer_.data() + begin_, end_ - begin_);
      begin_ = end_;
    } while (refill());
  } catch (const std::bad_alloc&) {
    file_.fail("there is not enough memory to read it");
  }
  return text;
}

}  // namespace gossamer
