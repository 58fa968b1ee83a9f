#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

/// A name that no experiment file and no trace has: a symbol of the pages, or what papers and other tools call
/// something.
struct GlossaryEntry {
  std::vector<std::string> names;      ///< all spellings
  std::vector<std::string> here = {};  ///< what it is called here: names that `gossamer explain` knows, the usual first
  std::string sentence = {};
};

/// The symbols that pages, headers and messages use.
const std::vector<GlossaryEntry>& symbols();

/// The names of other tools and of papers.
const std::vector<GlossaryEntry>& foreign_names();

/// The terms that have this name.
std::vector<const GlossaryEntry*> terms_named(std::string_view name);

/// A name without what people write in different ways: "D-PSGD" and "d_psgd" are one.
std::string plain(std::string_view name);

/// The valid name that other tools or papers call so, or that is the same in another spelling.
std::optional<std::string> called_here(std::string_view name, std::span<const std::string> valid);

/// The valid name that was probably meant: as `called_here` knows, or else the nearest, see `nearest_name`.
std::optional<std::string> meant_name(std::string_view name, std::span<const std::string> valid);

/// What there is to know of a name that is called otherwise here; empty if it is only another word.
std::string sentence_on(std::string_view name, std::string_view here);

}  // namespace gossamer
