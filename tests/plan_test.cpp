#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gossamer {
namespace {

/// A room of the house: the files that start with one of `members` (the longest match of all rooms decides). Beside
/// themselves and the ground they may include `below`: rooms by name, or files and folders by the start of their path.
struct Room {
  std::string name;
  std::vector<std::string> members;
  std::vector<std::string> below;
};

const std::vector<Room> house = {
    {"sim/ground", {"sim/ground/"}, {}},
    {"sim/numerics", {"sim/numerics/"}, {}},
    {"sim/node", {"sim/node.", "sim/task."}, {"sim/numerics", "topologies/mixing."}},
    {"topologies", {"topologies/"}, {}},
    {"sim/network", {"sim/network/"}, {}},
    {"sim/compute", {"sim/compute/"}, {}},
    {"sim/faults", {"sim/faults/"}, {}},
    {"sim/compression", {"sim/compression/"}, {"sim/numerics"}},
    {"sim/learning", {"sim/learning/"}, {"sim/numerics"}},
    {"sim/moments", {"sim/moments/"}, {"sim/numerics"}},
    {"algorithms",
     {"algorithms/"},
     {"sim/node", "sim/numerics/params.", "sim/numerics/functions/", "sim/numerics/summaries/", "sim/compression",
      "topologies"}},
    {"sim/world",
     {"sim/world/"},
     {"sim/node", "sim/numerics", "sim/network", "sim/faults", "topologies/mixing.", "topologies/schedule."}},
    {"sim/engine",
     {"sim/engine/"},
     {"sim/world", "sim/node", "sim/numerics", "sim/network", "sim/compute", "sim/faults", "topologies/mixing.",
      "topologies/schedule."}},
    {"sim/proof", {"sim/proof/"}, {"sim/learning", "sim/node", "sim/numerics", "topologies/mixing."}},
    {"sim/mpi", {"sim/mpi/"}, {}},
    {"sim/ranks",
     {"sim/ranks/"},
     {"sim/mpi", "sim/world", "sim/node", "sim/numerics", "sim/network", "sim/compute", "sim/faults",
      "topologies/mixing.", "topologies/schedule."}},
    {"experiments",
     {"experiments/"},
     {"algorithms", "sim/world", "sim/engine", "sim/proof", "sim/mpi", "sim/ranks", "sim/learning", "sim/network",
      "sim/compute", "sim/faults", "sim/compression", "sim/moments", "sim/node", "sim/numerics", "topologies"}},
    {"analysis", {"analysis/"}, {}},
};

/// A library that only some files may see: its headers start with `prefix`.
struct Library {
  std::string prefix;
  std::string where;  ///< the only room that may include it; empty where any may
  bool sources_only;  ///< whether headers may not include it
};

const std::vector<Library> libraries = {
    {"boost/graph/", "topologies", false},
    {"Spectra/", "topologies", true},
    {"nlohmann/json.hpp", "", true},  // headers may include json_fwd.hpp
    {"zlib.h", "", true},
    {"expat.h", "topologies", true},
    {"mpi.h", "sim/mpi", true},
};

struct Include {
  std::string path;
  int line = 0;
  bool ours = false;  ///< in quotes, thus a file of this repository
};

std::vector<Include> includes_of(std::string_view text) {
  static const std::regex directive{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"};
  std::vector<Include> result;
  int number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line{text.substr(start, end - start)};
    start = end + 1;
    ++number;
    if (std::smatch match; std::regex_search(line, match, directive))
      result.push_back({.path = match[2], .line = number, .ours = match[1] == "\""});
  }
  return result;
}

const Room* room_of(std::string_view path) {
  const Room* found = nullptr;
  std::size_t longest = 0;
  for (const Room& room : house) {
    for (const std::string& member : room.members) {
      if (path.starts_with(member) && member.size() > longest) {
        found = &room;
        longest = member.size();
      }
    }
  }
  return found;
}

bool may_include(const Room& from, const Room& to, std::string_view path) {
  if (to.name == "sim/ground" || to.name == from.name) return true;
  return std::any_of(from.below.begin(), from.below.end(), [&](const std::string& allowed) {
    return allowed == to.name || ((allowed.ends_with('.') || allowed.ends_with('/')) && path.starts_with(allowed));
  });
}

/// The fault of one #include line, as a sentence; empty if there is none.
std::string complaint(const std::string& file, const Room& room, const Include& include) {
  if (include.ours) {
    const Room* const target = room_of(include.path);
    if (!target)
      return fmt::format("{}:{}: \"{}\" lies in no room; includes name the path from the root", file, include.line,
                         include.path);
    if (!may_include(room, *target, include.path))
      return fmt::format("{}:{}: {} must not include \"{}\"; it may include the ground{}{}", file, include.line,
                         room.name, include.path, room.below.empty() ? "" : ", ", fmt::join(room.below, ", "));
    return "";
  }
  for (const Library& library : libraries) {
    if (!include.path.starts_with(library.prefix)) continue;
    if (!library.where.empty() && library.where != room.name)
      return fmt::format("{}:{}: <{}> may be seen in {} only", file, include.line, include.path, library.where);
    if (library.sources_only && !file.ends_with(".cpp"))
      return fmt::format("{}:{}: <{}> may be included in sources only", file, include.line, include.path);
  }
  return "";
}

std::vector<std::string> complaints(const std::string& file, std::string_view text) {
  const Room* const room = room_of(file);
  if (!room) return {fmt::format("{}: lies in no room of the house", file)};
  std::vector<std::string> result;
  for (const Include& include : includes_of(text)) {
    std::string sentence = complaint(file, *room, include);
    if (!sentence.empty()) result.push_back(std::move(sentence));
  }
  return result;
}

/// The C++ files of the rooms, by their path from the root, which is the current folder. Templates are other projects.
std::vector<std::string> files_of_the_house() {
  std::vector<std::string> result;
  for (const char* const folder : {"sim", "topologies", "algorithms", "experiments", "analysis"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
      if (entry.path().generic_string().starts_with("experiments/templates/")) continue;
      const std::string extension = entry.path().extension().string();
      if (extension == ".hpp" || extension == ".cpp") result.push_back(entry.path().generic_string());
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::string read(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST_CASE("Every #include in the house points down") {
  const auto files = files_of_the_house();
  REQUIRE_MESSAGE(std::find(files.begin(), files.end(), "sim/node.hpp") != files.end(),
                  "run this test in the root of the repository");
  std::size_t read_lines = 0;
  for (const std::string& file : files) {
    const std::string text = read(file);
    read_lines += includes_of(text).size();
    for (const std::string& sentence : complaints(file, text)) FAIL_CHECK(sentence);
  }
  CHECK(read_lines > files.size());  // nearly every file includes more than one other
}

TEST_CASE("An arrow that points up is named with its file and line") {
  CHECK(complaints("sim/network/models/nic.cpp", "#include <vector>\n\n#include \"sim/engine/simulation.hpp\"\n") ==
        std::vector<std::string>{
            "sim/network/models/nic.cpp:3: sim/network must not include \"sim/engine/simulation.hpp\"; "
            "it may include the ground"});
  CHECK(complaints("sim/learning/models/mlp.hpp", "#include \"algorithms/decentralized/d_psgd.hpp\"").size() == 1);
  CHECK(complaints("topologies/graphs/ring.cpp", "  #  include \"sim/node.hpp\"").size() == 1);
  CHECK(complaints("sim/numerics/kernels.cpp", "#include \"sim/node.hpp\"").size() == 1);
  CHECK(complaints("sim/ground/settings.hpp", "#include \"sim/numerics/params.hpp\"").size() == 1);
}

TEST_CASE("The worlds, and algorithms and worlds, do not know each other") {
  CHECK(complaints("sim/engine/simulation.cpp", "#include \"sim/ranks/rank.hpp\"").size() == 1);
  CHECK(complaints("sim/ranks/rank.cpp", "#include \"sim/engine/simulation.hpp\"").size() == 1);
  CHECK(complaints("sim/proof/worst_case.cpp", "#include \"sim/engine/simulation.hpp\"").size() == 1);
  CHECK(complaints("sim/proof/worst_case.cpp", "#include \"algorithms/registry.hpp\"").size() == 1);
  CHECK(complaints("algorithms/decentralized/d_psgd.cpp", "#include \"sim/engine/simulation.hpp\"").size() == 1);
  CHECK(complaints("sim/engine/simulation.cpp", "#include \"algorithms/registry.hpp\"").size() == 1);
  CHECK(complaints("sim/engine/simulation.cpp", "#include \"sim/learning/problem.hpp\"").size() == 1);
}

TEST_CASE("MPI is called in sim/mpi alone, whose every source calls it and which knows no node") {
  CHECK(complaints("sim/ranks/rank.cpp", "#include <mpi.h>").size() == 1);
  CHECK(complaints("sim/mpi/transport.cpp", "#include \"sim/ranks/rank.hpp\"").size() == 1);
  CHECK(complaints("sim/mpi/transport.cpp", "#include \"sim/node.hpp\"").size() == 1);
  for (const std::string& file : files_of_the_house())
    if (file.starts_with("sim/mpi/") && file.ends_with(".cpp"))
      CHECK_MESSAGE(read(file).find("#include <mpi.h>") != std::string::npos, file);
}

TEST_CASE("Of a room that is open in part, only that part may be included") {
  CHECK(complaints("sim/engine/simulation.hpp", "#include \"topologies/mixing.hpp\"").empty());
  CHECK(complaints("sim/engine/simulation.hpp", "#include \"topologies/graph.hpp\"").size() == 1);
  CHECK(complaints("algorithms/decentralized/d_psgd.hpp", "#include \"sim/numerics/params.hpp\"").empty());
  CHECK(complaints("algorithms/decentralized/d_psgd.hpp", "#include \"sim/numerics/executor.hpp\"").size() == 1);
}

TEST_CASE("Includes that the plan allows cause no complaint") {
  CHECK(
      complaints("algorithms/registry.hpp", "#include \"sim/ground/settings.hpp\"\n#include \"sim/node.hpp\"").empty());
  CHECK(complaints("experiments/run/run.cpp", "#include \"sim/engine/simulation.hpp\"\n#include <nlohmann/json.hpp>")
            .empty());
  CHECK(complaints("topologies/graph.hpp", "#include <boost/graph/adjacency_list.hpp>").empty());
  CHECK(complaints("sim/learning/data/idx.cpp", "#include <zlib.h>").empty());
}

TEST_CASE("Libraries stay where they belong") {
  CHECK(complaints("sim/engine/simulation.hpp", "#include <boost/graph/graph_traits.hpp>").size() == 1);
  CHECK(complaints("experiments/configuration/configuration.hpp", "#include <nlohmann/json.hpp>").size() == 1);
  CHECK(complaints("experiments/configuration/configuration.hpp", "#include <nlohmann/json_fwd.hpp>").empty());
  CHECK(complaints("sim/ground/input_file.hpp", "#include <zlib.h>").size() == 1);
}

TEST_CASE("A file outside all rooms and an include that is not written from the root are named") {
  CHECK(complaints("sim/utils.hpp", "").size() == 1);
  CHECK(complaints("sim/learning/models/mlp.cpp", "#include \"mlp.hpp\"").size() == 1);
}

}  // namespace
}  // namespace gossamer
