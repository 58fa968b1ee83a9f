#include "sim/network/registry.hpp"

#include <utility>

#include "sim/network/alpha_beta.hpp"
#include "sim/network/nic.hpp"
#include "sim/network/piecewise.hpp"

namespace gossamer {
namespace {

using Made = std::unique_ptr<Network>;

template <class S>
Field<S> all_reduce_field() {
  return {"all_reduce", &S::all_reduce,
          choices<AllReduce>({{"ring", AllReduce::ring}, {"recursive_doubling", AllReduce::recursive_doubling}}),
          "how an all-reduce is played"};
}

/// The settings that links have in common, for a structure that holds them.
template <class S>
std::vector<Field<S>> link_fields() {
  return {
      {"latency", &S::latency, at_least(0), "time before the first byte of a message arrives"},
      {"bandwidth", &S::bandwidth, above(0), "rate after the first byte", Presence::optional, Unit::bytes_per_second},
      all_reduce_field<S>()};
}

}  // namespace

const std::vector<Entry<Made(NodeId)>>& networks() {
  static const std::vector<Entry<Made(NodeId)>> entries{
      entry<Made(NodeId), AlphaBeta>(
          "alpha_beta", "every message takes latency + bytes / bandwidth, without contention",
          [](AlphaBeta settings, NodeId) -> Made { return std::make_unique<AlphaBetaNetwork>(settings); },
          link_fields<AlphaBeta>(),
          "Hockney, \"The communication challenge for MPP: Intel Paragon and Meiko CS-2\", Parallel Computing, 1994"),
      entry<Made(NodeId), Nic>(
          "nic", "one full-duplex network card per node, at which messages queue",
          [](Nic settings, NodeId nodes) -> Made { return std::make_unique<NicNetwork>(settings, nodes); },
          link_fields<Nic>(),
          "Alexandrov et al., \"LogGP: Incorporating Long Messages into the LogP Model\", SPAA 1995"),
      entry<Made(NodeId), Piecewise>(
          "piecewise", "latency + bytes / bandwidth by the size of the message; what `gossamer calibrate` fits",
          [](Piecewise settings, NodeId nodes) -> Made {
            return std::make_unique<PiecewiseNetwork>(std::move(settings), nodes);
          },
          {{"up_to", &Piecewise::up_to, at_least(0), "the largest message of every segment but the last, ascending",
            Presence::optional, Unit::bytes},
           {"latency", &Piecewise::latency, anything(), "of each segment: where its line meets zero bytes",
            Presence::optional, Unit::seconds},
           {"bandwidth", &Piecewise::bandwidth, above(0), "of each segment", Presence::optional,
            Unit::bytes_per_second},
           {"occupancy", &Piecewise::occupancy, between(0, 1),
            "of each segment: the share of a message's time for which it occupies the processor at either end"},
           {"interference", &Piecewise::interference, between(0, 1), "the share of that for which computing must wait"},
           all_reduce_field<Piecewise>()},
          "Alexandrov et al., \"LogGP: Incorporating Long Messages into the LogP Model\", SPAA 1995"),
  };
  return entries;
}

}  // namespace gossamer
