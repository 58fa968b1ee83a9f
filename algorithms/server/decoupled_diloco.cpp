#include "algorithms/server/decoupled_diloco.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "algorithms/error.hpp"
#include "algorithms/parts/fragment_fields.hpp"
#include "algorithms/parts/quorum.hpp"
#include "algorithms/parts/workers_and_server.hpp"

namespace gossamer {
namespace {

/// The number of an answer: its round, and the steps that the learner has made since it received the fragment. Both are
/// exact in a double up to 2²⁹ rounds and 2²⁴ − 1 steps.
struct AnswerNumber {
  static constexpr double steps_end = 0x1p24;

  std::uint64_t round = 0;
  std::uint64_t steps = 0;

  double packed() const {
    return static_cast<double>(round) * steps_end + std::min(static_cast<double>(steps), steps_end - 1);
  }
  static AnswerNumber of(double packed) {
    const double round = std::floor(packed / steps_end);
    return {static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(packed - round * steps_end)};
  }
};

int fragment_of(std::uint64_t round, const DecoupledDiLoCo& settings) {
  return static_cast<int>((round - 1) % static_cast<std::uint64_t>(settings.fragments));
}

/// The server's rule, which changes its model by the answers of a round.
class Syncer {
 public:
  Syncer(Node& node, const DecoupledDiLoCo& settings)
      : node_{node},
        fragments_{node, settings.fragments, settings.cut},
        outer_{node, fragments_, settings.outer},
        aggregation_{settings.aggregation} {}

  const Fragments& fragments() const { return fragments_; }

  /// Θ with a new fragment p.
  Params step(int p, const Params& theta, std::vector<Contribution> all) {
    for (Contribution& one : all) one.model = fragments_.choose(p, one.model, theta);
    return outer_.step(p, theta, aggregation_->way(node_, theta, all));
  }

 private:
  Node& node_;
  Fragments fragments_;
  FragmentOptimizer outer_;
  AggregationChoice aggregation_;
};

/// A learner asks for the last model again: one from the server is lost. It has no bytes.
Encoded again() { return {.vector = {}, .size = 0, .weight = -1}; }
bool is_again(const Encoded& message) { return message.weight == again().weight; }

/// The answers of a round.
class Answers {
 public:
  Answers(const Node& node, const DecoupledDiLoCo& settings, std::size_t wanted)
      : node_{node}, settings_{settings}, wanted_{wanted} {}

  void add(const Received& answer, std::uint64_t steps) {
    const double tokens = settings_.tokens ? settings_.tokens->at(static_cast<std::size_t>(answer.sender)) : 1;
    contributions_[answer.sender] = {answer.content.vector, tokens * tokens * static_cast<double>(steps)};
  }
  /// A message of this learner is lost, which may be its answer.
  void add_lost(NodeId learner) { lost_.insert(learner); }

  /// Whether the round ends before its window does, as these learners are left: all that are up have answered, or may
  /// have. A round without answers and losses goes on: learners that are down may come back.
  bool is_complete(const std::set<NodeId>& left) const {
    if (left.empty()) return true;
    if (contributions_.empty() && lost_.empty()) return false;
    if (settings_.full_window && contributions_.size() >= wanted_) return false;
    return std::all_of(left.begin(), left.end(), [this](NodeId m) {
      return contributions_.contains(m) || lost_.contains(m) || node_.detects_down(m);
    });
  }
  bool none() const { return contributions_.empty() && lost_.empty(); }

  /// In the order of the learners.
  std::vector<Contribution> contributions() const {
    std::vector<Contribution> all;
    for (const auto& [learner, one] : contributions_) all.push_back(one);
    return all;
  }

 private:
  const Node& node_;
  const DecoupledDiLoCo& settings_;
  std::size_t wanted_;
  std::map<NodeId, Contribution> contributions_;
  std::set<NodeId> lost_;
};

Task serve(Node& node, DecoupledDiLoCo settings) {
  using Event = Received::Event;
  const std::vector<NodeId> learners = all_workers(node);
  if (settings.tokens && settings.tokens->size() != learners.size())
    throw AlgorithmError{"decoupled_diloco: tokens are given for " + std::to_string(settings.tokens->size()) + " of " +
                         std::to_string(learners.size()) + " learners"};
  const std::size_t wanted = std::min(static_cast<std::size_t>(settings.quorum), learners.size());
  Syncer syncer{node, settings};
  Params theta = node.initial_params();
  std::uint64_t round = 1;
  const auto send_whole = [&](NodeId m) { node.send(m, Encoded{theta, node.payload(), -static_cast<double>(round)}); };
  const auto send_last = [&](NodeId m) {
    if (round > 1)
      node.send(
          m, Encoded{theta, syncer.fragments().size(fragment_of(round - 1, settings)), static_cast<double>(round - 1)});
  };
  std::set<NodeId> left{learners.begin(), learners.end()};
  if (node.began_anew()) std::for_each(learners.begin(), learners.end(), send_whole);
  while (!left.empty()) {
    Answers answers{node, settings, wanted};
    Quorum quorum{node, wanted, settings.grace};
    while (!answers.is_complete(left) && !quorum.is_over()) {
      const auto received = co_await node.receive_any(learners, quorum.deadline());
      if (!received) break;
      const Encoded& content = received->content;
      if (received->event == Event::lost) answers.add_lost(received->sender);
      if (received->event != Event::message) continue;
      if (is_farewell(content)) {
        left.erase(received->sender);
      } else if (is_request(*received)) {
        send_whole(received->sender);
      } else if (is_again(content)) {
        send_last(received->sender);
      } else if (const auto number = AnswerNumber::of(content.weight); number.round == round) {  // in time
        answers.add(*received, number.steps);
        quorum.count();
      }
    }
    if (answers.none()) break;
    const std::vector<Contribution> all = answers.contributions();
    if (!all.empty()) theta = syncer.step(fragment_of(round, settings), theta, all);
    node.report(theta);
    ++round;
    std::for_each(left.begin(), left.end(), send_last);
  }
}

/// The rounds as a learner knows them: it merges the server's models, and answers.
class Learner {
 public:
  Learner(Node& node, const DecoupledDiLoCo& settings)
      : node_{node},
        settings_{settings},
        fragments_{node, settings.fragments, settings.cut},
        received_(static_cast<std::size_t>(settings.fragments), node.steps()) {}

