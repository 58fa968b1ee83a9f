#include <algorithm>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/entry.hpp"
#include "experiments/catalogue.hpp"
#include "sim/compression/identity.hpp"
#include "sim/learning/problem.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/temporary_folder.hpp"
#include "topologies/families.hpp"
#include "topologies/graphs/ring.hpp"

/// A program of its own: kinds that are not in the library are added to the catalogue, and all commands know them.
namespace gossamer {
namespace {

using testing::CommandResult;

/// An algorithm: every node learns alone, and its gradient counts once in `patience` steps.
struct Alone {
  StepSize step_size = 0.1;
  int patience = 1;
};
Task alone(Node& node, Alone settings) {
  Params x = node.initial_params();
  for (int k = 1; node.running(); ++k) {
    const Params g = co_await node.gradient(x);
    if (k % settings.patience == 0) x = x - settings.step_size.at(node.steps() - 1) * g;
    node.report(x);
  }
}
AlgorithmEntry alone_entry() {
  return algorithm<Alone>(
      "alone", "every node learns alone", alone,
      {step_size<Alone>(), {{"patience", &Alone::patience, at_least(1), "gradients of which the last one counts"}}},
      "Crusoe, 1719", {.cost = "one gradient", .agrees = false});
}

/// A topology: a ring under another name.
TopologyEntry necklace_entry() {
  return graph<Nodes>("necklace", "pearls on a string", [](Nodes s) { return ring(s.nodes); }, {nodes<Nodes>(3)});
}

/// A model: f_i(x) = (x − i)²/2 with one parameter.
template <class Scalar>
class Parabola final : public Problem<Scalar> {
 public:
  explicit Parabola(NodeId nodes) : nodes_{nodes} {}

  Index dimension() const override { return 1; }
  void gradient(NodeId node, std::uint64_t, const Scalar* x, Scalar* g, Workspace&) const override {
    *g = *x - static_cast<Scalar>(node);
  }
  Evaluation evaluate(const Scalar* x, const EvaluationScope&) const override {
    Evaluation result;
    const auto at = static_cast<double>(*x);
    for (NodeId i = 0; i < nodes_; ++i) result.train_loss += (at - i) * (at - i) / (2 * nodes_);
    return result;
  }
  std::vector<ModelScore> score(std::span<const Scalar* const> models, const ScoreScope&) const override {
    std::vector<ModelScore> scores;
    for (const Scalar* const x : models) scores.push_back({.train_loss = evaluate(x, {}).train_loss});
    return scores;
  }
  Work step_work(NodeId) const override { return {.flops = 1, .bytes = 16}; }

 private:
  NodeId nodes_;
};
template <class Scalar>
ModelEntry<Scalar> parabola_entry() {
  ModelEntry<Scalar> entry;
  entry.name = "parabola";
  entry.sentence = "one parameter, whose optimum is another at every node";
  entry.make = [](const Values&, const LearningContext& context) -> std::unique_ptr<Problem<Scalar>> {
    return std::make_unique<Parabola<Scalar>>(context.nodes);
  };
  return entry;
}

/// A law of step times: every step takes one period.
struct Metronome {
  Seconds period{1};
};
class Ticks final : public StepTimes {
 public:
  explicit Ticks(Seconds period) : period_{period} {}
  Seconds duration(NodeId, std::uint64_t, Seconds) const override { return period_; }

