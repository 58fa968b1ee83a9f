#include "experiments/run/run_on_ranks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "experiments/configuration/complaint.hpp"
#include "experiments/run/output_files.hpp"
#include "experiments/run/run_in_world.hpp"
#include "experiments/run/run_with_outputs.hpp"
#include "experiments/run/signals.hpp"
#include "experiments/theory/theory.hpp"
#include "experiments/trace/hash.hpp"
#include "experiments/trace/trace_header.hpp"
#include "sim/mpi/mpi_session.hpp"
#ifdef GOSSAMER_MPI
#include "sim/network/shaper.hpp"
#include "sim/ranks/rank_world.hpp"
#endif

namespace gossamer {

#ifdef GOSSAMER_MPI
namespace {

/// The choices that the options leave to the experiment, made.
struct RankChoices {
  RankChoices(const RankOptions& options, const Experiment& experiment)
      : compute{options.compute.value_or(RankOptions::Compute::paced)},
        network{options.network.value_or(experiment.network->shaper() ? RankOptions::Network::shaped
                                                                      : RankOptions::Network::real)},
        all_reduce{options.all_reduce.value_or(RankOptions::AllReduce::played)} {}

  RankOptions::Compute compute;
  RankOptions::Network network;
  RankOptions::AllReduce all_reduce;
};

RankSettings rank_settings_of(const RankChoices& choices, int ranks) {
  return {.ranks = ranks,
          .mpi = MpiSession::library(),
          .compute = computes_on_ranks.name(choices.compute),
          .network = networks_of_ranks.name(choices.network),
          .all_reduce = all_reduces_of_ranks.name(choices.all_reduce)};
}

RankWorld::Setup world_setup(const Experiment& experiment, DataPlane* plane, const RankChoices& choices) {
  return {
      .mixing = experiment.topology.mixing,
      .step_times = *experiment.step_times,
      .network = *experiment.network,
      .plane = plane,
      .payload = experiment.payload,
      .seed = experiment.seed,
      .meetings = {},
      .compute = choices.compute == RankOptions::Compute::real ? RankWorld::Compute::real : RankWorld::Compute::paced,
      .wire = choices.network == RankOptions::Network::real ? RankWorld::Wire::real : RankWorld::Wire::shaped,
      .collective = choices.all_reduce == RankOptions::AllReduce::mpi ? RankWorld::Collective::mpi
                                                                      : RankWorld::Collective::played,
      .all_reduce = experiment.all_reduce,
      .schedule = experiment.topology.schedule.get(),
      .faults = experiment.faults.get(),
      .servers = experiment.servers,
      .samples = local_samples(experiment),
      .optimum = known_minimum(experiment),
      .layers = experiment.layers};
}

/// The content of all files that the experiment refers to. Each rank may have its own copies.
std::uint64_t hash_of_data(const Experiment& experiment) {
  Hash hash;
  std::string chunk(1 << 20, '\0');
  for (const auto& path : experiment.files_read) {
    std::error_code unknown;
    if (same_file(path, experiment.file) || !std::filesystem::is_regular_file(path, unknown)) continue;
    std::ifstream file{path, std::ios::binary};
    while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0)
      hash.add(std::uint64_t{std::hash<std::string_view>{}({chunk.data(), static_cast<std::size_t>(file.gcount())})});
  }
  return hash.value();
}

/// The agreement of all ranks to start, or to end for the same reason.
class Agreement {
 public:
  explicit Agreement(const MpiSession& session) : session_{session} {}

  /// Every rank calls it after it has read the experiment. Throws MpiError if the experiments differ, or if another
  /// rank has an error.
  void conclude_reading(const TraceIdentity& identity, std::uint64_t data) {
    conclude({});
    if (const auto other = session_.first_different(std::stoull(identity.hash(), nullptr, 16)))
      throw MpiError{fmt::format("rank {} has read another experiment than rank 0, or other options", *other)};
    if (const auto other = session_.first_different(data))
      throw MpiError{fmt::format("rank {} has read other data than rank 0", *other)};
    concluded_ = false;
  }

  /// Every rank calls it once after that, with its error, if any. Throws MpiError if another rank has an error.
  void conclude(const std::optional<std::string>& wrong) {
    concluded_ = true;
    const auto words = session_.first_complaint(wrong);
    if (words && !wrong) throw MpiError{*words};
  }
  bool concluded() const { return concluded_; }

 private:
  const MpiSession& session_;
  bool concluded_ = false;
};

/// The exit code of a rank other than 0. Only rank 0 detects divergence.
ExitCode exit_code(const End& end) {
  if (end.reason == End::Reason::interrupted) return ExitCode::interrupted;
  if (end.reason == End::Reason::stuck) return ExitCode::stuck;
  return ExitCode::success;
}

ExitCode run_on_this_rank(const RunOptions& options, const Catalogue& catalogue, MpiSession& session,
                          Agreement& agreement, std::ostream& out, std::ostream& err) {
  const auto start = std::chrono::steady_clock::now();
  Experiment experiment = read_experiment(options.file, options.overrides, catalogue);
  if (experiment.targets.judge == Judge::steps)
    refuse({experiment.file, "/stop/judge"}, "ranks cannot look at all models after each step, since they would wait",
           "\"records\", or a run in virtual time");
  if (options.theory && session.rank() == 0) experiment.theory = theory_json(experiment);
  const RankChoices choices{options.ranks, experiment};
  const RankSettings rank_settings = rank_settings_of(choices, session.ranks());
  agreement.conclude_reading(identity_of(experiment, &rank_settings), hash_of_data(experiment));
  // Models are handles to versions of `plane`, which therefore outlives the world.
  const auto plane = make_plane(experiment, std::max(1, options.threads));
  const RankWorld::Setup setup = world_setup(experiment, plane.get(), choices);
  RankWorld::check(session, setup);
  if (session.rank() > 0) {
    const RunUnderSignals run_under_signals{{}};  // rank 0 ends the run
    agreement.conclude({});
    RankWorld world{session, setup};
    return exit_code(world.run(experiment.program, experiment.limits, nullptr, &RunUnderSignals::interrupted()));
  }
  return run_with_outputs(
      options, experiment, identity_of(experiment, &rank_settings), {nullptr, out, err},
      [&](TraceWriter& trace, const RunSettings& settings) {
        trace.write(header_of(experiment, rank_settings, provenance(settings.threads, settings.command)));
        agreement.conclude({});
        RankWorld world{session, setup};
        RunEnd end = run_in_world(experiment, world, plane.get(), trace, settings, start);
        end.lateness = {.mean = world.lateness().mean, .max = world.lateness().max};
        trace.write(end);
        return end;
      });
}

}  // namespace

ExitCode run_on_ranks(const RunOptions& options, const Catalogue& catalogue, std::ostream& out, std::ostream& err) {
  MpiSession session;
  Agreement agreement{session};
  try {
    const ExitCode code = run_on_this_rank(options, catalogue, session, agreement, out, err);
    ignore_signals();
    return code;
  } catch (const std::exception& error) {
    ignore_signals();
    if (!agreement.concluded()) agreement.conclude(error.what());
    throw;
  }
}

#else

ExitCode run_on_ranks(const RunOptions&, const Catalogue&, std::ostream&, std::ostream&) {
  throw MpiError{
      "this program was built without MPI, which --world mpi needs\n"
      "  expected the packages openmpi-bin and libopenmpi-dev; with them, build again"};
}

#endif

}  // namespace gossamer
