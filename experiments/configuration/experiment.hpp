#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/dataset_cache.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/seeds.hpp"
#include "experiments/trace/local_scores.hpp"
#include "sim/compute/step_times.hpp"
#include "sim/faults/faults.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"
#include "sim/learning/data/partition.hpp"
#include "sim/learning/models/initial_params.hpp"
#include "sim/learning/problem.hpp"
#include "sim/network/network.hpp"
#include "sim/node.hpp"
#include "sim/numerics/codec.hpp"
#include "sim/world/run_state.hpp"
#include "topologies/registry.hpp"

namespace gossamer {

/// The scalar type in which models are computed; `off` leaves a pure timing simulation.
enum class Numerics { off, float32, float64 };

/// The instants after time zero at which targets are judged: every sample of the trace, or every step of any node.
enum class Judge { records, steps };

/// Targets that are judged by the models. Losses and distances are reached when they are at most the target, accuracies
/// when they are at least the target; so is `mean_node_steps`, which needs no models.
struct StopTargets {
  std::optional<double> train_loss;
  std::optional<double> consensus_distance;   ///< Γ = Σ_i ‖x_i − x̄‖², a sum over nodes
  std::optional<double> mean_node_steps;      ///< node-steps per node, on average; `epochs` in steps
  std::optional<double> accuracy = {};        ///< of the mean model: in the test if there is one, else in training
  std::optional<double> local_loss = {};      ///< of own models, on average over the scored nodes
  std::optional<double> local_accuracy = {};  ///< the same
  Judge judge = Judge::records;

  bool any_of_models() const { return train_loss || consensus_distance || accuracy || local_loss || local_accuracy; }
};

/// Whether all nodes or none get a record of their own at the end of a trace.
enum class NodeRecords { all, none };

/// The times and the contents of records. Exactly one of the two intervals is set.
struct RecordSettings {
  std::optional<Seconds> every;            ///< of virtual time
  std::optional<double> every_node_steps;  ///< node-steps per node, on average
  std::optional<Index> train_samples;      ///< size of the fixed random subset that is evaluated; empty: all
  bool test = true;                        ///< whether the test part is evaluated as well
  bool gradient_norm = true;               ///< whether ‖∇f(x̄)‖ is computed
  bool constants = false;                  ///< whether L, μ, σ², ζ² and ζ*² are computed for the header
  NodeRecords nodes = NodeRecords::all;
  LocalScoring local = {};
};

/// Everything that one experiment file describes, checked and built, for one run.
struct Experiment {
  std::string title;
  std::string file;        ///< as it was named on the command line
  std::uint64_t seed = 1;  ///< of all that has no seed of its own
  Seeds seeds = {};
  Numerics numerics = Numerics::float32;
  std::string configuration;  ///< compact JSON with every default filled in; reading it gives the same text again

  Topology topology;
  Program program;
  bool needs_optimum = false;  ///< whether the program knows x*
  NodeId servers = 0;  ///< number of servers, which are the last nodes; measures are of the first server's model
  std::shared_ptr<const Codec> compressor;  ///< of the algorithm; null if models travel in full
  std::unique_ptr<Network> network;
  std::unique_ptr<StepTimes> step_times;
  std::unique_ptr<Faults> faults;  ///< null if the file has no such block

  /// The learning problem. Without a model there is neither problem nor initial parameters, and without data neither
  /// data set nor partition. The problem's scalar type is that of `numerics`; with numerics off it is not built.
  std::shared_ptr<const Dataset> dataset;
  std::shared_ptr<const Partition> partition;
  std::optional<NodeWeights> node_weights;  ///< how much nodes count in f, if there are data
  std::unique_ptr<AnyProblem> problem;
  /// Builds the same problem in float64, whatever the numerics; empty without a model.
  std::function<std::unique_ptr<Problem<double>>()> exact_problem;
  InitialParams initial_params;
  Index dimension = 0;        ///< d; 0 without a model
  std::vector<Layer> layers;  ///< of the model; none if it has no such structure

  Collectives collectives = Collectives::formula;
  std::optional<AllReduceMethod> all_reduce;  ///< the chosen method, if the algorithm has all-reduces
  Bytes payload = 0;  ///< of one model on the wire: the network block's, else 4 bytes a parameter
  Limits limits;
  StopTargets targets;
  RecordSettings record;

  /// The number of nodes that train.
  NodeId workers() const { return topology.mixing.size() - servers; }

  std::string theory =
      {};  ///< the constants of theory for the trace's header, as JSON; empty if they are not asked for
  std::vector<std::filesystem::path> files_read = {};  ///< the experiment's own file and all that it refers to
  std::vector<std::string> warnings = {};              ///< see `warnings_about`
};

/// Reads, checks and builds an experiment.
///
/// `file` is an experiment file, or a trace, whose first line holds one. Each override is `/json/pointer=value`, the
/// value being JSON or else plain text; it creates or replaces that key before anything is checked.
/// Throws ExperimentError for any error in the file or in the files that it refers to.
Experiment read_experiment(const std::filesystem::path& file, const std::vector<std::string>& overrides = {},
                           const Catalogue& catalogue = standard_catalogue());

/// The same from text. `name` is the file's name in messages; relative paths are looked up in its folder.
Experiment parse_experiment(std::string_view text, const std::string& name,
                            const std::vector<std::string>& overrides = {},
                            const Catalogue& catalogue = standard_catalogue());

/// The same from the content of a file, without overrides. Data are shared through the cache, if there is one.
Experiment build_experiment(const Json& source, const std::string& name, const Catalogue& catalogue,
                            DatasetCache* cache = nullptr);

}  // namespace gossamer
