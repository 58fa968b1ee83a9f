#include "sim/network/registry.hpp"

#include <limits>
#include <utility>

#include "sim/network/collectives/collectives.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/models/piecewise.hpp"

namespace gossamer {
namespace {

using Made = std::unique_ptr<Network>;
using Context = const NetworkContext&;

constexpr double limited_by_cards = std::numeric_limits<double>::infinity();  // bandwidth of the links between cards

template <class S>
Field<S> shards_field() {
  return {
      "shards", &S::shards, at_least(1),
      "of the parameter server: the number of nodes, from node 0 on, that keep an equal part each; one if not given"};
}

/// Settings of all-reduces.
template <class S>
std::vector<Field<S>> all_reduce_fields() {
  std::vector<std::pair<std::string, AllReduce>> names;
  for (const auto algorithm : {AllReduce::ring, AllReduce::recursive_doubling, AllReduce::rabenseifner,
                               AllReduce::binomial_tree, AllReduce::parameter_server})
    names.emplace_back(algorithm_of(algorithm).name, algorithm);
  names.emplace_back("automatic", AllReduce::automatic);
  names.emplace_back("mpich", AllReduce::mpich);
  return {{"all_reduce", &S::all_reduce, Choices<AllReduce>{std::move(names)},
           "how an all-reduce is done; automatic is the fastest here for these bytes, without a server; mpich is "
           "recursive_doubling up to 2048 bytes, else rabenseifner"},
          shards_field<S>()};
}

/// The settings that all links have in common, for a structure that holds them.
template <class S>
std::vector<Field<S>> link_fields() {
  return {
      Field<S>{"latency", &S::latency, at_least(0), "time before the first byte of a message arrives"}.read_if(
          where_not_given("latencies")),
      {"bandwidth", &S::bandwidth, above(0), "rate after the first byte", Presence::optional, Unit::bytes_per_second}};
}

template <class T>
std::vector<T> operator+(std::vector<T> first, const std::vector<T>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// Settings of a message's costs besides latency and bytes over bandwidth.
template <class S>
std::vector<Field<S>> protocol_fields() {
  const std::vector<Field<Protocol>> protocol{
      {"overhead", &Protocol::overhead, at_least(0),
       "LogGP's o: time for which a message occupies the processor at each end"},
      {"rendezvous_threshold", &Protocol::rendezvous_threshold, at_least(0),
       "messages above it are announced first, which takes two latencies more", Presence::optional, Unit::bytes},
      {"bandwidth_factor", &Protocol::bandwidth_factor, above_up_to(0, 1),
       "share of the bandwidth that headers leave"}};
  std::vector<Field<S>> fields;
  for (const auto& field : protocol) fields.emplace_back(&S::protocol, field);
  return fields;
}

/// Settings of links that differ, of jitter, and of a message's other costs.
template <class S>
std::vector<Field<S>> path_fields() {
  const std::vector<Field<LinkSources>> sources{
      {"latencies", &LinkSources::latencies, "file with a latency matrix, instead of latency"},
      {"links", &LinkSources::links,
       "file with single links, whose latency and bandwidth are their own; \"topology\": the graph file's edges"},
      {"geometry", &LinkSources::geometry,
       choices<Geometry>({{"none", Geometry::none}, {"square", Geometry::square}, {"disk", Geometry::disk}}),
       "where nodes are at random: in a square of side 1 or a disk of radius 1"},
      Field<LinkSources>{"propagation", &LinkSources::propagation, at_least(0),
                         "latency over the distance 1, in addition, where there is a geometry"}
          .read_if(where_not("geometry", std::string{"none"}))};
  std::vector<Field<S>> fields;
  for (const auto& field : sources) fields.emplace_back(&S::sources, field);
  fields.emplace_back(&S::protocol, Field<Protocol>{"jitter", &Protocol::jitter, at_least(0),
                                                    "standard deviation of the logarithm of a lognormal factor of mean "
                                                    "1, by message, on its latency"});
  return fields + protocol_fields<S>();
}

std::vector<Field<Nic>> card_fields() {
  return {{"up_bandwidth", &Nic::up_bandwidth, above(0), "of what a card sends, instead of bandwidth",
           Presence::optional, Unit::bytes_per_second},
          {"down_bandwidth", &Nic::down_bandwidth, above(0), "of what a card receives, instead of bandwidth",
           Presence::optional, Unit::bytes_per_second},
          {"cards", &Nic::cards, choices<Nic::Of>({{"network", Nic::Of::network}, {"devices", Nic::Of::devices}}),
           "source of the cards' rates: the settings above, or the device of each node"},
          {"gap", &Nic::gap, at_least(0), "LogGP's g: idle time of a card between two messages"}};
}

/// A network whose all-reduce settings are valid for the number of nodes.
template <class S, class Make>
auto with_all_reduce(Make make) {
  return [make](S settings, Context context) -> Made {
    check_shards(settings.all_reduce, settings.shards, context.nodes);
    return make(std::move(settings), context);
  };
}

/// True if links or cards differ between nodes.
template <class S>
bool describes_nodes(const S& settings) {
  bool result = false;
  if constexpr (requires { settings.sources; }) result = settings.sources.latencies || settings.sources.links;
  if constexpr (requires { settings.cards; }) result = result || settings.cards != Nic::Of::network;
  return result;
}

/// A network whose all-reduce settings are checked before it is made.
template <class S, class Make>
NetworkEntry network(std::string name, std::string sentence, Make make, std::vector<Field<S>> fields,
                     std::string source) {
  NetworkEntry result{entry<Made(Context), S>(std::move(name), std::move(sentence), with_all_reduce<S>(make), fields,
                                              std::move(source))};
  result.describes_nodes = [fields](const Values& values) { return describes_nodes(filled(fields, values)); };
  return result;
}

LinkList list_of(const std::string& links, const NetworkContext& context) {
  if (links != links_of_topology) return read_link_list(context.resolve(links), context.nodes);
  if (!context.edges) throw NetworkError{"links are those of a topology, and there is none here"};
  return context.edges();
}

/// The links that settings describe; null if all are alike.
PathContext paths_of(const LinkSources& sources, Link usual, const NetworkContext& context) {
  PathContext result{.links = nullptr, .seed = context.seed};
  if (sources.latencies && sources.geometry != Geometry::none)
    throw NetworkError{"both latencies and a geometry are given, expected one of them"};
  if (sources.latencies)
    result.links = links_between_sites(read_latency_matrix(context.resolve(*sources.latencies), context.nodes),
                                       usual.bandwidth, context.nodes);
  if (sources.geometry != Geometry::none)
    result.links = links_in(sources.geometry, usual, sources.propagation, context.nodes, context.seed);
  if (sources.links) result.links = listed_links(list_of(*sources.links, context), usual, std::move(result.links));
  return result;
}

/// The cards of devices; null if all cards are alike.
std::shared_ptr<const NodeCards> cards_of(const Nic& settings, const NetworkContext& context) {
  if (settings.cards == Nic::Of::network) return nullptr;
  if (!context.cards) throw NetworkError{"cards are those of devices, and there are none here"};
  return std::make_shared<const NodeCards>(context.cards(settings.up_bandwidth.value_or(settings.bandwidth),
                                                         settings.down_bandwidth.value_or(settings.bandwidth)));
}

NetworkEntry max_min() {
  NetworkEntry result = network<MaxMin>(
      "max_min", "flows on a routed platform share its links max-min fairly",
      [](MaxMin settings, Context context) -> Made {
        return std::make_unique<MaxMinNetwork>(settings, *context.platform, context.nodes);
      },
      std::vector<Field<MaxMin>>{
          {"sharing", &MaxMin::sharing,
           choices<Sharing>({{"equal", Sharing::equal}, {"inverse_latency", Sharing::inverse_latency}}),
           "the weight of a flow: 1, or 1/latency of its route as in SimGrid's CM02"},
          {"connections", &MaxMin::connections,
           choices<Connections>({{"per_pair", Connections::per_pair}, {"per_message", Connections::per_message}}),
           "messages from one node to another flow one after the other, or each independently"}} +
          all_reduce_fields<MaxMin>() + protocol_fields<MaxMin>(),
      "Casanova, Giersch, Legrand, Quinson, Suter, \"Versatile, Scalable, and Accurate Simulation of Distributed "
      "Applications and Platforms\", JPDC 74(10), 2014");
  result.needs_platform = true;
  return result;
}

}  // namespace

NetworkEntry piecewise_network() {
  return network<Piecewise>(
      "piecewise", "latency + bytes / bandwidth by the size of the message, as `gossamer calibrate` fits it",
      [](Piecewise settings, Context context) -> Made {
        return std::make_unique<PiecewiseNetwork>(std::move(settings), context.nodes);
      },
      std::vector<Field<Piecewise>>{
          {"up_to", &Piecewise::up_to, at_least(0), "the largest message of every segment but the last, ascending",
           Presence::optional, Unit::bytes},
          {"latency", &Piecewise::latency, anything(), "of each segment: where its line meets zero bytes",
           Presence::optional, Unit::seconds},
          {"bandwidth", &Piecewise::bandwidth, above(0), "of each segment", Presence::optional, Unit::bytes_per_second},
          {"occupancy", &Piecewise::occupancy, between(0, 1),
           "of each segment: the fraction of a message's time for which it occupies the processor at each end"},
          {"interference", &Piecewise::interference, between(0, 1),
           "the fraction of this handling for which computing waits"},
          {"attention", &Piecewise::attention, at_least(0),
           "delay until a computing node notices a message, unless its step ends earlier"}} +
          all_reduce_fields<Piecewise>(),
      "Alexandrov et al., \"LogGP: Incorporating Long Messages into the LogP Model\", SPAA 1995");
}

Setting shards_setting() { return shards_field<AlphaBeta>().setting; }

const std::vector<NetworkEntry>& networks() {
  static const std::vector<NetworkEntry> entries{
      network<AlphaBeta>(
          "alpha_beta", "every message takes latency + bytes / bandwidth, without contention",
          [](const AlphaBeta& settings, Context context) -> Made {
            return std::make_unique<AlphaBetaNetwork>(
                settings, paths_of(settings.sources, {settings.latency, settings.bandwidth}, context));
          },
          link_fields<AlphaBeta>() + all_reduce_fields<AlphaBeta>() + path_fields<AlphaBeta>(),
          "Hockney, \"The communication challenge for MPP: Intel Paragon and Meiko CS-2\", Parallel Computing, 1994"),
      network<Nic>(
          "nic", "one full-duplex network card per node, at which messages queue",
          [](const Nic& settings, Context context) -> Made {
            return std::make_unique<NicNetwork>(
                settings, context.nodes, paths_of(settings.sources, {settings.latency, limited_by_cards}, context),
                cards_of(settings, context));
          },
          link_fields<Nic>() + all_reduce_fields<Nic>() + card_fields() + path_fields<Nic>(),
          "Alexandrov et al., \"LogGP: Incorporating Long Messages into the LogP Model\", SPAA 1995"),
      piecewise_network(),
      max_min(),
  };
  return entries;
}

}  // namespace gossamer
