#pragma once
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace gossamer {

/// Adds the commands that only the launcher `./gossamer` has, so that help and the nearest names include them.
void add_launcher_commands(CLI::App& app);

/// The advice if the program itself was called with one of these commands; none for any other command.
std::optional<std::string> leads_to_launcher(const CLI::App& app);

}  // namespace gossamer
