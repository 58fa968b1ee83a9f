#include "experiments/commands/new_project.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/commands/home_folder.hpp"
#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

namespace fs = std::filesystem;

/// Words that mean something else in the files of a project: in C++, in CMake, or in the templates.
constexpr std::string_view reserved[] = {
    "alignas",  "alignof",  "all",      "and",      "asm",      "auto",     "bool",      "break",    "case",
    "catch",    "char",     "class",    "clean",    "compl",    "concept",  "const",     "continue", "decltype",
    "default",  "delete",   "do",       "double",   "else",     "enum",     "explicit",  "export",   "extern",
    "false",    "float",    "for",      "friend",   "goto",     "gossamer", "help",      "if",       "inline",
    "install",  "int",      "long",     "main",     "model",    "mutable",  "namespace", "new",      "node",
    "noexcept", "not",      "nullptr",  "operator", "or",       "own",      "package",   "private",  "protected",
    "public",   "register", "requires", "return",   "settings", "short",    "signed",    "sizeof",   "static",
    "std",      "struct",   "switch",   "template", "test",     "this",     "throw",     "true",     "try",
    "typedef",  "typeid",   "typename", "union",    "unsigned", "using",    "virtual",   "void",     "volatile",
    "while",    "xor"};

bool is_identifier(const std::string& name) {
  const auto fits = [](char c) {
    return std::islower(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)) || c == '_';
  };
  return name.size() > 1 && std::islower(static_cast<unsigned char>(name.front())) && name.back() != '_' &&
         name.find("__") == name.npos && std::all_of(name.begin(), name.end(), fits) &&
         std::find(std::begin(reserved), std::end(reserved), name) == std::end(reserved);
}

/// "local_sgd" as a type: "LocalSgd".
std::string type_of(const std::string& name) {
  std::string type;
  bool starts = true;
  for (const char c : name) {
    if (c != '_') type += starts ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    starts = c == '_';
  }
  return type;
}

/// The text with every `old` replaced.
std::string replaced(std::string text, std::string_view old, std::string_view by) {
  for (std::size_t at = text.find(old); at != text.npos; at = text.find(old, at + by.size()))
    text.replace(at, old.size(), by);
  return text;
}

/// Where CMake finds the library: the prefix of an installation, or the folder of the build that has this program.
fs::path prefix_of(const fs::path& home) {
  const bool installed = home.parent_path().filename() == "share";
  return (installed ? home : this_program()).parent_path().parent_path();
}

void check_kind(const NewProject& project, const fs::path& templates) {
  std::vector<std::string> kinds;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{templates, error})
    kinds.push_back(entry.path().filename().string());
  std::sort(kinds.begin(), kinds.end());
  if (std::find(kinds.begin(), kinds.end(), project.kind) != kinds.end()) return;
  if (kinds.empty())
    throw ExperimentError{
        fmt::format("new: the folder \"{}\" has no templates\n  expected an installation by "
                    "`cmake --install`, which has them",
                    templates.string())};
  refuse({"new", ""}, fmt::format("unknown kind \"{}\"", shortened(project.kind)),
         fmt::format("one of: {}", fmt::join(kinds, ", ")), nearest_name(project.kind, kinds));
}

void check_name(const std::string& name, const Catalogue& catalogue) {
  if (!is_identifier(name))
    refuse({"new", ""}, fmt::format("\"{}\" cannot be the name", shortened(name)),
           "letters in lower case, digits and single underscores, and no word of C++ or CMake: such as my_sgd");
  if (Vocabulary{catalogue}.is_known_name(name))
    refuse({"new", ""}, fmt::format("\"{}\" is taken, as `gossamer explain {}` shows", name, name), "another name");
  std::error_code error;
  if (fs::exists(fs::symlink_status(name, error)))
    refuse({"new", ""}, fmt::format("there is a \"{}\" here already", name), "another name, or another current folder");
}

std::string content_of(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (!stream || text.empty()) throw ExperimentError{fmt::format("{}: cannot be read", file.string())};
  return text;
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream stream{file, std::ios::binary};
  stream << text << std::flush;
  if (!stream) throw ExperimentError{fmt::format("{}: cannot be written", file.string())};
}

}  // namespace

void new_command(const NewProject& project, const Catalogue& catalogue, const fs::path& home, std::ostream& out) {
  const fs::path templates = home / "experiments" / "templates";
  check_kind(project, templates);
  check_name(project.name, catalogue);
  const std::string placeholder = "my_" + project.kind;
  const auto named = [&](std::string text) {
    text = replaced(std::move(text), placeholder, project.name);
    text = replaced(std::move(text), type_of(placeholder), type_of(project.name));
    return replaced(std::move(text), "@PREFIX@", prefix_of(home).generic_string());
  };
  std::error_code error;
  if (!fs::create_directory(project.name, error))
    throw ExperimentError{fmt::format("{}: cannot make the folder: {}", project.name, error.message())};
  for (const fs::directory_entry& entry : fs::directory_iterator{templates / project.kind})
    write(fs::path{project.name} / named(entry.path().filename().string()), named(content_of(entry.path())));
  out << fmt::format(
      "{0} has a new {1}, its test and an experiment\n"
      "  cd {0}\n"
      "  cmake -B build && cmake --build build && ctest --test-dir build\n"
      "  ./build/{0} run experiment.json\n",
      project.name, project.kind);
}

}  // namespace gossamer
