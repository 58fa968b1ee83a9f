#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace gossamer {

/// A part of a DOT text.
struct DotToken {
  enum class Kind {
    end,
    name,    ///< letters and digits, or a number; may be a keyword
    quoted,  ///< in quotation marks, which are not part of it; HTML text with its outer < and >
    edge,    ///< -- or ->
    symbol   ///< one of { } [ ] = ; , :
  };

  Kind kind = Kind::end;
  std::string text = {};
  std::int64_t line = 0;

  bool is(char symbol) const { return kind == Kind::symbol && text[0] == symbol; }
  bool is_id() const { return kind == Kind::name || kind == Kind::quoted; }
  /// Whether it is this keyword, in small or capital letters.
  bool is_keyword(std::string_view keyword) const;
};

/// The tokens of a text in the DOT language (https://graphviz.org/doc/info/lang.html). Comments, and lines that begin
/// with #, are skipped; quoted texts with + between them are one text.
/// Throws TopologyError, with file and line, for a text or comment without end, and for characters that begin no token.
class DotTokens {
 public:
  /// Neither text is copied.
  DotTokens(std::string_view text, std::string_view file) : text_{text}, file_{file} { advance(); }

  const DotToken& current() const { return current_; }

  /// Returns the current token and moves on to the next one.
  DotToken take();

 private:
  void advance();
  DotToken read();
  DotToken name();
  DotToken number();
  std::string quoted();
  DotToken html();
  std::string quoted_sum();
  void skip_blanks();
  bool begins(std::string_view start) const { return text_.substr(at_).starts_with(start); }
  void skip_past(std::string_view end, std::string_view unfinished);

  std::string_view text_;
  std::string_view file_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  DotToken current_;
};

}  // namespace gossamer
