#include "experiments/configuration/glossary.hpp"

#include <algorithm>
#include <cctype>

#include "experiments/configuration/nearest_name.hpp"

namespace gossamer {
namespace {

constexpr auto the_two_periods =
    "averaging_period is the number of steps between two averagings of all nodes, local_steps that between two "
    "interactions of a node with its neighbors";

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const std::vector<GlossaryEntry>& symbols() {
  static const std::vector<GlossaryEntry> all{
      {{"n"}, {"nodes"}, "the number of nodes"},
      {{"d"}, {"dimension"}, "the number of a model's parameters"},
      {{"i", "j"}, {"node"}, "nodes, counted from 0"},
      {{"k", "t"}, {"node_steps", "time_s"}, "rounds, interactions or steps; virtual time"},
      {{"m"}, {"samples"}, "the number of samples, mᵢ of those that node i holds"},
      {{"x", "xᵢ"}, {}, "a model: the parameters of node i, a vector in R^d"},
      {{"x̄"}, {"train_loss"}, "the mean of all nodes' models, by which train_loss and its like are measured"},
      {{"x*"}, {"distance_to_optimum"}, "the parameters with the least f"},
      {{"f", "fᵢ", "F", "Fᵢ"},
       {"train_loss"},
       "f(x) = (1/n) Σᵢ fᵢ(x) is what nodes minimize together, fᵢ the objective of node i, Fᵢ(x; ξ) that over one "
       "minibatch"},
      {{"g", "∇"}, {"gradient_norm"}, "a gradient, mostly of one minibatch"},
      {{"ξ", "xi"}, {"batch_size"}, "the samples of one minibatch"},
      {{"s"}, {"node_weights"}, "sᵢ, how much node i counts in f"},
      {{"η", "eta"}, {"step_size"}, "the step size"},
      {{"β", "beta"}, {"momentum", "bandwidth"}, "the momentum; of a network 1/β is the bandwidth"},
      {{"γ", "gamma"},
       {"consensus_step", "effective_neighbors"},
       "the consensus step, a share of the way to the neighbors' mean; of effective neighbors the decay"},
      {{"Γ", "Gamma"},
       {"consensus_distance", "target_consensus_distance"},
       "the consensus distance Σᵢ ‖xᵢ − x̄‖², a sum over nodes"},
      {{"Θ", "Theta"},
       {"threshold"},
       "the variance of the models above which federated dynamic averaging averages them"},
      {{"H"}, {"local_steps", "averaging_period"}, the_two_periods},
      {{"W", "w_ij"},
       {"weights", "topology"},
       "the mixing matrix: w_ij is the weight that node i gives the model of node j"},
      {{"A"}, {"edges"}, "the adjacency matrix of the graph; of quadratics, the matrix of fᵢ(x) = ‖A x − b‖²/2"},
      {{"D"}, {"degree_mean"}, "the degrees of the nodes, on a diagonal; D − A is the Laplacian"},
      {{"ρ", "rho"},
       {"rho", "spectral_gap"},
       "‖W − 11ᵀ/n‖₂, the second largest magnitude of an eigenvalue of W: models that only average come closer by it "
       "in "
       "every round; 1 − ρ is the spectral gap"},
      {{"λ₂", "λ2", "lambda_2", "lambda2"},
       {"laplacian_second", "spectral_gap"},
       "the second smallest eigenvalue of the graph's Laplacian D − A: its algebraic connectivity; of W, and among the "
       "constants of theory, the second largest eigenvalue"},
      {{"λ", "lambda"}, {"l2"}, "the weight of the regularizer λ/2 ‖x‖²; else an eigenvalue"},
      {{"δ", "delta"}, {"spectral_gap"}, "many papers' word for the spectral gap 1 − ρ"},
      {{"L"}, {"smoothness"}, "the smoothness of every fᵢ: the largest eigenvalue of its Hessian"},
      {{"μ", "mu"}, {"strong_convexity"}, "the strong convexity of f: the least eigenvalue of its Hessian"},
      {{"κ", "kappa"}, {"smoothness", "strong_convexity"}, "the condition number L/μ"},
      {{"σ", "σ²", "sigma"},
       {"gradient_variance", "sigma_squared", "sigma_squared_start"},
       "σ² is the variance of a minibatch's gradient"},
      {{"ζ", "ζ²", "zeta"},
       {"heterogeneity", "heterogeneity_at_optimum", "zeta_squared_start"},
       "ζ² = (1/n) Σᵢ ‖∇fᵢ − ∇f‖², by how much nodes' gradients differ"},
      {{"ζ*", "ζ*²", "zeta_star"},
       {"zeta_star_squared", "heterogeneity_at_optimum"},
       "ζ*² = (1/n) Σᵢ ‖∇fᵢ(x*)‖², the same at the optimum, where ∇f is zero"},
      {{"M", "M²"}, {"M_squared"}, "M² = (1/n) Σᵢ E ‖∇Fᵢ(x; ξ)‖², the second moment of stochastic gradients"},
      {{"α", "alpha"},
       {"alpha", "latency"},
       "of a partition, the concentration of the Dirichlet distribution; of a network, the latency"},
      {{"τ", "tau"},
       {"overlap", "staleness_mean", "local_steps"},
       "the staleness of what is used; in overlap_sgp the steps that a message may take; in other papers H"},
      {{"θ", "theta"}, {"laziness"}, "how lazy W is: W ← θ I + (1 − θ) W"},
      {{"ω", "omega"}, {"compressor"}, "the quality of a compressor, ‖Q(x) − x‖² ≤ (1 − ω) ‖x‖²"},
      {{"Q"}, {"compressor"}, "a compressor"},
      {{"ε", "epsilon"}, {"target_loss"}, "the accuracy that is asked for"},
      {{"Σ"}, {}, "a sum"}};
  return all;
}

const std::vector<GlossaryEntry>& foreign_names() {
  static const std::vector<GlossaryEntry> all{
      // Algorithms' settings.
      {{"lr", "learning_rate", "stepsize", "base_lr", "initial_lr"}, {"step_size"}},
      {{"local_steps", "averaging_period", "sync_period", "communication_period", "period", "local_updates",
        "local_iterations", "local_iters", "inner_steps", "communication_interval"},
       {"local_steps", "averaging_period"},
       the_two_periods},
      {{"local_epochs"}, {"local_steps", "averaging_period"}, "local work is counted in steps, not in epochs"},
      {{"momentum_factor", "mom", "heavy_ball"}, {"momentum"}},
      {{"momentum", "nesterov", "first_decay", "second_decay", "inner_optimizer"},
       {"optimizer"},
       "a block such as {\"kind\": \"momentum\", \"momentum\": 0.9} or {\"kind\": \"adamw\"}"},
      {{"outer_step_size", "outer_lr", "outer_learning_rate", "outer_momentum"},
       {"outer_optimizer"},
       "a block such as {\"kind\": \"nesterov\", \"step_size\": 0.7, \"momentum\": 0.9}"},
      {{"server_lr", "server_learning_rate", "server_momentum", "global_lr"}, {"server_step", "server_optimizer"}},
      {{"participation", "client_fraction", "fraction_fit", "participation_rate", "clients_per_round"},
       {"sampler"},
       "a block such as {\"kind\": \"uniform\", \"fraction\": 0.1}"},
      {{"weigh_samples", "merge", "aggregator", "aggregation_rule"},
       {"aggregation"},
       "a block such as {\"kind\": \"weighted_mean\"} or {\"kind\": \"median\"}"},
      {{"gossip_step", "consensus_lr", "consensus_stepsize", "mixing_step"}, {"consensus_step"}},
      {{"compression", "quantizer", "quantization", "sparsifier", "codec"}, {"compressor"}},
      // Sizes.
      {{"world_size", "num_clients", "num_nodes", "num_workers", "n_nodes", "n_workers", "n_clients", "n_agents",
        "num_agents", "workers", "clients", "agents", "size", "peers"},
       {"nodes"},
       "a hypercube has a dimension instead, a torus and a grid rows and columns"},
      {{"num_neighbors", "n_neighbors", "neighbors", "k_neighbors"}, {"degree", "neighbors"}},
      {{"connection_probability", "edge_probability", "p", "prob"}, {"probability"}},
      {{"batch", "batchsize", "bs", "minibatch", "mini_batch_size", "minibatch_size", "train_batch_size"},
       {"batch_size"}},
      {{"weight_decay", "wd", "l2_reg", "l2_regularization", "regularization", "reg"}, {"l2", "optimizer"}},
      {{"hidden_size", "hidden_units", "hidden_layers", "layers", "hidden_dim"}, {"hidden"}},
      {{"n_features", "num_features", "input_dim", "dim", "n_params", "num_params"}, {"features", "dimension"}},
      {{"n_classes", "num_classes"}, {"classes"}},
      {{"n_samples", "num_samples", "dataset_size"}, {"samples"}},
      {{"mixing", "mixing_matrix", "weight_matrix", "gossip_matrix"}, {"weights"}},
      // Ends.
      {{"num_epochs", "n_epochs", "max_epochs"}, {"epochs"}},
      {{"iterations", "iters", "num_iterations", "n_iterations", "max_iter", "max_steps", "steps", "num_steps",
        "rounds", "num_rounds", "n_rounds", "total_steps", "T"},
       {"node_steps"},
       "ends are counted in steps of each node, whatever a round has"},
      {{"time", "duration", "max_time", "time_limit", "wall_time", "simulated_time", "simulation_time"},
       {"virtual_time"}},
      {{"tolerance", "tol", "loss_target", "loss"}, {"target_loss"}},
      {{"accuracy", "target_acc", "accuracy_target"}, {"target_accuracy"}},
      {{"budget", "max_bytes", "communication_budget"}, {"sent_bytes"}},
      // Records.
      {{"log_interval", "log_every", "eval_every", "eval_interval", "eval_freq", "interval", "record_every"},
       {"every", "every_node_steps"}},
      {{"random_seed", "rng_seed", "random_state"}, {"seed"}},
      {{"precision", "dtype", "float_type"}, {"numerics"}},
      {{"name", "run_name", "experiment_name"}, {"title"}},
      // Networks and steps.
      {{"bw", "rate", "throughput", "link_speed"}, {"bandwidth"}},
      {{"delay", "rtt", "ping", "lat"}, {"latency"}, "latency is one way: half of a round trip"},
      {{"message_size", "model_size", "bytes", "packet_size"}, {"payload"}},
      {{"step_time", "compute_time", "gradient_time", "computation_time", "time_per_step", "iteration_time"}, {"step"}},
      {{"straggler", "slow_workers", "slow_clients"}, {"stragglers", "slow_nodes"}},
      {{"dropout", "drop_rate", "packet_loss", "loss_rate"}, {"loss", "probability"}},
      {{"failures", "failure", "churn_rate"}, {"faults", "crash", "churn"}},
      // Blocks.
      {{"graph", "network_topology"}, {"topology"}},
      {{"dataset", "data_set", "train_data"}, {"data"}},
      {{"optimizer", "optimiser", "optim", "method", "algo"}, {"algorithm"}},
      {{"type"}, {"kind"}},
      {{"split", "sharding", "data_distribution", "distribution", "non_iid", "heterogeneous"}, {"partition"}},
      {{"init", "initialization", "initializer", "x0"}, {"initial"}},
      {{"logging", "log", "eval", "evaluation"}, {"record"}},
      {{"termination", "stopping", "until", "end"}, {"stop"}},
      {{"computation"}, {"compute"}},
      {{"communication", "comm", "links"}, {"network"}},
      // Kinds.
      {{"dsgd", "decentralized_sgd", "dpsgd", "sgd", "gossip_sgd"}, {"d_psgd"}},
      {{"fedavg", "federated_averaging", "periodic_averaging"}, {"local_sgd"}},
      {{"adagrad", "yogi"}, {"fed_adagrad", "fed_yogi"}, "optimizers of servers"},
      {{"scaffnew"}, {"proxskip"}},
      {{"open_diloco", "opendiloco"}, {"diloco"}},
      {{"block_momentum_sgd"}, {"bmuf"}},
      {{"allreduce", "allreduce_sgd", "parallel_sgd", "ddp", "minibatch_sgd", "horovod"}, {"all_reduce_sgd"}},
      {{"dsgt", "diging", "gt", "next"}, {"gradient_tracking"}},
      {{"push_sum", "pushsum", "stochastic_gradient_push", "sgp_sgd"}, {"sgp"}},
      {{"choco"}, {"choco_sgd", "choco_gossip"}},
      {{"d_squared", "d²"}, {"d2"}},
      {{"logreg", "logistic"}, {"logistic_regression"}},
      {{"softmax", "multinomial"}, {"softmax_regression"}},
      {{"linear", "least_squares", "ols", "ridge"}, {"linear_regression"}},
      {{"neural_network", "nn", "fully_connected_network", "multilayer_perceptron"}, {"mlp"}},
      {{"mnist", "fashion_mnist", "emnist"}, {"idx"}, "files in the format of MNIST are read by the data source idx"},
      {{"a9a", "svmlight", "rcv1", "covtype"}, {"libsvm"}, "such files are read by the data source libsvm"},
      {{"cifar", "cifar10", "numpy", "csv"},
       {"npy"},
       "features and labels that have been saved with numpy.save are read by the data source npy"},
      {{"synthetic", "random_data", "blobs"}, {"synthetic_classification", "synthetic_regression"}},
      {{"fully_connected", "clique", "all_to_all", "full"}, {"complete"}},
      {{"mesh", "lattice_graph", "2d_grid"}, {"grid", "torus"}},
      {{"line", "chain"}, {"path"}},
      {{"cycle"}, {"ring"}},
      {{"er", "gnp", "random_graph", "random"}, {"erdos_renyi", "random_regular"}},
      {{"small_world"}, {"watts_strogatz"}},
      {{"scale_free"}, {"barabasi_albert"}},
      {{"expander"}, {"random_regular", "exponential"}},
      {{"one_peer_exp", "dynamic_exponential"}, {"one_peer_exponential"}},
      {{"metropolis", "mh"}, {"metropolis_hastings"}},
      {{"noniid", "by_class", "pathological"}, {"label_shards", "dirichlet"}},
      {{"uniform_partition", "random_split"}, {"iid"}},
      {{"sign", "signsgd", "sign_sgd", "one_bit"}, {"scaled_sign"}},
      {{"hockney", "latency_bandwidth"}, {"alpha_beta"}},
      {{"flow", "flows", "fair_sharing"}, {"max_min"}},
      {{"none", "uncompressed"}, {"identity"}},
      {{"adam", "adamw", "rmsprop"},
       {"local_adam", "adamw"},
       "algorithms such as all_reduce_sgd and diloco have a setting optimizer; local_adam averages moments, too"},
      {{"resnet", "resnet18", "resnet50", "vgg", "lenet", "cnn", "transformer", "gpt", "bert"},
       {"mlp"},
       "models are small; payload (at /network) and step (at /compute) can be those of a large one"},
      {{"double", "fp64", "f64"}, {"float64"}},
      {{"single", "float", "fp32", "f32"}, {"float32"}}};
  return all;
}

std::vector<const GlossaryEntry*> terms_named(std::string_view name) {
  std::vector<const GlossaryEntry*> result;
  for (const auto* const terms : {&symbols(), &foreign_names()})
    for (const GlossaryEntry& term : *terms)
      if (has(term.names, name)) result.push_back(&term);
  return result;
}

std::string normalized(std::string_view name) {
  std::string result;
  for (const char c : name)
    if (c != '_' && c != '-' && c != ' ') result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::optional<std::string> native_name(std::string_view name, std::span<const std::string> valid) {
  for (const std::string& candidate : valid)
    if (normalized(candidate) == normalized(name)) return candidate;
  for (const GlossaryEntry* const term : terms_named(name))
    for (const std::string& candidate : term->here)
      if (candidate != name && std::find(valid.begin(), valid.end(), candidate) != valid.end()) return candidate;
  return std::nullopt;
}

std::optional<std::string> meant_name(std::string_view name, std::span<const std::string> valid) {
  const auto known = native_name(name, valid);
  return known ? known : nearest_name(name, valid);
}

std::string sentence_on(std::string_view name, std::string_view here) {
  for (const GlossaryEntry* const term : terms_named(name))
    if (has(term->here, here)) return term->sentence;
  return "";
}

}  // namespace gossamer
