#include "sim/proof/symbolic_node.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/proof/proof_error.hpp"

namespace gossamer {
namespace {

constexpr std::array<NodeId, 1> only_neighbor{1};

/// Node 0 gives itself no weight, and node 1 the weight 1.
std::shared_ptr<const Mixing> swap_of_two() {
  SparseMatrix w(2, 2);
  w.insert(0, 1) = 1;
  w.insert(1, 0) = 1;
  w.makeCompressed();
  return std::make_shared<const Mixing>(std::move(w));
}

}  // namespace

SymbolicNode::SymbolicNode(const SymbolicRunSettings& settings)
    : Node{0, only_neighbor}, settings_{settings}, mixing_{swap_of_two()}, symbols_{settings} {}

void SymbolicNode::refuse(std::string_view reason) {
  throw ProofError{fmt::format("the program cannot run on symbols: {}", reason)};
}

void SymbolicNode::run(const Program& program) {
  Task task = program(*this);
  task.resume();
  if (has_received_ && !reads_weights_) refuse("it adds messages of neighbors without the weights of W");
  const auto rounds = symbols_.run().iterates.size();
  if (rounds < static_cast<std::size_t>(settings_.rounds))
    refuse(fmt::format("it ended after {} of {} rounds", rounds, settings_.rounds));
}

SymbolicRun SymbolicNode::finished() && {
  symbols_.measure(settings_.measured);
  return std::move(symbols_).finished();
}

double SymbolicNode::weight(NodeId j) const {
  reads_weights_ = true;
  return mixing_->weight(id(), j);
}

std::shared_ptr<const Mixing> SymbolicNode::mixing(std::uint64_t round) const {
  reads_weights_ = true;
  round_ = round;
  return mixing_;
}

bool SymbolicNode::running() const {
  constexpr std::uint64_t patience = 1'000'000;
  if (++checks_ > patience) refuse("it makes no rounds");
  return symbols_.run().iterates.size() < static_cast<std::size_t>(settings_.rounds);
}

void SymbolicNode::start_gradient(const Params& x, SampleSet samples) {
  if (samples.of() == SampleSet::Of::one) refuse("it takes gradients of single samples");
  if (samples.of() != SampleSet::Of::last_batch) ++steps_;
  gradient_ = x ? plane_.made(symbols_.gradient(SymbolicPlane::vector(x))) : Params{};
}

void SymbolicNode::post(NodeId, const Encoded& message) {
  Encoded average = message;
  if (message.vector) average.vector = plane_.made(symbols_.average(round_, SymbolicPlane::vector(message.vector)));
  inbox_.push_back({.round = round_, .content = std::move(average)});
}

Encoded SymbolicNode::encode(const Codec& codec, const Params& x) {
  const double contraction = settings_.contraction ? settings_.contraction(codec) : 0;
  if (!(contraction > 0 && contraction <= 1)) refuse("it encodes vectors, and the contraction of the codec is unknown");
  return {.vector = plane_.made(symbols_.encode(SymbolicPlane::vector(x), contraction)), .size = payload()};
}

Params SymbolicNode::mean(const Params& x) { return plane_.made(symbols_.mean(SymbolicPlane::vector(x))); }

void SymbolicNode::check_group(NodeId group) const {
  if (group != 0 && group != nodes()) refuse("it averages over groups of nodes");
}

NodeId SymbolicNode::start_all_reduce(const Params& x, NodeId group, std::uint16_t stream) {
  return start_all_reduce(Encoded{x, payload()}, group, stream);
}

NodeId SymbolicNode::start_all_reduce(const Encoded& x, NodeId group, std::uint16_t) {
  check_group(group);
  means_[tickets_] = {.vector = x.vector ? mean(x.vector) : Params{}, .size = x.size, .weight = x.weight};
  return tickets_++;
}

NodeId SymbolicNode::start_all_reduce(std::vector<double> numbers, NodeId group) {
  check_group(group);
  numbers_[tickets_] = std::move(numbers);
  return tickets_++;
}

NodeId SymbolicNode::start_all_gather(const Encoded& mine, NodeId group) {
  check_group(group);
  // A program only adds the messages of the list. Their sum stays the same if each message is replaced by the mean.
  const Encoded one{.vector = mean(mine.vector), .size = mine.size, .weight = mine.weight};
  std::vector<Received> messages;
  for (NodeId i = 0; i < nodes(); ++i) messages.push_back({.sender = i, .content = one});
  lists_[tickets_] = std::make_shared<const Gathered>(std::move(messages));
  return tickets_++;
}

void* SymbolicNode::allocate_frame(std::size_t bytes) {
  frames_.push_back(std::make_unique<std::byte[]>(bytes));
  return frames_.back().get();
}

std::optional<Encoded> SymbolicNode::take(Wait what, NodeId peer) {
  if (what == Wait::gradient) return Encoded{.vector = std::exchange(gradient_, {}), .size = payload()};
  if (what == Wait::all_reduce) return std::move(means_.extract(peer).mapped());
  if (what != Wait::message) refuse("it waits for another node");
  if (inbox_.empty()) refuse("it waits for a message that is not sent yet");
  has_received_ = true;
  // The own part of an average is within the neighbor's message, so programs must use both at the same time.
  if (inbox_.back().round != inbox_.front().round) refuse("it receives averages after it has sent those of a later round");
  Encoded message = std::move(inbox_.front().content);
  inbox_.pop_front();
  return message;
}

std::shared_ptr<const Gathered> SymbolicNode::take_gathered(NodeId ticket) {
  return std::move(lists_.extract(ticket).mapped());
}

std::vector<double> SymbolicNode::take_numbers(Wait what, NodeId ticket) {
  if (what != Wait::all_reduce) refuse(decisions);
  return std::move(numbers_.extract(ticket).mapped());
}

SymbolicRun run_on_symbols(const Program& program, const SymbolicRunSettings& settings) {
  SymbolicNode node{settings};
  node.run(program);
  return std::move(node).finished();
}

}  // namespace gossamer
