#include "topologies/files/dot_tokens.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "topologies/files/file_graph.hpp"

namespace gossamer {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }

}  // namespace

bool DotToken::is_keyword(std::string_view keyword) const {
  return kind == Kind::name && std::equal(text.begin(), text.end(), keyword.begin(), keyword.end(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == b;
         });
}

DotToken DotTokens::take() {
  DotToken token = std::move(current_);
  advance();
  return token;
}

void DotTokens::advance() {
  skip_blanks();
  const std::int64_t line = line_;
  current_ = read();
  current_.line = line;
}

DotToken DotTokens::read() {
  if (at_ == text_.size()) return {};
  const char first = text_[at_];
  if (begins("--") || begins("->")) {
    at_ += 2;
    return {.kind = DotToken::Kind::edge, .text = std::string{text_.substr(at_ - 2, 2)}};
  }
  if (is_letter(first)) return name();
  if (is_digit(first) || first == '.' || first == '-') return number();
  if (first == '"') return {.kind = DotToken::Kind::quoted, .text = quoted_sum()};
  if (first == '<') return html();
  ++at_;
  if (std::string_view{"{}[]=;,:"}.find(first) == std::string_view::npos)
    fail_at(file_, line_, fmt::format("{} begins nothing in DOT", in_quotes(text_.substr(at_ - 1, 1))));
  return {.kind = DotToken::Kind::symbol, .text = std::string(1, first)};
}

DotToken DotTokens::name() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
  return {.kind = DotToken::Kind::name, .text = std::string{text_.substr(begin, at_ - begin)}};
}

/// -?(.[0-9]+ | [0-9]+(.[0-9]*)?)
DotToken DotTokens::number() {
  const std::size_t begin = at_;
  if (text_[at_] == '-') ++at_;
  const auto skip_digits = [this] {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ - first;
  };
  std::size_t digits = skip_digits();
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    digits += skip_digits();
  }
  const bool goes_on = at_ < text_.size() && (is_letter(text_[at_]) || text_[at_] == '.');
  if (digits == 0 || goes_on)
    fail_at(file_, line_,
            fmt::format("{} is neither a name nor a number, expected quotation marks around such a name",
                        in_quotes(text_.substr(begin, at_ - begin + (goes_on ? 1 : 0)))));
  return {.kind = DotToken::Kind::name, .text = std::string{text_.substr(begin, at_ - begin)}};
}

/// The text between quotation marks, where \" is a mark and a backslash at the end of a line joins it with the next
/// one.
std::string DotTokens::quoted() {
  const std::int64_t line = line_;
  std::string result;
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\n') ++line_;
    if (begins("\\\"")) {
      ++at_;
    } else if (begins("\\\n") || begins("\\\r\n")) {
      at_ = text_.find('\n', at_);
      ++line_;
      continue;
    } else if (begins("\\\\")) {
      result += text_[at_++];
    }
    result += text_[at_];
  }
  if (at_ == text_.size()) fail_at(file_, line, "a text without its closing quotation mark");
  ++at_;
  return result;
}

std::string DotTokens::quoted_sum() {
  std::string result = quoted();
  for (;;) {
    skip_blanks();
    if (!begins("+")) return result;
    ++at_;
    skip_blanks();
    if (!begins("\"")) fail_at(file_, line_, "+ joins two texts in quotation marks, and none follows");
    result += quoted();
  }
}

/// Text between < and >, within which these are balanced.
DotToken DotTokens::html() {
  const std::int64_t line = line_;
  const std::size_t begin = at_;
  std::size_t open = 0;
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\n') ++line_;
    if (text_[at_] == '<') ++open;
    if (text_[at_] == '>' && --open == 0) break;
  }
  if (at_ == text_.size()) fail_at(file_, line, "an HTML text without its closing \">\"");
  ++at_;
  return {.kind = DotToken::Kind::quoted, .text = std::string{text_.substr(begin, at_ - begin)}};
}

void DotTokens::skip_blanks() {
  while (at_ < text_.size()) {
    const char letter = text_[at_];
    if (begins("//") || (letter == '#' && (at_ == 0 || text_[at_ - 1] == '\n'))) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (begins("/*")) {
      skip_past("*/", "a comment without its closing \"*/\"");
    } else if (letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n' || letter == '\f') {
      if (letter == '\n') ++line_;
      ++at_;
    } else {
      return;
    }
  }
}

void DotTokens::skip_past(std::string_view end, std::string_view unfinished) {
  const std::size_t found = text_.find(end, at_ + end.size());
  if (found == text_.npos) fail_at(file_, line_, unfinished);
  const std::string_view skipped = text_.substr(at_, found - at_);
  line_ += std::count(skipped.begin(), skipped.end(), '\n');
  at_ = found + end.size();
}

}  // namespace gossamer
