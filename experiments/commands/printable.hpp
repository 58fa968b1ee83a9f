#pragma once
#include <string>
#include <string_view>

namespace gossamer {

/// A text for people, of which a part may come from anywhere: a file's name, a word of a data file, a title.
///
/// Control characters and bytes that are no UTF-8 are escaped, so that they do nothing to a terminal: \u001b, \xff. So
/// are characters that change the direction of a text. Line breaks stay. Words, lines and texts that are too long lose
/// their middle, so that the sentence around them can be read.
std::string printable(std::string_view text);

}  // namespace gossamer