 private:
  Seconds period_;
};
StepTimeLawEntry metronome_entry() {
  return {entry<StepTimeLaw, Metronome>("metronome", "every step takes one period",
                                        [](Metronome settings, const ComputeContext&) -> std::unique_ptr<StepTimes> {
                                          return std::make_unique<Ticks>(settings.period);
                                        },
                                        {{"period", &Metronome::period, above(0), "from tick to tick"}})};
}

CompressorEntry parcel_entry() {
  CompressorEntry entry;
  entry.name = "parcel";
  entry.sentence = "models travel as they are";
  entry.make = [](const Values&) -> std::shared_ptr<const Codec> { return std::make_shared<const Identity>(); };
  return entry;
}

/// A network without settings. Its messages take as long as those of alpha_beta with its defaults.
NetworkEntry tin_can_entry() {
  NetworkEntry entry;
  entry.name = "tin_can";
  entry.sentence = "two cans and a string";
  entry.make = [](const Values&, const NetworkContext& context) {
    const NetworkEntry& usual = *std::ranges::find(networks(), "alpha_beta", &NetworkEntry::name);
    return usual.make(defaults(usual.settings), context);
  };
  return entry;
}

Catalogue own_catalogue() {
  Catalogue catalogue = standard_catalogue();
  catalogue.add(alone_entry());
  catalogue.add(necklace_entry());
  catalogue.add(parabola_entry<float>(), parabola_entry<double>());
  catalogue.add(metronome_entry());
  catalogue.add(parcel_entry());
  catalogue.add(tin_can_entry());
  return catalogue;
}

/// The answer of the program with its own kinds.
CommandResult ask_own(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  const int code = command_line({own_catalogue(), "."}, arguments, out, err);
  return {code, out.str(), err.str()};
}

const std::string own_experiment = R"({
  "topology":  {"kind": "necklace", "nodes": 4},
  "model":     "parabola",
  "algorithm": {"kind": "alone", "step_size": 0.5},
  "network":   "tin_can",
  "compute":   {"kind": "metronome", "period": "20 ms"},
  "stop":      {"node_steps": 3}
})";

TEST_CASE("run computes with kinds that a program has added") {
  const TemporaryFolder folder;
  const std::string file = folder.write("own.json", own_experiment).string(), trace = folder.path() / "own.jsonl";
  const CommandResult answer = ask_own({"run", file, "--quiet", "--out", trace});
  CHECK(answer.err == "");
  REQUIRE(answer.code == 0);
  // From zero, x_i = i (1 − 1/2³), so the mean is 21/16, and f = (21² + 5² + 11² + 27²)/(16² · 8).
  testing::Json last;
  for (const testing::Json& record : testing::records_in(trace))
    if (record["record"] == "sample") last = record;
  CHECK(last["train_loss"] == doctest::Approx((21 * 21 + 5 * 5 + 11 * 11 + 27 * 27) / 2048.0));
  CHECK(last["time_s"] == doctest::Approx(0.06));  // three ticks
  CHECK(ask_own({"run", trace, "--quiet", "--out", folder.path() / "again.jsonl"}).code == 0);
  CHECK(testing::run_gossamer({"check", file}).err.starts_with(file + ": /topology/kind: unknown kind \"necklace\"\n"));
}

TEST_CASE("list and explain describe kinds that a program has added, with their settings") {
  CHECK(ask_own({"list", "algorithms"}).prints("algorithms: others\n  alone "));
  CHECK(ask_own({"list", "topologies"}).prints("topologies: others\n  necklace "));
  CHECK(ask_own({"list", "models"}).prints("\n  parabola "));
  CHECK(ask_own({"list", "compute"}).prints("\n  metronome "));
  CHECK_FALSE(testing::run_gossamer({"list"}).prints("necklace"));

  const CommandResult alone = ask_own({"explain", "alone"});
  CHECK(alone.prints("alone: an algorithm\n  every node learns alone\n  Crusoe, 1719\n"));
  CHECK(alone.prints("\n  patience   an integer at least 1"));
  CHECK(ask_own({"explain", "patience"}).prints("at /algorithm/patience of alone\n"));
  CHECK(ask_own({"explain", "nodes"}).prints("necklace"));
  CHECK(ask_own({"explain", "topology"}).prints("\n  necklace\n"));
  CHECK(ask_own({"explain", "parabola"}).prints("parabola: a model\n"));
}

TEST_CASE("check, topology and collectives build kinds that a program has added") {
  const TemporaryFolder folder;
  const CommandResult answer = ask_own({"check", folder.write("own.json", own_experiment).string()});
  REQUIRE(answer.code == 0);
  CHECK(answer.prints(R"("patience": 1)"));
  CHECK(answer.prints(R"("kind": "parabola")"));
  CHECK(answer.warns("parameters d                1\n"));
  CHECK(ask_own({"topology", "necklace:nodes=5"}).prints("edges                       5\n"));
  CHECK(ask_own({"collectives", "tin_can"}).prints("1 MB among 16 nodes by tin_can\n"));
}

