#include "experiments/commands/analysis_commands.hpp"

#include <algorithm>
#include <cerrno>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "experiments/commands/home_folder.hpp"
#include "experiments/run/launched_ranks.hpp"

namespace gossamer {
namespace {

struct AnalysisCommand {
  const char* name;
  const char* sentence;
  bool starts_program;  ///< this one, as for runs, or for graphs
};

constexpr AnalysisCommand commands[] = {
    {"demo", "compare three algorithms on a torus with stragglers: traces, a table and a picture", true},
    {"plot", "draw traces, sweeps, timelines (a row for each node, arrows for messages) or a machine file", true},
    {"table", "print what runs needed to reach targets, and their ends, with intervals over seeds", false},
    {"report", "write one page on a sweep or on traces: the answer, curves, maps, graphs, tables", true},
    {"study", "run a folder's experiments, check its paper's claims, draw its pictures", true},
    {"crosscheck", "run an experiment in virtual time and on MPI ranks, and compare", true},
    {"theory", "print what theory predicts of runs beside what they measured, with the evidence", false},
    {"validate", "run small experiments whose results are known in closed form, and compare", true},
    {"advise", "rank graphs, averaging periods and algorithms by theory, and run the best five", true},
    {"python", "start Python, a script or a notebook in which `import gossamer` works", true},
};

/// Debian's Python. Packages of the user may not fit Debian's NumPy and Matplotlib.
constexpr const char* python = "/usr/bin/python3";

const AnalysisCommand* find(const std::string& name) {
  const auto* const found =
      std::find_if(std::begin(commands), std::end(commands), [&](const auto& command) { return command.name == name; });
  return found == std::end(commands) ? nullptr : found;
}

/// "help plot" means "plot --help".
std::vector<std::string> without_help(std::span<const std::string> words) {
  if (words.size() > 1 && words[0] == "help") return {words[1], "--help"};
  return {words.begin(), words.end()};
}

/// Python without the user's own packages and settings (-I), which leaves no files beside the package (-B).
std::vector<std::string> command_line_of(const AnalysisCommand& command, std::span<const std::string> words,
                                         const std::filesystem::path& package) {
  std::vector<std::string> line{python, "-I", "-B", package.string(), command.name};
  if (command.starts_program) line.insert(line.end(), {"--program", this_program().string()});
  line.insert(line.end(), words.begin() + 1, words.end());
  return line;
}

/// Returns only if the program cannot be started.
void replace_process(std::vector<std::string> line) {
  std::vector<char*> pointers;
  for (std::string& word : line) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(pointers[0], pointers.data());
}

/// Refuses in a sentence that names the command. Returns the exit code.
int refused(const AnalysisCommand& command, const std::string& sentence, std::ostream& err) {
  constexpr int bad_input = 2;
  err << fmt::format("gossamer {}: {}\n", command.name, sentence);
  return bad_input;
}

/// Becomes the command. Returns only if that cannot be.
int become(const AnalysisCommand& command, std::span<const std::string> words, const std::filesystem::path& home,
           std::ostream& err) {
  const std::filesystem::path package = home / "analysis";
  if (std::error_code error; !std::filesystem::exists(package, error))
    return refused(
        command,
        fmt::format("there is no folder \"{}\"\n  expected an installation by `cmake --install`, which has it",
                    package.string()),
        err);
  err.flush();
  replace_process(command_line_of(command, words, package));
  return refused(command,
                 fmt::format("cannot start {}: {}\n  expected Debian's packages python3, python3-numpy and "
                             "python3-matplotlib",
                             python, std::generic_category().message(errno)),
                 err);
}

}  // namespace

void add_analysis_commands(CLI::App& app) {
  for (const AnalysisCommand& command : commands)
    app.add_subcommand(command.name, command.sentence)->prefix_command()->set_help_flag();
}

bool asks_for_analysis(std::span<const std::string> words) {
  const std::vector<std::string> meant = without_help(words);
  return !meant.empty() && find(meant.front());
}

int run_analysis(std::span<const std::string> words, const std::filesystem::path& home, std::ostream& err) {
  const std::vector<std::string> meant = without_help(words);
  const AnalysisCommand& command = *find(meant.front());
  if (const LaunchedRanks ranks = launched_ranks(); ranks.count > 1) {
    if (ranks.rank > 0) return 0;  // with another code, mpirun could end the rank that reports
    return refused(
        command,
        fmt::format("{} ranks have been started, and each would do all of it\n  expected a start without mpirun",
                    ranks.count),
        err);
  }
  return become(command, meant, home, err);
}

int run_analysis_beside(std::span<const std::string> words, const std::filesystem::path& home, std::ostream& err,
                        Printing printing) {
  constexpr int killed = 128;  // as a shell reports a signal
  err.flush();
  const pid_t child = fork();
  if (child == 0) {
    if (printing == Printing::dropped) dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    _exit(become(*find(words.front()), words, home, err));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 2;
  return WIFEXITED(status) ? WEXITSTATUS(status) : killed + WTERMSIG(status);
}

}  // namespace gossamer
