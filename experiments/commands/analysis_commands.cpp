#include "experiments/commands/analysis_commands.hpp"

#include <fmt/format.h>

namespace gossamer {
namespace {

struct LauncherCommand {
  const char* name;
  const char* sentence;
};

constexpr LauncherCommand commands[] = {
    {"demo", "compare three algorithms on a torus with stragglers: traces, a table and a picture"},
    {"plot", "draw traces, timelines (a row for each node, arrows for messages) or a machine file"},
    {"table", "print what runs needed to reach a loss or an accuracy"},
    {"study", "run a folder's experiments, check its paper's claims, draw its pictures"},
    {"crosscheck", "run an experiment in virtual time and on MPI ranks, and compare"},
    {"test", "build and run every test"},
    {"help", "the options of a command, or what `explain` has on any other name"},
};

}  // namespace

void add_launcher_commands(CLI::App& app) {
  for (const LauncherCommand& command : commands)
    app.add_subcommand(command.name, command.sentence)->prefix_command()->set_help_flag();
}

std::optional<std::string> leads_to_launcher(const CLI::App& app) {
  for (const LauncherCommand& command : commands)
    if (app.got_subcommand(command.name))
      return fmt::format("{0} is a command of the launcher: ./gossamer {0}", command.name);
  return std::nullopt;
}

}  // namespace gossamer
