#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/ground/settings.hpp"
#include "sim/network/links/link.hpp"

namespace gossamer {

/// Links between pairs of nodes if not all links are alike: a pure function of sender and receiver.
/// Cost    `between` takes O(1) expected time.
class Links {
 public:
  virtual ~Links() = default;
  virtual Link between(NodeId from, NodeId to) const = 0;
  virtual Seconds least_latency() const = 0;
};

/// The area in which nodes are points, drawn independently and uniformly.
enum class Geometry {
  none,
  square,  ///< of side 1: the mean distance of two points is 0.5214
  disk     ///< of radius 1: the mean distance of two points is 128 / (45 π) = 0.9054
};

inline constexpr auto links_of_topology = "topology";

/// Settings for links that differ. By default all are alike. `links.md` describes the files.
struct LinkSources {
  std::optional<std::string> latencies = {};  ///< the file of a matrix whose times replace `latency`
  /// The file of a list of single links, which override all other settings; or `links_of_topology` for the edges of the
  /// topology's graph file.
  std::optional<std::string> links = {};
  /// Latencies of points at a distance d are `latency` + d · `propagation`.
  Geometry geometry = Geometry::none;
  Seconds propagation{50e-3};  ///< ≥ 0, over the distance 1
};

/// Links between random points, with latencies usual.latency + distance · propagation. A node's point is drawn at
/// (seed, position, node), so it does not depend on the number of nodes.
std::shared_ptr<const Links> links_in(Geometry geometry, Link usual, Seconds propagation, NodeId nodes,
                                      std::uint64_t seed);

/// Latencies between sites, as in a file that `links.md` describes.
struct LatencyMatrix {
  std::vector<std::string> sites;
  std::vector<double> seconds;  ///< sites × sites, row by row: entry (i, j) is the latency from site i to site j

  Seconds between(std::size_t from, std::size_t to) const { return Seconds{seconds[from * sites.size() + to]}; }
};

/// Reads the file of a latency matrix for `nodes` nodes. Throws CsvError as `CsvTable` does; if the first field names
/// no unit; if the rows are not the columns' sites in the same order; and if a time is missing, negative or not a
/// number. A site's time to itself may be missing if no two nodes share the site.
LatencyMatrix read_latency_matrix(const std::filesystem::path& path, NodeId nodes);

/// The listed values of one link; an empty value means that the link is like the others.
struct ListedLink {
  std::optional<Seconds> latency = {};
  std::optional<double> bandwidth = {};  ///< bytes per second > 0
};

/// Properties of a link that a file may contain, by name: as columns of a list, or as attributes of a graph's edges.
const std::vector<NumberField>& listed_link_fields();

/// The link with the given values of `listed_link_fields()`, in the same order. Throws NetworkError if both latencies
/// are given.
ListedLink listed_link(const std::vector<std::optional<double>>& values);

/// Links by sender and receiver, in that order.
using LinkList = std::map<std::pair<NodeId, NodeId>, ListedLink>;

/// Completes the list: a link that is listed in one direction only gets the same values in the other.
LinkList both_ways(LinkList links);

/// Reads the file of a list for `nodes` nodes; a link that is listed in one direction only holds in both. Throws
/// CsvError as `CsvTable` does; for two columns of latencies; for a node number out of range; for a link from a node to
/// itself; for a link that is listed twice; for a latency below 0; and for a bandwidth that is not above 0.
LinkList read_link_list(const std::filesystem::path& path, NodeId nodes);

/// The listed links. Links and values that are not listed are those of `others`, or `usual` if `others` is null.
std::shared_ptr<const Links> listed_links(const LinkList& list, Link usual, std::shared_ptr<const Links> others);

/// Links between sites with the matrix's latencies and one bandwidth (bytes per second). Node i is at site i mod m.
std::shared_ptr<const Links> links_between_sites(LatencyMatrix matrix, double bandwidth, NodeId nodes);

}  // namespace gossamer
