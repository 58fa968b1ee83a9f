#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/network/link.hpp"
#include "sim/settings.hpp"

namespace gossamer {

/// What lies between two nodes where not all links are alike: a pure function of who sends to whom.
class Links {
 public:
  virtual ~Links() = default;
  virtual Link between(NodeId from, NodeId to) const = 0;
  virtual Seconds least_latency() const = 0;
};

/// Nodes that are points, drawn independently and uniformly.
enum class Geometry {
  none,
  square,  ///< of side 1: the mean distance of two points is 0.5214
  disk     ///< of radius 1: the mean distance of two points is 128 / (45 π) = 0.9054
};

inline constexpr auto links_of_topology = "topology";

/// Where links differ. By default none does. Files are as `links.md` describes them.
struct LinkSources {
  std::optional<std::string> latencies = {};  ///< a matrix, whose times stand instead of `latency`
  /// A list of single links, which override all else; `links_of_topology` for the edges of the topology's graph file.
  std::optional<std::string> links = {};
  /// Latencies of points at a distance d are `latency` + d · `propagation`.
  Geometry geometry = Geometry::none;
  Seconds propagation{50e-3};  ///< ≥ 0, over the distance 1
};

/// The points, whose latencies are usual.latency + distance · propagation. A node's place does not depend on how many
/// nodes there are; it is drawn at (seed, position, node).
std::shared_ptr<const Links> links_in(Geometry geometry, Link usual, Seconds propagation, NodeId nodes,
                                      std::uint64_t seed);

/// Latencies between sites, read from a file as `links.md` describes it.
struct LatencyMatrix {
  std::vector<std::string> sites;
  std::vector<double> seconds;  ///< sites × sites, row by row: from the site of the row to that of the column

  Seconds between(std::size_t from, std::size_t to) const { return Seconds{seconds[from * sites.size() + to]}; }
};

/// Reads the file for so many nodes. Throws CsvError as `CsvTable`; for a first field that names no unit; for rows
/// that are not the columns' sites in their order; and for a time that is missing, negative or no number. A site's time
/// to itself may be missing where no two nodes share it.
LatencyMatrix read_latency_matrix(const std::filesystem::path& path, NodeId nodes);

/// What a list says of one link; nothing where it is like the others.
struct ListedLink {
  std::optional<Seconds> latency = {};
  std::optional<double> bandwidth = {};  ///< bytes per second > 0
};

/// What a file may say of a link, by name: in the columns of a list, on the edges of a graph.
const std::vector<NumberField>& listed_link_fields();

/// The link from values for these fields, in their order. Throws NetworkError where two of them are latencies.
ListedLink listed_link(const std::vector<std::optional<double>>& values);

/// Links by sender and receiver, in that order.
using LinkList = std::map<std::pair<NodeId, NodeId>, ListedLink>;

/// The list with every link for which nothing is said in one direction in both.
LinkList both_ways(LinkList links);

/// Reads the file for so many nodes; a link for which nothing is said in one direction is there in both. Throws
/// CsvError as `CsvTable`; for two columns of latencies; for a node that is none, a link from a node to itself, one
/// that stands there twice, and a latency below or a bandwidth not above 0.
LinkList read_link_list(const std::filesystem::path& path, NodeId nodes);

/// The listed links; all others, and what is not said of these, as in `others`, or as usual where that is null.
std::shared_ptr<const Links> listed_links(const LinkList& list, Link usual, std::shared_ptr<const Links> others);

/// Node i is at site i mod m.
std::shared_ptr<const Links> links_between_sites(LatencyMatrix matrix, double bandwidth, NodeId nodes);

}  // namespace gossamer
