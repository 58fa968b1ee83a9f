#include <algorithm>
#include <cmath>
#include <string>

#include "algorithms/parts/client_sampler.hpp"

// The kinds of samplers.
namespace gossamer {
namespace {

std::size_t number_of_clients(double fraction, std::size_t all) {
  return static_cast<std::size_t>(std::max(1.0, std::floor(fraction * static_cast<double>(all) + 0.5)));
}

class EveryClient final : public ClientSampler {
 public:
  explicit EveryClient(AllClients) {}
  std::vector<NodeId> choose(Node&, std::vector<NodeId> present, std::size_t) override { return present; }
};

class UniformSampler final : public ClientSampler {
 public:
  explicit UniformSampler(UniformClients settings) : settings_{settings} {}

  /// A partial Fisher-Yates shuffle.
  std::vector<NodeId> choose(Node& server, std::vector<NodeId> present, std::size_t all) override {
    const std::size_t wanted = number_of_clients(settings_.fraction, all);
    if (wanted >= present.size()) return present;
    Draws draws = server.draws(Purpose::clients);
    for (std::size_t k = 0; k < wanted; ++k)
      std::swap(present[k], present[k + static_cast<std::size_t>(draws.below(present.size() - k))]);
    present.resize(wanted);
    std::sort(present.begin(), present.end());
    return present;
  }

 private:
  UniformClients settings_;
};

class BernoulliSampler final : public ClientSampler {
 public:
  explicit BernoulliSampler(BernoulliClients settings) : settings_{settings} {}

  std::vector<NodeId> choose(Node& server, std::vector<NodeId> present, std::size_t) override {
    Draws draws = server.draws(Purpose::clients);
    std::vector<NodeId> chosen;
    while (chosen.empty())
      for (const NodeId i : present)
        if (draws.uniform() < settings_.probability) chosen.push_back(i);
    return chosen;
  }

 private:
  BernoulliClients settings_;
};

class CyclicSampler final : public ClientSampler {
 public:
  explicit CyclicSampler(CyclicClients settings) : settings_{settings} {}

  std::vector<NodeId> choose(Node&, std::vector<NodeId> present, std::size_t all) override {
    const std::size_t wanted = number_of_clients(settings_.fraction, all);
    if (wanted >= present.size()) return present;
    std::rotate(present.begin(), std::lower_bound(present.begin(), present.end(), next_), present.end());
    present.resize(wanted);
    next_ = present.back() + 1;
    std::sort(present.begin(), present.end());
    return present;
  }

 private:
  CyclicClients settings_;
  NodeId next_ = 0;
};

/// The kind whose samplers are objects of the class `Sampler`.
template <class Settings, class Sampler>
class SamplerKindOf final : public ClientSamplerKind {
 public:
  explicit SamplerKindOf(Settings settings) : settings_{settings} {}
  std::unique_ptr<ClientSampler> start() const override { return std::make_unique<Sampler>(settings_); }

 private:
  Settings settings_;
};

using SharedSamplerKind = std::shared_ptr<const ClientSamplerKind>;

SharedSamplerKind sampler_kind(AllClients s) { return std::make_shared<SamplerKindOf<AllClients, EveryClient>>(s); }
SharedSamplerKind sampler_kind(UniformClients s) {
  return std::make_shared<SamplerKindOf<UniformClients, UniformSampler>>(s);
}
SharedSamplerKind sampler_kind(BernoulliClients s) {
  return std::make_shared<SamplerKindOf<BernoulliClients, BernoulliSampler>>(s);
}
SharedSamplerKind sampler_kind(CyclicClients s) {
  return std::make_shared<SamplerKindOf<CyclicClients, CyclicSampler>>(s);
}

template <class Settings>
PartEntry<ClientSamplerKind> sampler(std::string name, std::string sentence, std::vector<Field<Settings>> fields = {},
                                     std::string source = {}) {
  return entry<SharedSamplerKind(), Settings>(
      std::move(name), std::move(sentence), [](Settings settings) { return sampler_kind(settings); }, std::move(fields),
      std::move(source));
}

const PartEntry<ClientSamplerKind>& every_client() {
  static const auto all = sampler<AllClients>("all", "every client in every round");
  return all;
}

}  // namespace

const std::vector<PartEntry<ClientSamplerKind>>& client_samplers() {
  static const std::vector<PartEntry<ClientSamplerKind>> entries{
      every_client(),
      sampler<UniformClients>(
          "uniform", "so many random clients, without replacement",
          {{"fraction", &UniformClients::fraction, above_up_to(0, 1), "C: ⌊C n + ½⌋ clients, at least one"}},
          "McMahan, Moore, Ramage, Hampson, Aguera y Arcas, \"Communication-Efficient Learning of Deep Networks from "
          "Decentralized Data\", AISTATS 2017, arXiv:1602.05629"),
      sampler<BernoulliClients>("bernoulli",
                                "each client with a probability, apart from all others, as in Poisson sampling",
                                {{"probability", &BernoulliClients::probability, above_up_to(0, 1),
                                  "of a client; drawn again if none is in"}}),
      sampler<CyclicClients>(
          "cyclic", "so many clients in turn, in the order of their numbers",
          {{"fraction", &CyclicClients::fraction, above_up_to(0, 1), "C: ⌊C n + ½⌋ clients, at least one"}})};
  return entries;
}

const PartType& ClientSamplerKind::part_type() {
  static const PartType type{.name = "samplers",
                             .noun = "a sampler of clients",
                             .note = "it chooses among the clients that are up, anew in each round"};
  return type;
}

SamplerChoice::SamplerChoice(AllClients)
    : chosen_{part_value(ClientSamplerKind::part_type(), every_client(), Values{})} {}
SamplerChoice::SamplerChoice(UniformClients settings) : chosen_{sampler_kind(settings)} {}
SamplerChoice::SamplerChoice(BernoulliClients settings) : chosen_{sampler_kind(settings)} {}
SamplerChoice::SamplerChoice(CyclicClients settings) : chosen_{sampler_kind(settings)} {}

}  // namespace gossamer
