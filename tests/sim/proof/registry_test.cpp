#include <map>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "algorithms/registry.hpp"
#include "sim/compression/identity.hpp"
#include "sim/proof/proof_error.hpp"
#include "sim/proof/symbolic_run.hpp"

// All algorithms of the registry on symbols.
namespace gossamer {
namespace {

constexpr int rounds_on_symbols = 3;

/// The program with its defaults; a compressor is some codec.
Program default_program(const AlgorithmEntry& algorithm) {
  Values values = defaults(algorithm.settings);
  if (values.contains("compressor")) values["compressor"] = std::shared_ptr<const Codec>{std::make_shared<const Identity>()};
  return algorithm.make(values);
}

/// The reason for which it does not run on symbols; empty if it does.
std::string reason_against(const AlgorithmEntry& algorithm) {
  const std::string beginning = "the program cannot run on symbols: ";
  try {
    const SymbolicRun run =
        run_on_symbols(default_program(algorithm), {.rounds = rounds_on_symbols,
                                                    .mixing = SpectrumInterval{-0.5, 0.5},
                                                    .contraction = [](const Codec&) { return 0.5; }});
    CHECK(run.iterates.size() == rounds_on_symbols);
    return "";
  } catch (const ProofError& error) {
    const std::string text = error.what();
    CHECK(text.starts_with(beginning));
    return text.substr(beginning.size());
  }
}

TEST_CASE("Synchronous, deterministic, linear algorithms run on symbols, and all others are refused with the reason") {
  const std::string exchanges = "it answers exchanges at any time", random = "it draws at random",
                    nonlinear = "it applies a function that is no sum of vectors", newton = "it takes Newton directions";
  const std::map<std::string, std::string> refused{
      {"a2cid2", exchanges},
      {"ad_psgd", exchanges},
      {"adacomm", "it reads the clock"},
      {"adaptive_local_newton", "it decides by the loss"},
      {"adpsgd", "it decides by values of models"},
      {"demo", nonlinear},
      {"des_loc", nonlinear},
      {"fda", random},
      {"giant", newton},
      {"hierarchical_local_sgd", "it averages over groups of nodes"},
      {"local_adam", nonlinear},
      {"local_newton", newton},
      {"local_svrg", random},
      {"minibatch_saga", random},
      {"muloco", nonlinear},
      {"overlap_sgp", "it receives averages after it has sent those of a later round"},
      {"pal_sgd", random},
      {"power_sgd", random},
      {"proxskip", random},
      {"randomized_gossip", exchanges},
      {"relay_sgd", "it adds messages of neighbors without the weights of W"},
      {"s_local_svrg", random},
      {"sign_sgd", nonlinear},
      {"sparta", random},
      {"ss_local_sgd", random},
      {"swarm_sgd", exchanges},
      {"terngrad", nonlinear},
  };
  int run = 0;
  for (const AlgorithmEntry& algorithm : algorithms()) {
    if (algorithm.servers > 0) continue;  // no node represents all
    if (!refused.contains(algorithm.name)) ++run;
    INFO(algorithm.name);
    const auto expected = refused.find(algorithm.name);
    CHECK(reason_against(algorithm) == (expected == refused.end() ? "" : expected->second));
  }
  MESSAGE(run << " algorithms run on symbols, " << refused.size() << " have a reason against it");
}

}  // namespace
}  // namespace gossamer
