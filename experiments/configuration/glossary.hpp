#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

/// A name that no experiment file and no trace has: a symbol of the pages, or a name from papers and other tools.
struct GlossaryEntry {
  std::vector<std::string> names;      ///< all spellings
  std::vector<std::string> here = {};  ///< its names here, which `gossamer explain` explains, the usual first
  std::string sentence = {};
};

/// The symbols that pages, headers and messages use.
const std::vector<GlossaryEntry>& symbols();

/// The names of other tools and of papers.
const std::vector<GlossaryEntry>& foreign_names();

/// The terms that have this name.
std::vector<const GlossaryEntry*> terms_named(std::string_view name);

/// A name in a common spelling: "D-PSGD" and "d_psgd" give the same.
std::string normalized(std::string_view name);

/// The valid name for a name of other tools or papers, or for another spelling.
std::optional<std::string> native_name(std::string_view name, std::span<const std::string> valid);

/// The valid name that was probably meant: that of `native_name` or, if there is none, that of `nearest_name`.
std::optional<std::string> meant_name(std::string_view name, std::span<const std::string> valid);

/// A sentence on the difference between a foreign name and its name here; empty if they mean the same.
std::string sentence_on(std::string_view name, std::string_view here);

}  // namespace gossamer
