#pragma once
#include <optional>
#include <span>
#include <string>

#include "experiments/catalogue.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace gossamer {

/// The message about a command line that is wrong: the word found, the words expected, and advice.
std::string misuse(const CLI::App& app, const CLI::ParseError& error, const Catalogue& catalogue);

/// The same for a first word that is no command; empty if it is one.
std::optional<std::string> unknown_command(const CLI::App& app, std::span<const std::string> arguments,
                                           const Catalogue& catalogue);

}  // namespace gossamer
