#pragma once
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace gossamer {

/// Names the commands that only the launcher `./gossamer` has, so that help and the nearest names know them.
void add_launcher_commands(CLI::App& app);

/// The sentence for a user who has called the program itself for one of them; none for any other command.
std::optional<std::string> leads_to_launcher(const CLI::App& app);

}  // namespace gossamer
