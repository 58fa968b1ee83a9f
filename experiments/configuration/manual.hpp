#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/catalogue.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// An entry or a block of an experiment file, for people.
struct Description {
  std::string name;
  std::string sentence;
  std::string source = {};  ///< the paper, if any
  std::vector<Setting> settings = {};
  std::vector<std::string> facts = {};  ///< sentences on its cost, guarantees and needs
  bool of_graph = false;                ///< see `TopologyEntry::takes_base`
  std::string family = {};              ///< the group in `gossamer list`; empty: no groups
  std::vector<std::pair<std::string, std::string>> counterparts = {};  ///< see `AlgorithmFacts`
  std::string pointer = {};  ///< of a block: where it is in an experiment file
};

/// The descriptions of one registry, or of the blocks.
struct Section {
  std::string name;  ///< "topologies"
  std::string noun;  ///< "a topology"
  std::string key;   ///< its block in an experiment file: "topology", "model/data"; empty if none
  std::vector<Description> entries;
  std::vector<std::string> other_keys = {};  ///< further blocks that have these kinds
  std::vector<Setting> common = {};          ///< settings of all kinds of the block
  bool listed = false;                       ///< whether the key holds a list of such blocks
  std::vector<std::string> families = {};    ///< their order; empty: as they come

  /// Whether a block at this place of an experiment file has these kinds.
  bool is_at(std::string_view pointer) const;
};

/// The descriptions of everything that an experiment file can have, in its order.
struct Manual {
  std::vector<Section> sections;  ///< one for each registry
  /// The blocks of an experiment file, with the settings that do not depend on their kind, and the keys that are neither
  /// blocks nor settings.
  Section blocks;
};
Manual manual_of(const Catalogue& catalogue);

}  // namespace gossamer
