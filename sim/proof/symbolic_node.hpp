#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/node.hpp"
#include "sim/proof/symbols.hpp"

namespace gossamer {

/// The representative of all nodes, see `run_on_symbols`. Every operation ends at once.
class SymbolicNode final : public Node {
 public:
  explicit SymbolicNode(const SymbolicRunSettings& settings);

  /// Runs the program to its end.
  void run(const Program& program);
  SymbolicRun finished() &&;

  NodeId nodes() const override { return settings_.nodes; }
  NodeId workers() const override { return settings_.nodes; }
  Seconds now() const override { refuse("it reads the clock"); }
  std::span<const NodeId> out_neighbors() const override { return in_neighbors(); }
  double weight(NodeId j) const override;
  bool running() const override;
  bool detects_down(NodeId) const override { return false; }
  bool began_anew() const override { return false; }
  Params initial_params() override { return plane_.made(symbols_.run().start); }
  std::uint64_t steps() const override { return steps_; }
  std::uint64_t samples() const override { return 1; }
  std::span<const Layer> layers() const override { return {}; }
  Params apply(std::shared_ptr<const VectorFunction>, std::span<const Params>) override {
    refuse("it applies a function that is no sum of vectors");
  }
  void cancel() override { refuse("it cancels computations, which depends on time"); }
  Bytes payload() const override { return 1; }
  Encoded encode(const Codec& codec, const Params& x) override;
  Params decode(const Codec&, const Encoded& message, const Params&) override { return message.vector; }
  Params optimum() override { return plane_.made(symbols_.run().optimum); }
  void report(const Params& x) override { symbols_.report(SymbolicPlane::vector(x)); }
  NodeId random_neighbor() override { refuse("it chooses neighbors at random"); }
  NodeId next_meeting() override { refuse("it meets random neighbors"); }
  Draws draws(Purpose) override { refuse(randomness); }
  Draws common_draws(Purpose, std::uint64_t) const override { refuse(randomness); }

 private:
  static constexpr std::string_view randomness = "it draws at random";

  /// Throws ProofError with the reason.
  [[noreturn]] static void refuse(std::string_view reason);

  std::shared_ptr<const Mixing> mixing(std::uint64_t round) const override;
  void start_gradient(const Params& x, SampleSet samples) override;
  void start_newton_direction(const Params&, const Params&) override { refuse("it takes Newton directions"); }
  void start_loss(const Params&) override { refuse("it decides by the loss"); }
  void start_sleep(Seconds) override { refuse("it waits for a time"); }
  void start_exchange(NodeId, const Encoded&) override { refuse("it exchanges models with one neighbor at a time"); }
  void start_expose(const Encoded&) override {}
  void start_read(NodeId) override { refuse("it reads models of neighbors at any time"); }
  void set_exchange_handler(ExchangeHandler) override { refuse("it answers exchanges at any time"); }
  void post(NodeId j, const Encoded& message) override;
  NodeId start_all_reduce(const Params& x, NodeId group, std::uint16_t stream) override;
  NodeId start_all_reduce(std::vector<double> numbers, NodeId group) override;
  NodeId start_all_reduce(Summary, NodeId) override { refuse(decisions); }
  NodeId start_all_reduce(const Encoded& x, NodeId group, std::uint16_t stream) override;
  NodeId start_all_gather(const Encoded& mine, NodeId group) override;
  void keep(std::shared_ptr<const void>) override {}
  double evaluate(const SquaredNorm&) override { refuse(decisions); }
  std::vector<double> evaluate(const Summary&) override { refuse(decisions); }
  void* allocate_frame(std::size_t bytes) override;

  bool wait(Wait, NodeId) override { return false; }
  std::optional<Encoded> take(Wait what, NodeId peer) override;
  std::shared_ptr<const Gathered> take_gathered(NodeId ticket) override;
  std::vector<double> take_numbers(Wait what, NodeId ticket) override;
  bool wait_for_any(std::span<const NodeId>, const PendingReceived::Until&) override { refuse(any_order); }
  std::optional<Received> take_any(std::span<const NodeId>) override { refuse(any_order); }

  static constexpr std::string_view decisions = "it decides by values of models";
  static constexpr std::string_view any_order = "it receives messages in the order of their arrival";

  struct SentAverage {
    std::uint64_t round = 0;
    Encoded content;
  };

  Params mean(const Params& x);
  void check_group(NodeId group) const;

  const SymbolicRunSettings& settings_;
  std::shared_ptr<const Mixing> mixing_;
  SymbolicPlane plane_;
  Symbols symbols_;
  std::vector<std::unique_ptr<std::byte[]>> frames_;
  std::uint64_t steps_ = 0;
  bool has_received_ = false;              ///< whether it has received messages of its neighbor
  mutable std::uint64_t checks_ = 0;       ///< number of times that the program asked whether to go on
  mutable std::uint64_t round_ = 0;        ///< of the weights that the program asked for last
  mutable bool reads_weights_ = false;     ///< whether it has asked for weights
  Params gradient_;                        ///< of the computation in progress
  std::deque<SentAverage> inbox_;          ///< from the neighbor
  std::map<NodeId, Encoded> means_;        ///< results of all-reduces, by ticket
  std::map<NodeId, std::vector<double>> numbers_;
  std::map<NodeId, std::shared_ptr<const Gathered>> lists_;
  NodeId tickets_ = 0;
};

}  // namespace gossamer
