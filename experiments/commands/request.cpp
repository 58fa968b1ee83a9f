#include "experiments/commands/request.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <variant>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "experiments/commands/analysis_commands.hpp"
#include "experiments/configuration/quantity.hpp"

namespace gossamer {
namespace {

/// Adds the options that change keys of a file: --set, and --seed, which is short for --set /seed.
CLI::Option* add_overrides(CLI::App& command, std::vector<std::string>& overrides) {
  const auto append = [&overrides](const std::vector<std::string>& texts) {
    overrides.insert(overrides.end(), texts.begin(), texts.end());
  };
  CLI::Option* const set =
      command
          .add_option_function<std::vector<std::string>>(
              "--set", append,
              "/json/pointer=value: replaces or creates a key of the file; the value is JSON or else text")
          ->type_name("/POINTER=VALUE")
          ->allow_extra_args(false);
  const auto seed = [&overrides](const std::int64_t& number) {
    const auto is_seed = [](const std::string& text) { return text.starts_with("/seed="); };
    if (const auto other = std::find_if(overrides.begin(), overrides.end(), is_seed); other != overrides.end())
      throw CLI::ValidationError{"--seed",
                                 fmt::format("{} and --set {} are both given, expected one of them", number, *other)};
    overrides.push_back(fmt::format("/seed={}", number));
  };
  command
      .add_option_function<std::int64_t>("--seed", seed,
                                         "of all randomness, instead of the file's: short for --set /seed=N")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->type_name("N");
  return set;
}

/// A quantity given for an option, such as a duration: "2 ms".
double quantity_of(const char* option, const std::string& text, Unit unit) {
  const auto quantity = parse_quantity(text, unit);
  const QuantityWords words = quantity_words(unit);
  if (const auto* const wrong = std::get_if<NotAQuantity>(&quantity))
    throw CLI::ValidationError{
        option, fmt::format("\"{}\" {}, expected {} such as \"{}\"", text, wrong->why, words.noun, words.example)};
  const double number = std::get<double>(quantity);
  if (number < 0) throw CLI::ValidationError{option, fmt::format("\"{}\" is below zero", text)};
  return number;
}

std::string example_of(Unit unit) { return fmt::format("\"{}\"", quantity_words(unit).example); }

/// An option of the timeline that is a quantity.
template <class T>
void add_quantity(CLI::App& command, const char* name, T& value, Unit unit, const char* sentence) {
  const auto read = [name, unit, &value](const std::string& text) {
    value = static_cast<T>(quantity_of(name, text, unit));
  };
  command.add_option_function<std::string>(name, read, sentence)->type_name(example_of(unit))->needs("--timeline");
}

void add_timeline(CLI::App& command, RunOptions& options) {
  TimelineScope& scope = options.timeline_scope;
  command.add_option("--timeline", options.timeline, "writes what every node does, for Perfetto and chrome://tracing")
      ->type_name("TIMELINE.json");
  const auto read_nodes = [&scope](const std::string& text) {
    try {
      scope.nodes = shown_nodes_of(text);
    } catch (const InputError& error) {
      throw CLI::ValidationError{"--timeline-nodes", error.what()};
    }
  };
  command
      .add_option_function<std::string>(
          "--timeline-nodes", read_nodes,
          fmt::format("shows at most so many nodes, chosen evenly (default: {}), or these: 3,7,12-15",
                      scope.nodes.most))
      ->type_name("COUNT|NODES")
      ->needs("--timeline");
  add_quantity(command, "--timeline-from", scope.from, Unit::seconds, "shows nothing before this virtual time");
  add_quantity(command, "--timeline-to", scope.to, Unit::seconds, "shows nothing after it");
  add_quantity(command, "--timeline-size", scope.size, Unit::bytes, "ends the timeline at this size (default: 100 MB)");
  command.callback([&scope] {
    if (scope.from >= scope.to) throw CLI::ValidationError{"--timeline-from", "is not before --timeline-to"};
  });
}

/// An option with the names of an enumeration's values. `target` is such a value, or empty until the option is given.
template <class Target, class E>
void add_choice(CLI::App& command, const char* option, Target& target, const Choices<E>& choices,
                const char* sentence) {
  const auto assign = [&target, &choices](const std::string& name) { target = choices.value(name); };
  command.add_option_function<std::string>(option, assign, sentence)
      ->check(CLI::IsMember(choices.texts()))
      ->type_name(fmt::format("{}", fmt::join(choices.texts(), "|")));
}

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App& command = *app.add_subcommand("run", "run an experiment and write its trace");
  command.add_option("file", options.file, "an experiment file, or a trace to run again")->required();
  add_overrides(command, options.overrides);
  command.add_option("--threads", options.threads, "for arithmetic; all that there are where not given")
      ->check(CLI::Range(1, 4096));
  command.add_option("--out", options.out, "the trace to write")->type_name("TRACE.jsonl");
  command.add_flag("--force", options.force, "overwrites what other runs have left in the files to write");
  command.add_option("--models", options.models, "where to write the models at the end, n x d")->type_name("X.npy");
  command.add_flag("--theory", options.theory, "puts the constants of theory into the trace's header");
  command.add_flag("--quiet", options.quiet, "neither progress nor warnings nor summary");
  add_choice(command, "--progress", options.progress, progress_styles,
             "how the standard error shows progress, even with --quiet (default: a bar on a terminal, else lines)");
  add_choice(command, "--world", options.world, worlds, "virtual nodes, or the real ranks that mpirun has started");
  add_choice(command, "--compute", options.ranks.compute, computes_on_ranks,
             "on real ranks: a gradient takes the law's time (default), or its own");
  add_choice(command, "--network", options.ranks.network, networks_of_ranks,
             "on real ranks: messages take the model's time (default), or their own");
  add_choice(command, "--all-reduce", options.ranks.all_reduce, all_reduces_of_ranks,
             "on real ranks: message by message between nodes (default), or by MPI itself");
  add_timeline(command, options);
}

void add_moments(CLI::App& app, RunOptions& options) {
  CLI::App& command =
      *app.add_subcommand("moments", "write a trace of exact expectations over the noise of gradients, for quadratics");
  command.add_option("file", options.file, "an experiment file, or a trace of a run")->required();
  add_overrides(command, options.overrides);
  command.add_option("-o,--out", options.out, "the trace to write; the file's name with -moments if not given")
      ->type_name("TRACE.jsonl");
  command.add_flag("--force", options.force, "overwrites what other runs have left in the file to write");
  command.add_flag("--quiet", options.quiet, "neither progress nor warnings nor summary");
}

/// "2/8": part 2 of 8.
Shard shard_of(const std::string& text) {
  Shard shard;
  char slash = 0, more = 0;
  std::istringstream stream{text};
  const bool is_shard = stream >> shard.number >> slash >> shard.count && !(stream >> more) && slash == '/';
  if (!is_shard || shard.number < 1 || shard.number > shard.count)
    throw CLI::ValidationError{"--shard", fmt::format("\"{}\" is no part, expected one such as 1/8 or 8/8", text)};
  return shard;
}

/// Adds an option that may be given several times, once for each of its values.
void add_repeated(CLI::App& command, const char* name, std::vector<std::string>& values, const char* type,
                  const char* sentence) {
  const auto append = [&values](const std::vector<std::string>& given) {
    values.insert(values.end(), given.begin(), given.end());
  };
  command.add_option_function<std::vector<std::string>>(name, append, sentence)
      ->type_name(type)
      ->allow_extra_args(false);
}

void add_sweep(CLI::App& app, Request& request) {
  SweepCommand& options = request.sweep;
  CLI::App& command = *app.add_subcommand("sweep", "run an experiment with all combinations of some keys' values");
  command.add_option("file", options.sweep.file, "a sweep file, or an experiment file whose keys --over varies")
      ->required();
  command.add_option("-o,--out", options.folder, "the folder of the results; the file's name with -sweep if not given")
      ->type_name("FOLDER");
  add_repeated(command, "--over", options.sweep.over, "KEY=VALUES",
               "an axis: topology=ring,torus:rows=8,columns=8 or /algorithm/local_steps=1..64:x2");
  add_repeated(command, "--derive", options.sweep.derive, "KEY=EXPRESSION",
               "a key that follows from others: /topology/rows=sqrt(n)");
  add_repeated(command, "--set", options.sweep.set, "/POINTER=VALUE", "changes a key in all runs, as of gossamer run");
  command.add_option("--seeds", options.sweep.seeds, "how many seeds each cell has, or which: 5, or 3,4,5")
      ->type_name("N");
  add_repeated(command, "--target", options.sweep.targets, "QUANTITY=VALUE",
               "what the table compares: the time, bytes and node-steps to train_loss=0.5");
  add_repeated(command, "--baseline", options.sweep.baseline, "AXIS=LABEL",
               "the cells with which the table compares the others: topology=ring");
  command.add_option("--jobs", options.jobs, "runs at a time; chosen by short trials if not given")
      ->check(CLI::Range(1, 4096));
  command.add_option("--threads", options.threads, "cores to use in all; all that there are if not given")
      ->check(CLI::Range(1, 4096));
  command
      .add_option_function<std::string>(
          "--shard", [&options](const std::string& text) { options.shard = shard_of(text); },
          "makes only part i of n of the runs")
      ->type_name("i/n");
  add_choice(command, "--print", options.print, scripts_of_sweeps,
             "prints a script with which Slurm or Snakemake makes the runs, and does nothing else");
  add_repeated(command, "--only", options.only, "ID", "");
  command.get_option("--only")->group("");
  command.add_flag("--dry-run", options.dry_run, "checks everything and prints the cells");
  command.add_flag("--retry-failed", options.retry_failed, "makes runs again that have failed");
  command.add_flag("--quiet", options.quiet, "neither progress nor summary nor table");
  command.add_flag("!--no-table", request.sweep_table)->group("");
}

void add_calibrate(CLI::App& app, CalibrateOptions& options) {
  CLI::App& command =
      *app.add_subcommand("calibrate", "measure the ranks that mpirun has started; write a machine file");
  command.add_option("-o,--out", options.out, "the machine file, which an experiment's \"machine\" names")
      ->capture_default_str();
  command.add_flag("--force", options.force,
                   "writes a calibration that is beyond its limits, and over a file that is no machine file");
  command.add_option("--model", options.model, "the experiment whose steps are measured too")->type_name("EXPERIMENT");
  add_overrides(command, options.overrides)->needs("--model");
  command.get_option("--seed")->needs("--model");
  command.add_option("--seconds", options.seconds, "about how long to measure")
      ->check(CLI::Range(0.5, 3600.0))
      ->capture_default_str();
}

void add_topology(CLI::App& app, TopologyCommand& options) {
  CLI::App& command = *app.add_subcommand("topology", "what is to be said of a graph and its mixing matrix");
  command
      .add_option("source", options.source,
                  "an experiment file, a block as JSON, or kind:key=value,… such as torus:rows=8,columns=8")
      ->required();
  add_overrides(command, options.overrides);
  command.add_flag("--spectrum", options.spectrum, "the spectrum of a large graph, too, which can take minutes");
  command
      .add_option(
          "--decay", options.decay,
          "of effective neighbors (default: 0.95): per node and exactly up to 4,000 nodes, which can take minutes")
      ->type_name("GAMMA");
  command.add_flag("--json", options.json, "prints facts, spectrum and edges for programs");
  command.add_option("--matrix", options.matrix, "writes W, n x n")->type_name("W.npy");
  command.add_option("--dot", options.dot, "writes the graph for Graphviz")->type_name("FILE");
  command.add_option("--graphml", options.graphml, "writes the graph as GraphML")->type_name("FILE");
  command
      .add_option("--matchings", options.matchings,
                  "writes the matchings of matcha, as its own \"matchings\" reads them")
      ->type_name("FILE");
}

void add_collectives(CLI::App& app, CollectivesCommand& options) {
  CLI::App& command = *app.add_subcommand(
      "collectives", "what collectives take on a network, by formula and played message by message");
  command
      .add_option("sources", options.sources,
                  "experiment files, or network blocks as JSON or kind:key=value,… such as \"nic:latency=1 ms\"")
      ->required();
  add_overrides(command, options.overrides);
  const auto read = [&options](const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      options.sizes.push_back(static_cast<Bytes>(quantity_of("--size", text, Unit::bytes)));
  };
  command
      .add_option_function<std::vector<std::string>>(
          "--size", read, "of a vector; may be given again (default: the experiment's payload, else 1 MB)")
      ->type_name(example_of(Unit::bytes))
      ->allow_extra_args(false);
  command.add_option("--nodes", options.nodes, "how many (default: the experiment's, else 16)")
      ->check(CLI::Range(NodeId{1}, std::numeric_limits<NodeId>::max()))
      ->type_name("COUNT");
}

void add_worst_case(CLI::App& app, WorstCaseCommand& options) {
  using Output = WorstCaseCommand::Output;
  CLI::App& command = *app.add_subcommand(
      "worstcase", "prove the exact worst case of an algorithm over a class of problems, from its own source");
  command.add_option("file", options.file, "an experiment file or a trace")->required();
  add_overrides(command, options.overrides);
  command.add_option("--rounds", options.rounds, "K, the rounds after which the measure is taken")
      ->check(CLI::Range(1, 1000))
      ->type_name("K")
      ->capture_default_str();
  add_choice(command, "--measure", options.measure, worst_measures,
             "what is maximized: f(mean model) - f* (default), or squared distances, or |grad f|^2");
  add_repeated(command, "--class", options.constants, "L=,mu=,R=,zeta=,delta=",
               "the class of problems; constants not given are the experiment's if it knows them, else 1, and mu = 0");
  command
      .add_option("--spectrum", options.spectrum,
                  "the W: those of the graph, all with eigenvalues in the graph's interval, or in [l, u]")
      ->type_name("graph|interval|l,u")
      ->capture_default_str();
  command.add_flag("--changing", options.changing, "another W with eigenvalues in [l, u] in each round");
  add_choice(command, "--start", options.start, symbolic_starts, "one model at all nodes (default), or any at each");
  add_repeated(command, "--over", options.over, "NAME=VALUES",
               "a table over K, lambda, L, mu, R, zeta, delta or a key: lambda=0.1..0.9:+0.1 or step_size=0.1,0.2");
  command
      .add_option_function<std::string>(
          "--curve",
          [&options](const std::string& range) {
            options.over.push_back(range.starts_with("K=") ? range : "K=" + range);
          },
          "a table over rounds, short for --over K=1..20")
      ->type_name("K=1..20");
  command
      .add_option("--instance", options.instance,
                  "writes the problem that attains the worst case to a folder, as experiment.json and its files")
      ->type_name("FOLDER");
  command.add_option("--tune", options.tuned, "finds the value of a setting with the least worst case")
      ->type_name("step_size");
  command.add_option("--compare", options.compared, "a table of algorithms, each with its best step_size or --tune")
      ->type_name("A,B,C");
  command.add_flag("--rate", options.rate, "the factor per round, too: the root of the ratio at K + 2 and K rounds");
  const auto choose = [&command, &options](const char* name, Output output, const char* sentence) {
    command.add_flag_callback(
        name, [&options, output] { options.output = output; }, sentence);
  };
  choose("--json", Output::json, "prints the same for programs");
  choose("--csv", Output::csv, "prints a table with commas");
}

void add_new(CLI::App& app, NewProject& project) {
  CLI::App& command =
      *app.add_subcommand("new", "write a project of its own: an algorithm or a model, a test, a program");
  command.add_option("kind", project.kind, "algorithm or model")->required();
  command.add_option("name", project.name, "of the algorithm or model, and of the new folder: such as my_sgd")
      ->required();
}

}  // namespace

