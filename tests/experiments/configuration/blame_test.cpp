#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/command_line.hpp"
#include "experiments/configuration/experiment.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/configuration/message_about.hpp"
#include "tests/temporary_folder.hpp"

// Messages name the cause: the file, or a word on the command line; and the wrong key, not one that it makes wrong.
namespace gossamer {
namespace {

using testing::message_about;
using testing::run_gossamer;
using testing::small_file;

/// The message about the file, changed on the command line.
std::string set(const std::vector<std::string>& overrides, const std::string& text = small_file) {
  try {
    parse_experiment(text, "a.json", overrides);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("Every error about a key from --set names --set") {
  CHECK(set({"/algorithm/step_siez=0.1"}).starts_with("--set /algorithm/step_siez=0.1: \"step_siez\" is not a key "));
  CHECK(set({"/algorithm/step_size=-1"}).starts_with("--set /algorithm/step_size=-1: -1 is out of range\n"));
  CHECK(set({"/algorithm/step_size=fast"})
            .starts_with("--set /algorithm/step_size=fast: /algorithm/step_size/kind: unknown kind \"fast\"\n"));
  CHECK(set({"/network/latency=2"}).starts_with("--set /network/latency=2: 2 has no unit\n"));
  CHECK(set({"/numerics=float46"}).starts_with("--set /numerics=float46: unknown numerics \"float46\"\n"));
  CHECK(set({"/recrod/test=true"}).starts_with("--set /recrod/test=true: /recrod: \"recrod\" is not a key here\n"));
  CHECK(set({"/model=3"}).starts_with("--set /model=3: 3 is not a block\n"));
  CHECK(set({"/machine=3"}).starts_with("--set /machine=3: 3 is not a text\n"));
  CHECK(set({"/stop/epochs/x=3"}, R"({"stop": {"epochs": 1}})")
            .starts_with("--set /stop/epochs/x=3: /stop/epochs is 1 and has no keys\n"));
  CHECK(set({"/seed/x=3"}, R"({"seed": 1})").starts_with("--set /seed/x=3: \"x\" is not a key here\n"));
  // The same for errors that only building finds.
  CHECK(set({"/model/mu=2"}) == "a.json: /model: quadratic: L is 1, below mu, which is 2");
  CHECK(set({R"(/model={"kind": "quadratic", "mu": 2})"}).ends_with(R"(: quadratic: L is 1, below mu, which is 2)"));
  CHECK(set({"/record/train_samples=9"}).starts_with("--set /record/train_samples=9: has no effect, "));
}

TEST_CASE("Within a block that came by --set the message has the path to the key") {
  CHECK(set({R"(/algorithm={"kind": "d_psgd", "lr": 1})"})
            .starts_with(R"(--set /algorithm={"kind": "d_psgd", "lr": 1}: /algorithm/lr: "lr" is not a key here)"));
  CHECK(set({"/algorithm=d_psgdd"}).starts_with("--set /algorithm=d_psgdd: /algorithm/kind: unknown kind "));
  CHECK(set({R"(/faults=[{"kind": "loss", "probability": 2}])"})
            .starts_with(R"(--set /faults=[{"kind": "loss", "probability": 2}]: /faults/0/probability: 2 is out)"));
  const std::string lossy = small_file.substr(0, small_file.size() - 2) + R"(, "faults": [{"kind": "loss"}]})";
  CHECK(set({"/faults/0/probability=2"}, lossy).starts_with("--set /faults/0/probability=2: 2 is out of range\n"));
}

TEST_CASE("A missing key is blamed on the mistyped one, and on the kind that asks for it") {
  CHECK(set({R"(/topology={"kind": "ring"})", "/topology/ndoes=8"})
            .starts_with("--set /topology/ndoes=8: /topology/nodes: missing, and \"ndoes\" is not a key here\n"));
  CHECK(set({"/topology/kind=torus"}).starts_with("--set /topology/kind=torus: /topology/rows: missing\n"));
  CHECK(set({"/compute/kind=exponential"})
            .starts_with("--set /compute/kind=exponential: /compute/step: \"step\" is not a key here\n"));
}

TEST_CASE("The last override of a key is blamed, and none that did not touch it") {
  CHECK(set({"/network/latency=1", "/network/latency=2"}).starts_with("--set /network/latency=2: "));
  CHECK(set({"/network/latency=1", "/network/latency=2 ms"}) == "");
  CHECK(
      set({"/network/latency=1 ms", "/seed=2"}, R"({"sed": 3, )" + small_file.substr(1)).starts_with("a.json: /sed: "));
  CHECK(set({"/stop/virtual_time=1 s"}, R"({"topology": "ring"})").starts_with("a.json: /model: missing"));
}

TEST_CASE("A long override is shortened in messages") {
  const std::string long_value(1000, 'x');
  const std::string message = set({"/numerics=" + long_value});
  CHECK(message.starts_with("--set /numerics=xxxx"));
  CHECK(message.find(" ...: unknown numerics") != message.npos);
  CHECK(message.size() < 300);
}

TEST_CASE("Every command blames --set") {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.json", small_file).string();
  for (const std::string command : {"run", "check", "topology", "collectives"}) {
    CAPTURE(command);
    CHECK(
        run_gossamer({command, file, "--set", "/sed=1"}).err.starts_with("--set /sed=1: \"sed\" is not a key here\n"));
    CHECK(run_gossamer({command, file, "--set", "sed=1"}).err.starts_with("--set sed=1: "));
    CHECK(run_gossamer({command, file, "--set", "/sed=1"}).code == 2);
  }
  CHECK(run_gossamer({"topology", "ring:nodes=5", "--set", "/topology/nodes=0"})
            .err.starts_with("--set /topology/nodes=0: 0 is out of range\n"));
  CHECK(run_gossamer({"topology", "erdos_renyi:nodes=50,probability=0.5", "--set", "/topology/probability=1e-9"})
            .err.starts_with("topology: /topology: erdos_renyi: "));
  CHECK(run_gossamer({"collectives", "nic", "--set", "/network/latency=1"})
            .err.starts_with("--set /network/latency=1: 1 has"));
  CHECK(run_gossamer({"collectives", "nic", "--set", "/netwrok/latency=1 ms"})
            .err.starts_with("--set /netwrok/latency=1 ms: "));
}

TEST_CASE("--seed is short for --set /seed, in every command that reads an experiment") {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.json", R"({"seed": 7, )" + small_file.substr(1)).string();
  CHECK(run_gossamer({"check", file, "--seed", "3"}).out == run_gossamer({"check", file, "--set", "/seed=3"}).out);
  CHECK(run_gossamer({"check", file, "--seed", "3"}).prints("\"seed\": 3,"));
  CHECK(run_gossamer({"check", file}).prints("\"seed\": 7,"));
  const std::string random = "erdos_renyi:nodes=40,probability=0.2";
  CHECK(run_gossamer({"topology", random, "--seed", "3"}).out ==
        run_gossamer({"topology", random, "--set", "/seed=3"}).out);
  CHECK(run_gossamer({"topology", random, "--seed", "3"}).out != run_gossamer({"topology", random, "--seed", "4"}).out);
  CHECK(run_gossamer({"topology", random, "--seed", "1"}).out == run_gossamer({"topology", random}).out);
  const std::vector<std::string> run{"run", file, "--quiet", "--seed", "3", "--out"};
  const std::string trace = (folder.path() / "t.jsonl").string();
  std::vector<std::string> words = run;
  words.push_back(trace);
  CHECK(run_gossamer(words).code == 0);
  CHECK(TemporaryFolder::read(trace).find("\"seed\":3,") != std::string::npos);
  for (const std::string command : {"run", "check", "topology", "collectives"}) {
    CAPTURE(command);
    CHECK(run_gossamer({command, file, "--seed", "3", "--set", "/seed=4"})
              .err.starts_with(fmt::format(
                  "gossamer {}: --seed: 3 and --set /seed=4 are both given, expected one of them", command)));
    CHECK(run_gossamer({command, file, "--set", "/seed=4", "--seed", "3"}).code == 2);
    CHECK(run_gossamer({command, file, "--seed", "-3"}).code == 2);
    CHECK(run_gossamer({command, "--help"}).prints("--seed"));
  }
  CHECK(run_gossamer({"calibrate", "--seed", "3"}).err.find("--model") != std::string::npos);
  CHECK(run_gossamer({"calibrate", "--set", "/seed=3"}).err.find("--model") != std::string::npos);
}

TEST_CASE("collectives draws by the seed where a block has something to draw") {
  const std::string jittery = "alpha_beta:latency=1 ms,jitter=0.5";
  const auto table = [&](const char* seed) { return run_gossamer({"collectives", jittery, "--seed", seed}).out; };
  CHECK(table("1") == table("1"));
  CHECK(table("1") != table("2"));
}

TEST_CASE("A mistyped key is reported before the errors that it causes, in every block") {
  struct Mistake {
    std::vector<std::string> changes;
    std::string pointer;
  };
  const std::vector<Mistake> mistakes{
      {{R"(/stop={"virtual_tim": "1 s"})"}, "/stop/virtual_tim"},
      {{R"(/stop={"judge": "steps", "target_los": 1, "node_steps": 3})"}, "/stop/target_los"},
      {{"/record/every=1 ms", "/record/every_node_steps=1", "/record/tst=true"}, "/record/tst"},
      {{"/compute/phase=5", "/compute/uneveness=0.5"}, "/compute/uneveness"},
      {{"/network/propagation=1 ms", "/network/geometri=disk"}, "/network/geometri"},
      {{"/numerics=off", "/model=null", "/network/paylod=1 kB"}, "/network/paylod"},
      {{"/numerics=off", "/model=null", "/network=null", R"(/netwrok={"payload": "1 kB"})"}, "/netwrok"},
      {{R"(/algorithm={"kind": "sgp", "nesterov": true, "momentm": 0.9})"}, "/algorithm/momentm"},
      {{R"(/topology={"kind": "u_equistatic", "nodes": 8, "offsets": 2, "rho": 0.3, "weight": "uniform"})"},
       "/topology/weight"},
      {{R"(/faults=[{"kind": "crash", "at": "1 s", "downtime": "5 s", "recovry": "with_state"}])"},
       "/faults/0/recovry"},
      {{R"(/network={"kind": "max_min", "platfrom": "star"})"}, "/network/platfrom"},
      {{"/expect/significance=0.1", "/expect/model=same_law"}, "/expect/model"}};
  for (const auto& [changes, pointer] : mistakes) {
    const std::string message = message_about(changes);
    CHECK_MESSAGE(message.starts_with("a.json: " + pointer + ": \""), message);
    CHECK_MESSAGE(message.find("\n  did you mean \"") != message.npos, message);
  }
}

}  // namespace
}  // namespace gossamer
