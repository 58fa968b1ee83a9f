#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/configuration/message_about.hpp"
#include "tests/temporary_folder.hpp"

// Typical mistakes of a new user, at least ten in every command. Each answer names the mistake and a remedy.
namespace gossamer {
namespace {

using testing::CommandResult;
using testing::run_gossamer;
using testing::small_file;

struct Mistake {
  std::vector<std::string> words;    ///< if a word begins with "@", the rest is a file of the folder below
  std::vector<std::string> answers;  ///< parts of the answer
};

std::string replaced(std::string text, const std::string& old, const std::string& by) {
  return text.replace(text.find(old), old.size(), by);
}

/// A folder with an experiment a.json, and files with mistakes.
class Folder {
 public:
  Folder() {
    folder_.write("a.json", small_file);
    folder_.write("comment.json", "{ // a ring\n" + small_file.substr(1));
    folder_.write("comma.json", replaced(small_file, "\"1 s\"}\n", "\"1 s\"},\n"));
    folder_.write("quotes.json", "{'seed': 1}");
    folder_.write("python.json", R"({"record": {"test": True}})");
    folder_.write("conf.yaml", "topology:\n  kind: ring\n");
    folder_.write("half.json", small_file.substr(0, 100));
    folder_.write("endless.json", replaced(small_file, "{\"virtual_time\": \"1 s\"}", "{}"));
    folder_.write("list.json", "[1, 2]");
    folder_.write("edges.csv", "0,1\n1,2\n");
  }

  void check(const Mistake& mistake) const {
    std::vector<std::string> words;
    for (const std::string& word : mistake.words)
      words.push_back(word.starts_with('@') ? (folder_.path() / word.substr(1)).string() : word);
    const CommandResult answer = run_gossamer(words);
    std::string line;
    for (const std::string& word : mistake.words) line += word + " ";
    CHECK_MESSAGE(answer.code == 2, line);
    CHECK_MESSAGE(answer.out == "", line);
    for (const std::string& part : mistake.answers) CHECK_MESSAGE(answer.warns(part), line << "\n" << answer.err);
  }