void describe(CLI::App& app, Request& request) {
  app.require_subcommand(0, 1);
  app.footer(fmt::format(
      "Exit codes: {} all is well, {} a bug, {} bad input or a file that cannot be written, {} a run diverged,\n"
      "{} a run is stuck, {} a signal ended it.",
      code_of(ExitCode::success), code_of(ExitCode::internal), code_of(ExitCode::bad_input),
      code_of(ExitCode::diverged), code_of(ExitCode::stuck), code_of(ExitCode::interrupted)));
  app.set_version_flag("--version", "gossamer " GOSSAMER_VERSION);
  add_run(app, request.run);
  add_sweep(app, request);
  add_moments(app, request.moments);
  CLI::App& check = *app.add_subcommand(
      "check", "validate an experiment; print it with every default filled in, and facts to the standard error");
  check.add_option("file", request.check.file, "an experiment file or a trace")->required();
  add_overrides(check, request.check.overrides);
  check.add_flag("--theory", request.check.theory,
                 "also the constants of theory: L, mu, sigma^2, zeta^2, the spectrum");
  check.add_flag("--json", request.check.json, "prints these constants alone, for programs")->needs("--theory");
  CLI::App& list = *app.add_subcommand("list", "what there is: algorithms, topologies, models, data, …");
  list.add_option("kind", request.list.kind, "one of these; all if not given");
  list.add_flag("--json", request.list.json, "prints the same for programs");
  CLI::App& explain = *app.add_subcommand(
      "explain", "what a name means: an entry with its paper and settings, a block, a key, a symbol");
  explain
      .add_option("name", request.explained,
                  "what `gossamer list` shows, a key of an experiment file or a trace, a symbol, another tool's word")
      ->required();
  explain.add_flag("--json", request.explained_as_json, "prints the same for programs");
  add_topology(app, request.topology);
  add_collectives(app, request.collectives);
  add_worst_case(app, request.worst_case);
  add_calibrate(app, request.calibrate);
  add_new(app, request.project);
  add_analysis_commands(app);
  app.add_subcommand("test", "build and run every test of Gossamer's repository")->prefix_command()->set_help_flag();
  CLI::App& help = *app.add_subcommand("help", "the options of a command, or what `explain` has on any other name");
  help.add_option("name", request.helped, "a command, or a name for `explain`");
}

}  // namespace gossamer
