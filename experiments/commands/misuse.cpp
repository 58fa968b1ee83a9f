#include "experiments/commands/misuse.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

/// The command that the words asked for, or the program itself.
const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.front();
}

std::string name_of(const CLI::App& app) {
  const CLI::App& command = chosen(app);
  return &command == &app ? app.get_name() : app.get_name() + " " + command.get_name();
}

/// "gossamer topology [OPTIONS] source", and a line on each word.
std::string usage(const CLI::App& app) {
  std::string text = name_of(app) + " [OPTIONS]", lines;
  for (const CLI::Option* const option : chosen(app).get_options()) {
    if (!option->get_positional()) continue;
    const std::string word = option->get_single_name();
    text += option->get_required() ? " " + word : fmt::format(" [{}]", word);
    lines += fmt::format("\n  {}: {}", word, option->get_description());
  }
  return text + lines;
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  return names;
}

bool has_option(const CLI::App& command, const std::string& name) {
  const std::vector<std::string> options = options_of(command);
  return std::find(options.begin(), options.end(), name) != options.end();
}

bool is_file(const std::string& word) {
  std::error_code error;
  return std::filesystem::exists(word, error) || word.ends_with(".json") || word.ends_with(".jsonl");
}

/// The advice on an option that the command does not have: the nearest option, or the key of an experiment file.
std::string advice_on_option(const CLI::App& command, const std::string& word, const Catalogue& catalogue) {
  std::string name = word.substr(word.find_first_not_of('-'));
  name = name.substr(0, name.find('='));
  std::string key = name;
  std::replace(key.begin(), key.end(), '-', '_');
  const std::string advice = has_option(command, "set") ? Vocabulary{catalogue}.advice_on_key(key, "", "") : "";
  if (!advice.empty()) return fmt::format("\n  {}\n  --set /path/to/key=value sets a key of the file", advice);
  if (name == "np" || name == "n" || name == "ranks")
    return fmt::format("\n  mpirun -np 2 ./gossamer {} starts two ranks", command.get_name());
  const std::vector<std::string> options = options_of(command);
  const auto nearest = nearest_name(name, options);
  return fmt::format("\n  expected one of: --{}{}", fmt::join(options, ", --"),
                     nearest ? fmt::format("\n  did you mean \"--{}\"?", *nearest) : "");
}

/// The advice on a surplus word; empty if there is none.
std::string advice_on_word(const CLI::App& command, const std::string& word) {
  const bool is_setting = word.find('=') != word.npos;
  if (has_option(command, "set") && word.starts_with('/') && is_setting)
    return fmt::format("\n  did you mean \"--set {}\"?", shortened(word));
  if (is_setting) return "\n  settings follow each other with commas and without spaces: torus:rows=8,columns=8";
  if (has_option(command, "model") && is_file(word)) return fmt::format("\n  did you mean \"--model {}\"?", word);
  return "";
}

std::string surplus(const CLI::App& app, const std::vector<std::string>& words, const Catalogue& catalogue) {
  const CLI::App& command = chosen(app);
  const auto option = std::find_if(words.begin(), words.end(), [](const std::string& w) { return w.starts_with("-"); });
  if (option != words.end() && option->find_first_not_of('-') != option->npos)
    return fmt::format("{} has no option {}{}", name_of(app), shortened(*option),
                       advice_on_option(command, *option, catalogue));
  return fmt::format("{} takes no \"{}\" here{}\n  expected {}", name_of(app), shortened(words.front()),
                     advice_on_word(command, words.front()), usage(app));
}

/// Commands of other programs, and their names here.
const std::map<std::string, std::string, std::less<>>& other_commands() {
  static const std::map<std::string, std::string, std::less<>> words{
      {"version", "--version"}, {"simulate", "run"}, {"train", "run"},        {"start", "run"},
      {"validate", "check"},    {"show", "explain"}, {"info", "explain"},     {"describe", "explain"},
      {"graph", "topology"},    {"draw", "plot"},    {"measure", "calibrate"}};
  return words;
}

}  // namespace

std::string misuse(const CLI::App& app, const CLI::ParseError& error, const Catalogue& catalogue) {
  const std::string help = fmt::format("\n  {} --help describes all options", name_of(app));
  if (dynamic_cast<const CLI::ExtrasError*>(&error)) return surplus(app, app.remaining(true), catalogue) + help;
  const bool lacks = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  return fmt::format("{}: {}{}{}", name_of(app), error.what(), lacks ? "\n  expected " + usage(app) : "", help);
}

std::optional<std::string> unknown_command(const CLI::App& app, std::span<const std::string> arguments,
                                           const Catalogue& catalogue) {
  if (arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
  const std::string& word = arguments.front();
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return std::nullopt;
  std::optional<std::string> meant = nearest_name(word, names);
  if (const auto other = other_commands().find(word); other != other_commands().end()) meant = other->second;
  if (is_file(word)) meant = "run " + shortened(word);
  if (!meant && Vocabulary{catalogue}.is_known_name(word)) meant = "explain " + word;
  return fmt::format("gossamer: unknown command \"{}\"\n  expected one of: {}{}", shortened(word),
                     fmt::join(names, ", "), meant ? fmt::format("\n  did you mean \"{}\"?", *meant) : "");
}

}  // namespace gossamer