TEST_CASE("A machine file names kinds that a program has added") {
  const TemporaryFolder folder;
  const std::string machine =
      folder.write("machine.json", R"({"network": "tin_can", "compute": {"kind": "metronome"}})").string();
  const std::string line = "  \"network\":   \"tin_can\",\n";
  std::string experiment = own_experiment;
  experiment.erase(experiment.find(line), line.size());
  const std::string file = folder.write("own.json", experiment).string();
  CHECK_FALSE(ask_own({"check", file}).prints("tin_can"));
  const CommandResult answer = ask_own({"check", file, "--set", "/machine=" + machine});
  CHECK(answer.err.find("expected") == std::string::npos);
  CHECK(answer.code == 0);
  CHECK(answer.prints(R"("kind": "tin_can")"));
}

/// The message about the experiment after this change.
std::string about_own(const std::string& change) {
  const TemporaryFolder folder;
  const std::string file = folder.write("own.json", own_experiment).string();
  return ask_own({"check", file, "--set", change}).err;
}

TEST_CASE("Messages know kinds that a program has added: nearest names, owners of keys, accepted kinds") {
  const auto has = [](const std::string& message, const std::string& part) {
    CHECK_MESSAGE(message.find(part) != std::string::npos, message);
  };
  has(about_own("/algorithm/kind=alnoe"),
      "expected one of: a2cid2, actc, ad_psgd, adacomm, adaptive_local_newton, adpsgd, adsaga, all_reduce_sgd, alone, ");
  has(about_own("/algorithm/kind=alnoe"), "did you mean \"alone\"?\n");
  has(about_own("/algorithm/kind=necklace"), "\"necklace\" is a topology\n");
  has(about_own("/algorithm/patiense=2"), "did you mean \"patience\"?\n");
  has(about_own(R"(/algorithm={"kind": "d_psgd", "patience": 2})"),
      "\"patience\" is a key of alone; gossamer explain patience describes it\n");
  has(about_own("/compute/patience=2"), "\"patience\" belongs at /algorithm/patience;");
  has(about_own(R"(/algorithm={"kind": "choco_sgd", "compressor": "parsel"})"), "did you mean \"parcel\"?\n");
  has(about_own("/model={\"kind\": \"parabolla\"}"), "did you mean \"parabola\"?\n");
  has(about_own("/compute/period=2"), "2 has no unit");

  CHECK(ask_own({"alone"}).err.ends_with("did you mean \"explain alone\"?\n"));
  CHECK(ask_own({"explain", "necklase"}).err.ends_with("did you mean \"necklace\"?\n"));
  has(ask_own({"check", "own.json", "--patience", "2"}).err, "\"patience\" belongs at /algorithm/patience;");
  has(about_own("patience=2"), "\"patience\" belongs at /algorithm/patience;");
  has(ask_own({"topology", "necklase:nodes=5"}).err, "did you mean \"necklace\"?\n");
}

TEST_CASE("A catalogue refuses entries whose names it has, and entries that make nothing") {
  Catalogue catalogue = own_catalogue();
  CHECK_THROWS_WITH_AS(catalogue.add(alone_entry()),
                       "cannot add an algorithm \"alone\": the catalogue has one of this name already", CatalogueError);
  AlgorithmEntry other = alone_entry();
  other.name = "d_psgd";
  CHECK_THROWS_WITH_AS(catalogue.add(other),
                       "cannot add an algorithm \"d_psgd\": the catalogue has one of this name already",
                       CatalogueError);
  CHECK_THROWS_WITH_AS(catalogue.add(CompressorEntry{.name = "empty", .sentence = "makes nothing"}),
                       "cannot add a compressor \"empty\" without `make`", CatalogueError);
  CHECK_THROWS_WITH_AS(catalogue.add(CompressorEntry{.name = "", .sentence = "has no name"}),
                       "cannot add a compressor without a name", CatalogueError);
  ModelEntry<double> renamed = parabola_entry<double>();
  renamed.name = "hyperbola";
  CHECK_THROWS_WITH_AS(catalogue.add(parabola_entry<float>(), renamed),
                       "cannot add a model \"parabola\" that is \"hyperbola\" in float64, or has other settings there",
                       CatalogueError);
  CHECK(catalogue.algorithms().size() == algorithms().size() + 1);  // what was refused is not there
}

}  // namespace
}  // namespace gossamer
