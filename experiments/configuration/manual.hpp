#pragma once
#include <string>
#include <utility>
#include <vector>

#include "sim/ground/settings.hpp"

namespace gossamer {

/// One thing that an experiment file can name, without what makes it.
struct Offer {
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

/// One registry, for people.
struct Shelf {
  std::string name;  ///< "topologies"
  std::string noun;  ///< "a topology"
  std::string key;   ///< its block in an experiment file: "topology", "model/data"; empty if none
  std::vector<Offer> offers;
  std::vector<Setting> common = {};        ///< settings of all kinds of the block
  bool listed = false;                     ///< whether the key holds a list of such blocks
  std::vector<std::string> families = {};  ///< their order; empty: as they come
};

/// Everything that registries offer, in the order of an experiment file.
const std::vector<Shelf>& catalogue();

/// The blocks of an experiment file, in its order, with the settings that do not depend on their kind, and the keys
/// that are neither blocks nor settings.
const Shelf& plain_blocks();

}  // namespace gossamer