 private:
  TemporaryFolder folder_;
};

void check(const std::vector<Mistake>& mistakes) {
  const Folder folder;
  for (const Mistake& mistake : mistakes) folder.check(mistake);
}

TEST_CASE("Mistakes in words before a command lead on") {
  check({{{"@a.json"}, {"unknown command", "did you mean \"run "}},
         {{"help", "swram_sgd"}, {"nothing is called \"swram_sgd\"", "did you mean \"swarm_sgd\"?"}},
         {{"version"}, {"did you mean \"--version\"?"}},
         {{"simulate", "@a.json"}, {"did you mean \"run\"?"}},
         {{"chekc", "@a.json"}, {"did you mean \"check\"?"}},
         {{"swarm_sgd"}, {"did you mean \"explain swarm_sgd\"?"}},
         {{"tset"}, {"unknown command", "did you mean \"test\"?"}},
         {{"test", "-R", "network"}, {"test is a command of Gossamer's repository alone: ./gossamer test"}},
         {{"--verson"}, {"has no option --verson", "did you mean \"--version\"?"}},
         {{"info"}, {"did you mean \"explain\"?"}}});
}

TEST_CASE("Mistakes with run lead on") {
  check({{{"run"}, {"file is required", "expected gossamer run [OPTIONS] file\n  file: an experiment file"}},
         {{"run", "@aa.json"}, {"aa.json: no such file", "did you mean \"", "a.json\"?"}},
         {{"run", "."}, {"is a folder\n  expected an experiment file or a trace"}},
         {{"run", "@comment.json"}, {"comment.json:1:3: not valid JSON", "JSON has no comments"}},
         {{"run", "@comma.json"}, {"no comma after the last element"}},
         {{"run", "@quotes.json"}, {"double quotes"}},
         {{"run", "@python.json"}, {"true, false and null"}},
         {{"run", "@conf.yaml"}, {"an experiment file is JSON, as experiments/formats/experiment.md shows"}},
         {{"run", "@half.json"}, {"ends too early"}},
         {{"run", "@list.json"}, {"[1,2] is not an experiment", "experiments/formats/experiment.md describes them"}},
         {{"run", "@endless.json"}, {"/stop: says no end", "at least one of: epochs, node_steps"}},
         {{"run", "@a.json", "@a.json"}, {"run takes no ", "expected gossamer run [OPTIONS] file"}},
         {{"run", "@a.json", "--threads", "0"}, {"not in range 1 to 4096"}},
         {{"run", "@a.json", "--world", "MPI"}, {"--world", "simulation", "mpi", "run --help"}},
         {{"run", "@a.json", "--nodes", "16"}, {"/topology/nodes", "--set /path/to/key=value sets a key of the file"}},
         {{"run", "@a.json", "--lr", "0.1"}, {"\"lr\" is \"step_size\" here, which belongs at /algorithm/step_size"}},
         {{"run", "@a.json", "--seed", "abc"}, {"--seed: Value abc not in range 0 to "}},
         {{"run", "@a.json", "--sed", "1"}, {"did you mean \"--set\"?"}},
         {{"run", "@a.json", "--ranks", "2"}, {"mpirun -np 2 ./gossamer run"}}});
}

TEST_CASE("Mistakes with --set lead on") {
  const auto set = [](const char* text) { return std::vector<std::string>{"check", "@a.json", "--set", text}; };
  check({{set("algorithm/step_size=0.1"), {"not an override", "did you mean \"/algorithm/step_size\"?"}},
         {set("lr=0.1"), {"\"lr\" is \"step_size\" here, which belongs at /algorithm/step_size"}},
         {set("/algorithm.step_size=0.1"), {"not a key here", "did you mean \"algorithm\"?"}},
         {set("/algorithm/step_size"), {"has no value", "expected /path/to/key=value"}},
         {{"check", "@a.json", "--set", "/algorithm/step_size", "0.1"}, {"takes no \"0.1\" here"}},
         {{"check", "@a.json", "/seed=3"}, {"did you mean \"--set /seed=3\"?"}},
         {set("/algorithm/step_size=\"0.1\""), {"is not a number", "a number has no quotes: 0.1"}},
         {set("/topology/kind=torus"), {"--set /topology/kind=torus: /topology/rows: missing"}},
         {set("/topology/nodes/x=3"), {"/topology/nodes is 4 and has no keys"}},
         {set("/faults/0/probability=2"), {"/faults/kinds: missing\n  expected a list such as [{"}}});
}

TEST_CASE("Mistakes in a file lead on, with check") {
  const auto set = [](const char* text) { return std::vector<std::string>{"check", "@a.json", "--set", text}; };
  const char* const periods =
      "averaging_period is the number of steps between two averagings of all nodes, local_steps";
  check(
      {{{"check"}, {"file is required"}},
       {set("/algorithm/lr=0.1"), {"\"lr\" is not a key here", "did you mean \"step_size\"?"}},
       {set("/algorithm/momentum=0.9"), {"\"momentum\" is a key of dmsgd, not of d_psgd", "explain momentum"}},
       {set("/algorithm/compressor=top_k"), {"\"compressor\" is a key of choco_sgd, not of d_psgd"}},
       {set("/algorithm/H=4"), {"did you mean \"local_steps\"?", periods}},
       {set(R"(/algorithm={"kind": "local_sgd", "H": 4})"), {"did you mean \"averaging_period\"?", periods}},
       {set(R"(/algorithm={"kind": "local_sgd", "local_steps": 4})"), {"did you mean \"averaging_period\"?", periods}},
       {set(R"(/algorithm={"kind": "swarm_sgd", "averaging_period": 4})"), {"did you mean \"local_steps\"?", periods}},
       {set(R"(/algorithm={"kind": "diloco", "optimizer": "admaw"})"),
        {"/algorithm/optimizer/kind: unknown kind \"admaw\"", "did you mean \"adamw\"?"}},
       {set(R"(/algorithm={"kind": "diloco", "momentum": 0.9})"),
        {"did you mean \"optimizer\"?", "\"momentum\": 0.9}"}},
       {set(R"(/algorithm={"kind": "diloco", "outer_momentum": 0.9})"),
        {"did you mean \"outer_optimizer\"?", "\"kind\": \"nesterov\""}},
       {set(R"(/algorithm={"kind": "diloco", "optimizer": {"kind": "sgd", "momentum": 0.9}})"),
        {"\"momentum\" is not a key here", "expected one of: kind, weight_decay"}},
       {set("/algorithm=dsgd"), {"unknown kind \"dsgd\"", "did you mean \"d_psgd\"?"}},
       {set("/algorithm=adam"), {"unknown kind \"adam\"", "did you mean \"local_adam\"?", "have a setting optimizer"}},
       {set("/algorithm=natural"), {"\"natural\" is a compressor"}},
       {set("/model=resnet"), {"unknown kind \"resnet\"", "payload (at /network)"}},
       {set("/model=mnist"), {"\"mnist\" is \"idx\" here, a data source: "}},
       {set("/network/latency=2"), {"2 has no unit\n  expected a duration such as \"2 ms\""}},
       {set("/epochs=3"), {"\"epochs\" belongs at /stop/epochs"}},
       {set("/batch_size=32"), {"\"batch_size\" belongs at /model/batch_size"}},
       {set("/optimizer=sgd"), {"did you mean \"algorithm\"?"}},
       {set("/topology/n=8"), {"did you mean \"nodes\"?"}},
       {set("/numerics=double"), {"did you mean \"float64\"?"}},
       {set("/stop/iterations=5"), {"did you mean \"node_steps\"?"}},
       {set("/stop/epochs=3"), {"no samples to pass over\n  expected another end"}}});
}

TEST_CASE("Mistakes with list lead on") {
  check({{{"list", "solvers"}, {"unknown kind \"solvers\"", "expected one of: topologies, "}},
         {{"list", "elasticity"}, {"gossamer explain elasticity describes that"}},
         {{"list", "ring"}, {"gossamer explain ring describes that"}},
         {{"list", "stop"}, {"gossamer explain stop describes that"}},
         {{"list", "ALGORITHMS"}, {"did you mean \"algorithms\"?"}},
         {{"list", "algoritms"}, {"did you mean \"algorithms\"?"}},
         {{"list", "algorithms", "topologies"}, {"list takes no \"topologies\" here", "[OPTIONS] [kind]"}},
         {{"list", "--all"}, {"list has no option --all"}},
         {{"list", ""}, {"unknown kind \"\"", "expected one of: topologies, "}},
         {{"list", "momentum"}, {"gossamer explain momentum describes that"}}});
}

TEST_CASE("Mistakes with explain lead on") {
  check(
      {{{"explain"}, {"name is required", "expected gossamer explain [OPTIONS] name"}},
       {{"explain", "swarm"}, {"did you mean \"swarm_sgd\"?"}},
       {{"explain", "target_los"}, {"did you mean \"target_loss\"?"}},
       {{"explain", "stepsiez"}, {"did you mean \"step"}},
       {{"explain", "consensus_distnce"}, {"did you mean \"consensus_distance\"?"}},
       {{"explain", "quickstart"}, {"nothing is called \"quickstart\"", "expected a name that `gossamer list` shows"}},
       {{"explain", "exponental"}, {"did you mean \"exponential\"?"}},
       {{"explain", "spectral", "gpa"}, {"did you mean \"spectral_gap\"?"}},
       {{"explain", "--all", "ring"}, {"explain has no option --all"}},
       {{"explain", ""}, {"nothing is called \"\""}}});
}

TEST_CASE("Mistakes with topology lead on") {
  check({{{"topology"}, {"source is required", "kind:key=value,… such as torus:rows=8,columns=8"}},
         {{"topology", "tours:rows=8"}, {"did you mean \"torus\"?"}},
         {{"topology", "Ring:nodes=8"}, {"did you mean \"ring\"?"}},
         {{"topology", "torus:rows=8", "columns=8"}, {"settings follow each other with commas and without spaces"}},
         {{"topology", "torus", "8", "8"}, {"takes no \"8\" here", "torus:rows=8,columns=8"}},
         {{"topology", "ring:8"}, {"\"8\" is not a setting\n  expected key=value"}},
         {{"topology", "ring:n=8"}, {"did you mean \"nodes\"?"}},
         {{"topology", "ring"}, {"/topology/nodes: missing\n  expected an integer from 3"}},
         {{"topology", "hypercube:nodes=8"}, {"/topology/dimension: missing"}},
         {{"topology", "swarm_sgd"}, {"\"swarm_sgd\" is an algorithm"}},
         {{"topology", "clique:nodes=8"}, {"did you mean \"complete\"?"}},
         {{"topology", "@b.json"}, {"b.json: no such file"}},
         {{"topology", "ring:nodes=8", "--nodes", "9"}, {"/topology/nodes"}},
         {{"topology", "ring:nodes=8", "--set", "/algorithm/lr=1"}, {"--set /algorithm/lr=1: /algorithm: "}},
         {{"topology", "ring:nodes=8", "--matrix"}, {"--matrix: 1 required W.npy missing"}}});
}

TEST_CASE("Mistakes with collectives lead on") {
  check({{{"collectives"}, {"sources is required", "nic:latency=1 ms"}},
         {{"collectives", "nic:latency=1"}, {"1 has no unit\n  expected a duration such as \"2 ms\""}},
         {{"collectives", "nic:bw=1 Gbit/s"}, {"did you mean \"bandwidth\"?"}},
         {{"collectives", "nic:delay=1 ms"}, {"did you mean \"latency\"?", "half of a round trip"}},
         {{"collectives", "ring"}, {"\"ring\" is a topology"}},
         {{"collectives", "wifi"}, {"expected one of: alpha_beta, max_min, nic, piecewise"}},
         {{"collectives", "hockney"}, {"did you mean \"alpha_beta\"?"}},
         {{"collectives", "@b.json"}, {"b.json: no such file"}},
         {{"collectives", "nic", "--size", "1"}, {"\"1\" has no unit, expected a size such as \"100 kB\""}},
         {{"collectives", "nic", "--nodes", "0"}, {"not in range 1 to "}},
         {{"collectives", "nic", "--sise", "1 MB"}, {"has no option --sise", "did you mean \"--size\"?"}},
         {{"collectives", "nic", "--set", "/latency=1 ms"}, {"\"latency\" belongs at /network"}}});
}

TEST_CASE("Mistakes with calibrate lead on") {
  check({{{"calibrate"}, {"expected mpirun -np 2 ./gossamer calibrate"}},
         {{"calibrate", "@a.json"}, {"did you mean \"--model "}},
         {{"calibrate", "--np", "2"}, {"mpirun -np 2 ./gossamer calibrate starts two ranks"}},
         {{"calibrate", "--ranks", "2"}, {"mpirun -np 2 ./gossamer calibrate starts two ranks"}},
         {{"calibrate", "--seconds", "0"}, {"--seconds: Value 0 not in range 0.5"}},
         {{"calibrate", "--seconds", "5s"}, {"--seconds: "}},
         {{"calibrate", "--set", "/seed=1"}, {"--set requires --model"}},
         {{"calibrate", "--seed", "1"}, {"--seed requires --model"}},
         {{"calibrate", "--ouput", "x.json"}, {"expected one of: --", "--out"}},
         {{"calibrate", "--modle", "x.json"}, {"did you mean \"--model\"?"}},
         {{"calibrate", "--model"}, {"--model: 1 required EXPERIMENT missing"}}});
}

}  // namespace
}  // namespace gossamer
