#include "experiments/commands/new_project.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/commands/command_line.hpp"
#include "sim/ground/input_error.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

namespace fs = std::filesystem;

/// An empty current folder while this lives.
class EmptyFolder {
 public:
  EmptyFolder() { fs::current_path(folder_.path()); }
  ~EmptyFolder() { fs::current_path(root_); }
  EmptyFolder(const EmptyFolder&) = delete;
  EmptyFolder& operator=(const EmptyFolder&) = delete;

  /// Runs `gossamer new` with these words.
  testing::CommandResult make(std::vector<std::string> words) const {
    words.insert(words.begin(), "new");
    std::ostringstream out, err;
    const int code = command_line({testing::standard(), root_}, words, out, err);
    return {code, out.str(), err.str()};
  }

 private:
  fs::path root_ = fs::current_path();
  TemporaryFolder folder_;
};

std::string content_of(const fs::path& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

TEST_CASE("A new project has the name in its files and their names, and nothing of the template's") {
  for (const std::string kind : {"algorithm", "model"}) {
    const EmptyFolder folder;
    const testing::CommandResult answer = folder.make({kind, "slow_sgd"});
    CHECK(answer.code == 0);
    CHECK(answer.prints("./build/slow_sgd run experiment.json"));
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator{"slow_sgd"}) {
      names.push_back(entry.path().filename().string());
      const std::string text = content_of(entry.path());
      CHECK_MESSAGE(text.find("slow_sgd") != text.npos, entry.path());
      for (const std::string& old :
           {"my_" + kind, std::string{kind == "model" ? "MyModel" : "MyAlgorithm"}, std::string{"@PREFIX@"}})
        CHECK_MESSAGE(text.find(old) == text.npos, entry.path());
    }
    CHECK(names.size() == 6);
    CHECK(content_of("slow_sgd/slow_sgd.hpp").find("struct SlowSgd {") != std::string::npos);
  }
}

TEST_CASE("A name that cannot be one is refused, and nothing is written") {
  const EmptyFolder folder;
  for (const std::string name :
       {"", "a", "Mine", "my-sgd", "2sgd", "_sgd", "sgd_", "my__sgd", "class", "test", "../sgd", "größe"}) {
    const testing::CommandResult answer = folder.make({"algorithm", name});
    CHECK_MESSAGE(answer.code == 2, name);
    CHECK_MESSAGE(answer.warns("such as my_sgd"), name << answer.err);
  }
  for (const std::string name : {"d_psgd", "torus", "step_size"}) {
    const testing::CommandResult answer = folder.make({"algorithm", name});
    CHECK(answer.code == 2);
    CHECK(answer.warns(fmt::format("new: \"{}\" is taken", name)));
  }
  CHECK(folder.make({"algoritm", "my_sgd"}).warns("did you mean \"algorithm\"?"));
  CHECK(folder.make({"algorithm"}).warns("name is required"));
  CHECK(fs::is_empty("."));
}

TEST_CASE("An existing folder or file of the name stays as it is") {
  const EmptyFolder folder;
  fs::create_directory("my_sgd");
  std::ofstream{"other_sgd"} << "mine";
  fs::create_symlink("nowhere", "third_sgd");
  for (const char* const name : {"my_sgd", "other_sgd", "third_sgd"}) {
    const testing::CommandResult answer = folder.make({"algorithm", name});
    CHECK(answer.code == 2);
    CHECK(answer.warns(fmt::format("there is a \"{}\" here already", name)));
  }
  CHECK(fs::is_empty("my_sgd"));
  CHECK(content_of("other_sgd") == "mine");
}

TEST_CASE("Templates that are missing are named") {
  const TemporaryFolder home;
  std::ostringstream out;
  CHECK_THROWS_AS(new_command({.kind = "algorithm", .name = "my_sgd"}, testing::standard(), home.path(), out),
                  InputError);
}

}  // namespace
}  // namespace gossamer
