#include "experiments/commands/command_line.hpp"

#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "experiments/commands/analysis_commands.hpp"
#include "experiments/commands/calibrate.hpp"
#include "experiments/commands/check.hpp"
#include "experiments/commands/collectives.hpp"
#include "experiments/commands/explain.hpp"
#include "experiments/commands/list.hpp"
#include "experiments/commands/misuse.hpp"
#include "experiments/commands/new_project.hpp"
#include "experiments/commands/printable.hpp"
#include "experiments/commands/request.hpp"
#include "experiments/commands/topology.hpp"
#include "experiments/commands/worst_case.hpp"
#include "experiments/run/launched_ranks.hpp"
#include "experiments/run/moments.hpp"
#include "experiments/run/run.hpp"
#include "experiments/sweep/sweep.hpp"
#include "sim/ground/input_error.hpp"
#include "sim/mpi/mpi_session.hpp"

namespace gossamer {
namespace {

constexpr int success = code_of(ExitCode::success), internal = code_of(ExitCode::internal),
              bad_input = code_of(ExitCode::bad_input);

bool uses_ranks(const CLI::App& app, const Request& request) {
  return app.got_subcommand("calibrate") || app.got_subcommand("sweep") ||
         (app.got_subcommand("run") && request.run.world == RunOptions::World::mpi);
}

/// Refuses `run` if several ranks have been started for a command that does not use them. Each rank would run a copy,
/// and the copies would overwrite one trace.
void refuse_copies(const CLI::App& app, const LaunchedRanks& ranks) {
  if (!app.got_subcommand("run") && !app.got_subcommand("moments")) return;
  throw MpiError{
      fmt::format("{} ranks have been started, and each would run all of this experiment\n"
                  "  expected --world mpi, or a run without mpirun",
                  ranks.count)};
}

/// The options of a command, or the explanation of any other name.
void help_command(const CLI::App& app, const std::vector<std::string>& names, const Catalogue& catalogue,
                  std::ostream& out) {
  const auto is_meant = [&](const CLI::App* command) { return command->get_name() == names.front(); };
  if (names.empty()) {
    out << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);  // app.help() is of `help`
  } else if (const auto commands = app.get_subcommands(is_meant); !commands.empty()) {
    out << commands.front()->help(app.get_name());
  } else {
    explain_command({.name = fmt::format("{}", fmt::join(names, " "))}, catalogue, out);
  }
}

/// The sweep, and then, unless runs are still missing, its table.
int sweep_command(const Request& request, const RunOutputs& surroundings, std::ostream& out, std::ostream& err) {
  SweepCounts counts;
  const ExitCode code = sweep(request.sweep, surroundings.catalogue, out, err, counts);
  const bool is_complete = counts.done + counts.failed == counts.all && counts.done > 0;
  if (!request.sweep_table || request.sweep.dry_run || !is_complete || code == ExitCode::interrupted)
    return code_of(code);
  out.flush();
  const std::vector<std::string> table{"table", folder_of(request.sweep).string(), "--save"};
  const Printing printing = request.sweep.quiet ? Printing::dropped : Printing::shown;
  const int code_of_table = run_analysis_beside(table, surroundings.home, err, printing);
  return code == ExitCode::success ? code_of_table : code_of(code);
}

int answer(const CLI::App& app, const Request& request, const RunOutputs& surroundings, std::ostream& out,
           std::ostream& err) {
  const Catalogue& catalogue = surroundings.catalogue;
  if (const LaunchedRanks ranks = launched_ranks(); ranks.count > 1 && !uses_ranks(app, request)) {
    // With any other code, mpirun could end the rank that answers before it does.
    if (ranks.rank > 0) return success;
    refuse_copies(app, ranks);
  }
  if (app.got_subcommand("run")) return code_of(run(request.run, out, err, catalogue));
  if (app.got_subcommand("moments")) return code_of(moments_command(request.moments, catalogue, out, err));
  if (app.got_subcommand("sweep")) return sweep_command(request, surroundings, out, err);
  if (app.got_subcommand("calibrate")) {
    calibrate_command(request.calibrate, catalogue, out);
  } else if (app.got_subcommand("check")) {
    check_command(request.check, {.json = out, .facts = err}, catalogue);
  } else if (app.got_subcommand("list")) {
    list_command(request.list, catalogue, surroundings.home, out);
  } else if (app.got_subcommand("explain")) {
    explain_command({fmt::format("{}", fmt::join(request.explained, " ")), request.explained_as_json}, catalogue, out);
  } else if (app.got_subcommand("topology")) {
    topology_command(request.topology, catalogue, out);
  } else if (app.got_subcommand("collectives")) {
    collectives_command(request.collectives, catalogue, out);
  } else if (app.got_subcommand("worstcase")) {
    worst_case_command(request.worst_case, catalogue, out);
  } else if (app.got_subcommand("new")) {
    new_command(request.project, catalogue, surroundings.home, out);
  } else if (app.got_subcommand("help")) {
    help_command(app, request.helped, catalogue, out);
  } else if (app.got_subcommand("test")) {
    err << "test is a command of Gossamer's repository alone: ./gossamer test\n";
    return bad_input;
  } else {
    out << app.help();
  }
  return success;
}

/// The command's main argument, such as its file; empty if it has none.
std::string subject(const CLI::App& app, const Request& request) {
  if (app.got_subcommand("run")) return request.run.file.string();
  if (app.got_subcommand("moments")) return request.moments.file.string();
  if (app.got_subcommand("sweep")) return request.sweep.sweep.file.string();
  if (app.got_subcommand("check")) return request.check.file.string();
  if (app.got_subcommand("topology")) return request.topology.source;
  if (app.got_subcommand("worstcase")) return request.worst_case.file;
  if (app.got_subcommand("collectives")) return fmt::format("{}", fmt::join(request.collectives.sources, ", "));
  if (app.got_subcommand("calibrate") && request.calibrate.model) return request.calibrate.model->string();
  return "";
}

std::string lack_of_memory(const CLI::App& app, const Request& request) {
  const std::string about = subject(app, request);
  return fmt::format("{}{}there is not enough memory for this", about, about.empty() ? "" : ": ");
}

int guarded(const CLI::App& app, const Request& request, const RunOutputs& surroundings, std::ostream& out,
            std::ostream& err) {
  const auto print_error = [&err](std::string_view message, int code) {
    err << printable(message) << '\n';
    return code;
  };
  try {
    const int code = answer(app, request, surroundings, out, err);
    out.flush();
    return code;
  } catch (const InputError& error) {
    return print_error(error.what(), bad_input);
  } catch (const std::bad_alloc&) {
    return print_error(lack_of_memory(app, request), bad_input);
  } catch (const std::length_error&) {
    return print_error(lack_of_memory(app, request), bad_input);
  } catch (const std::exception& error) {
    return print_error(fmt::format("internal error: {}", error.what()), internal);
  }
}

}  // namespace

int command_line(const RunOutputs& surroundings, std::span<const std::string> arguments, std::ostream& out,
                 std::ostream& err) {
  const Catalogue& catalogue = surroundings.catalogue;
  Request request;
  CLI::App app{"Gossamer simulates decentralized SGD on thousands of virtual nodes in virtual time.", "gossamer"};
  describe(app, request);
  if (const auto sentence = unknown_command(app, arguments, catalogue)) {
    err << printable(*sentence) << '\n';
    return bad_input;
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes words from the back
  } catch (const CLI::Success& wish) {
    app.exit(wish, out, err);
    return success;
  } catch (const CLI::ParseError& error) {
    err << printable(misuse(app, error, catalogue)) << '\n';
    return bad_input;
  }
  request.run.command = {"gossamer"};
  request.run.command.insert(request.run.command.end(), arguments.begin(), arguments.end());
  request.moments.command = request.sweep.command = request.run.command;
  return guarded(app, request, surroundings, out, err);
}

}  // namespace gossamer
