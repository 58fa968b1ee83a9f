#pragma once
#include <optional>
#include <span>
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace gossamer {

/// What to say to a command line that makes no sense: what was found, what was expected, and what leads on.
std::string misuse(const CLI::App& app, const CLI::ParseError& error);

/// The same for a first word that is no command; empty if it is one.
std::optional<std::string> unknown_command(const CLI::App& app, std::span<const std::string> arguments);

}  // namespace gossamer
