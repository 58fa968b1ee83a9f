#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/proof/proof_error.hpp"
#include "sim/proof/semidefinite_program.hpp"

namespace gossamer {
namespace {

/// csdp reads this file in its working folder. Its own defaults leave gaps of 10⁻⁸ and perturb the objective.
constexpr std::string_view parameters =
    "axtol=1.0e-9\natytol=1.0e-9\nobjtol=1.0e-9\npinftol=1.0e9\ndinftol=1.0e9\nmaxiter=150\nminstepfrac=0.90\n"
    "maxstepfrac=0.97\nminstepp=1.0e-12\nminstepd=1.0e-12\nusexzgap=1\ntweakgap=0\naffine=0\nprintlevel=1\nperturbobj=0\n"
    "fastmode=0\n";

/// csdp's exit codes.
constexpr std::array statuses{"success",
                              "primal infeasible",
                              "dual infeasible",
                              "partial success",
                              "too many iterations",
                              "stuck at the edge of primal feasibility",
                              "stuck at the edge of dual feasibility",
                              "no progress",
                              "a singular matrix",
                              "not a number"};

/// A folder that is removed with all its files.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gossamer-proof-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      throw ProofError{fmt::format("{}: no temporary folder for csdp: {}", pattern, std::strerror(errno))};
    path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path file(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  if (!file.flush()) throw ProofError{fmt::format("{}: cannot be written", path.string())};
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// This process's environment with one thread for csdp, whose sums depend on the number of threads.
std::vector<std::string> environment_of_one_thread() {
  std::vector<std::string> result{"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"};
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text{*variable};
    if (!text.starts_with("OMP_NUM_THREADS=") && !text.starts_with("OPENBLAS_NUM_THREADS=")) result.emplace_back(text);
  }
  return result;
}

/// Runs csdp in the folder, and returns its exit code.
int run_csdp(const ScratchFolder& folder) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.path().c_str());
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::array<std::string, 3> words{"csdp", "s.dat-s", "s.sol"};
  std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
  std::vector<std::string> variables = environment_of_one_thread();
  std::vector<char*> environment;
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, "csdp", &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    throw ProofError{
        "csdp is not installed, which solves the semidefinite programs of worst cases\n"
        "  expected a program csdp in PATH, such as that of Debian's package coinor-csdp"};
  if (error != 0) throw ProofError{fmt::format("csdp cannot be started: {}", std::strerror(error))};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(status)) throw ProofError{"csdp was ended by a signal"};
  return WEXITSTATUS(status);
}

}  // namespace

SemidefiniteSolution solve(const SemidefiniteProgram& program) {
  const ScratchFolder folder;
  write_text(folder.file("s.dat-s"), sdpa_file(program));
  write_text(folder.file("param.csdp"), parameters);
  const int code = run_csdp(folder);
  const std::string status = static_cast<std::size_t>(code) < statuses.size()
                                 ? statuses[static_cast<std::size_t>(code)]
                                 : fmt::format("exit code {}", code);
  const std::string text = read_text(folder.file("s.sol"));
  if (text.empty()) throw ProofError{fmt::format("csdp found no solution: {}", status)};
  SemidefiniteSolution solution = read_solution(program, text);
  solution.status = status;
  return solution;
}

}  // namespace gossamer
