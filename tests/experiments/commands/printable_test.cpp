#include "experiments/commands/printable.hpp"

#include <string>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int k = 0; k < times; ++k) result += text;
  return result;
}

TEST_CASE("Text of any language stays as it is, with its tabs and line breaks") {
  for (const std::string text : {"", "a b  c", " a ", "Γ = 1 µs\n\tżółw\n", "日本語 🐢", "a\\b \"c\""})
    CHECK(printable(text) == text);
}

TEST_CASE("Characters that control a terminal are escaped") {
  CHECK(printable("a\x1b[31mb") == "a\\u001b[31mb");
  CHECK(printable(std::string{"a\0b", 3}) == "a\\u0000b");
  CHECK(printable("\a\b\r\x7f") == "\\u0007\\u0008\\u000d\\u007f");
  CHECK(printable("\xc2\x9b") == "\\u009b");  // CSI, one of the controls above ASCII
  CHECK(printable("\xe2\x80\xae"
                  "abc") == "\\u202eabc");  // writes from right to left
  CHECK(printable("\xef\xbb\xbf"
                  "a") == "\\ufeffa");  // a byte order mark
  CHECK(printable("a\xe2\x80\x8b"
                  "b") == "a\\u200bb");  // a space without width
}

TEST_CASE("Bytes that are no UTF-8 are escaped one by one") {
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("a\xc3") == "a\\xc3");                           // cut off
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                    // an overlong slash
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // half of a surrogate pair
  CHECK(printable("\xf5\x80\x80\x80") == "\\xf5\\x80\\x80\\x80");  // beyond U+10FFFF
  CHECK(printable("\xe2\x82z") == "\\xe2\\x82z");
}

TEST_CASE("Words, lines and texts that are too long lose their middle") {
  const std::string word = repeated("ab", 100'000);
  const std::string shown = printable("file " + word + ": no such file");
  CHECK(shown == "file " + repeated("ab", 100) + "…b" + repeated("ab", 99) + ": no such file");
  CHECK(printable(repeated("x", 400)) == repeated("x", 400));
  const std::string line = printable("begin " + repeated("word ", 100'000) + "end");
  CHECK(line.size() < 3100);
  CHECK(line.starts_with("begin word"));
  CHECK(line.ends_with("word end"));
  const std::string lines = printable("first\n" + repeated("line\n", 1000) + "last");
  CHECK(lines == "first\n" + repeated("line\n", 23) + "…\n" + repeated("line\n", 7) + "last");
}

TEST_CASE("A character is not cut in two") {
  for (int shift = 0; shift < 3; ++shift) {
    const std::string shown = printable(std::string(static_cast<std::size_t>(shift), 'a') + repeated("日", 1000));
    CHECK(shown.find("\\x") == shown.npos);
    CHECK(printable(shown) == shown);
    CHECK(shown.find("日…日") != shown.npos);
  }
}

}  // namespace
}  // namespace gossamer