  /// x with the fragment that the server has sent; or the whole model, which a round with a negative number has.
  Params merge(const Params& x, const Encoded& model) {
    answered_ = false;
    if (model.weight < 0) {
      std::fill(received_.begin(), received_.end(), node_.steps());
      round_ = static_cast<std::uint64_t>(-model.weight);
      return model.vector;
    }
    const auto round = static_cast<std::uint64_t>(model.weight);
    const int p = fragment_of(round, settings_);
    received_[static_cast<std::size_t>(p)] = node_.steps();
    round_ = round + 1;
    const double alpha = settings_.mixing;
    const Params merged = alpha == 0 ? model.vector : Params{alpha * x + (1 - alpha) * model.vector};
    return fragments_.choose(p, merged, x);
  }

  /// Answers the server's last question, unless that has been done or needs more steps.
  void answer(const Params& x) {
    const int p = fragment_of(round_, settings_);
    const std::uint64_t steps = node_.steps() - received_[static_cast<std::size_t>(p)];
    if (answered_ || steps < static_cast<std::uint64_t>(settings_.local_steps)) return;
    const AnswerNumber number{round_, steps};
    node_.send(server_of(node_), Encoded{x, fragments_.size(p), number.packed()});
    answered_ = true;
  }

 private:
  Node& node_;
  const DecoupledDiLoCo& settings_;
  Fragments fragments_;
  std::vector<std::uint64_t> received_;  ///< for each fragment, the learner's steps when it came last
  std::uint64_t round_ = 1;              ///< which the server has asked for last
  bool answered_ = false;
};

Task learn(Node& node, DecoupledDiLoCo settings) {
  using Event = Received::Event;
  const std::array<NodeId, 1> server{server_of(node)};
  Learner learner{node, settings};
  const auto optimizer = settings.optimizer.start(node);
  Params x = node.initial_params();
  if (node.began_anew()) node.send(server[0], request());
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Pending gradient = node.gradient(x);
    std::vector<Encoded> models;
    while (auto received = co_await node.receive_any_while_computing(server)) {
      if (received->event == Event::lost) node.send(server[0], again());
      if (received->event == Event::message) models.push_back(std::move(received->content));
    }
    const Params g = co_await gradient;
    x = optimizer->step(x, eta, g);
    for (const Encoded& model : models) x = learner.merge(x, model);
    learner.answer(x);
    if (!models.empty() || !node.running()) node.report(x);
  }
  node.send(server[0], farewell());
}

}  // namespace

Task decoupled_diloco(Node& node, DecoupledDiLoCo settings) {
  return node.is_server() ? serve(node, settings) : learn(node, settings);
}

AlgorithmEntry decoupled_diloco_entry() {
  using S = DecoupledDiLoCo;
  return algorithm<S>(
      "decoupled_diloco", "learners never wait; a server merges fragments of the first K (Douillard et al. 2026)",
      decoupled_diloco,
      {step_size<S>(),
       fragment_settings<S>(),
       {{"local_steps", &S::local_steps, at_least(1),
         "U, steps that a learner makes with a fragment before it answers"},
        {"quorum", &S::quorum, at_least(1),
         "K, the answers of a round that the server waits for; all, if there are fewer"},
        {"grace", &S::grace, at_least(0), "w, time after the K-th answer in which further answers count"},
        Field<S>{"full_window", &S::full_window, "whether the server waits for its end if all have answered"}.read_if(
            where_not("grace", 0.0)),
        {"mixing", &S::mixing, between(0, 1), "α, share of the learner's own model when a fragment comes"}},
       outer_optimizer<S>(),
       {{"aggregation", &S::aggregation, "of learners' fragments; a weight is (tokens)²/(steps)"},
        {"tokens", &S::tokens, above(0),
         "tokens of a step, a number for each learner; all are equal if they are not given"}},
       optimizer<S>()},
      "Douillard et al., \"Decoupled DiLoCo for Resilient Distributed Pre-training\", 2026, arXiv:2604.21428",
      {.cost = "in a round one P-th of a payload up from each learner that answers, and down to each learner",
       .vectors = 2,
       .synchronous = false,
       .keeps_mean = false,
       .servers = 1,
       .sums = {}});
}

}  // namespace gossamer
