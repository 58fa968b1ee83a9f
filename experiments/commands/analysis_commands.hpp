#pragma once
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>

#include <CLI/CLI.hpp>

namespace gossamer {

/// The commands that are written in Python, in the folder `analysis`: demo, plot, table, report, study, crosscheck,
/// theory, validate, advise, python.
///
/// Adds them to the program's commands, so that help and the nearest names include them.
void add_analysis_commands(CLI::App& app);

/// Whether the words ask for one of these commands, or for help on one.
bool asks_for_analysis(std::span<const std::string> words);

/// Replaces this process by Python, which runs the command of these words: its streams, signals and exit code are those
/// of the process. `home` is the folder that has `analysis` (see `home_folder`).
///
/// Returns an exit code, after one message, only if Python cannot run the command. If mpirun started several processes,
/// one of them reports that; the others return 0.
int run_analysis(std::span<const std::string> words, const std::filesystem::path& home, std::ostream& err);

/// Whether what a command prints is shown.
enum class Printing { shown, dropped };

/// The same in a process of its own, for which this one waits. Returns its exit code.
int run_analysis_beside(std::span<const std::string> words, const std::filesystem::path& home, std::ostream& err,
                        Printing printing);

}  // namespace gossamer
