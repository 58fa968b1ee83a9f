#include "sim/network/registry.hpp"

#include <utility>

#include "sim/network/alpha_beta.hpp"
#include "sim/network/max_min.hpp"
#include "sim/network/nic.hpp"
#include "sim/network/piecewise.hpp"

namespace gossamer {
namespace {

using Made = std::unique_ptr<Network>;
using Context = const NetworkContext&;

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

const std::vector<NetworkEntry>& networks() {
  static const std::vector<NetworkEntry> entries{
      entry<Made(Context), AlphaBeta>(
          "alpha_beta", "every message takes latency + bytes / bandwidth, without contention",
          [](AlphaBeta settings, Context) -> Made { return std::make_unique<AlphaBetaNetwork>(settings); },
          link_fields<AlphaBeta>(),
          "Hockney, \"The communication challenge for MPP: Intel Paragon and Meiko CS-2\", Parallel Computing, 1994"),
      entry<Made(Context), Nic>(
          "nic", "one full-duplex network card per node, at which messages queue",
          [](Nic settings, Context context) -> Made { return std::make_unique<NicNetwork>(settings, context.nodes); },
          link_fields<Nic>(),
          "Alexandrov et al., \"LogGP: Incorporating Long Messages into the LogP Model\", SPAA 1995"),
      entry<Made(Context), Piecewise>(
          "piecewise", "latency + bytes / bandwidth by the size of the message; what `gossamer calibrate` fits",
          [](Piecewise settings, Context context) -> Made {
            return std::make_unique<PiecewiseNetwork>(std::move(settings), context.nodes);
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
      entry<Made(Context), MaxMin>(
          "max_min", "flows on a routed platform share its links max-min fairly",
          [](MaxMin settings, Context context) -> Made {
            return std::make_unique<MaxMinNetwork>(settings, *context.platform, context.nodes);
          },
          {{"sharing", &MaxMin::sharing,
            choices<Sharing>({{"equal", Sharing::equal}, {"inverse_latency", Sharing::inverse_latency}}),
            "the weight of a flow: 1, or 1/latency of its route as in SimGrid's CM02"},
           all_reduce_field<MaxMin>()},
          "Casanova, Giersch, Legrand, Quinson, Suter, \"Versatile, Scalable, and Accurate Simulation of Distributed "
          "Applications and Platforms\", JPDC 74(10), 2014"),
  };
  return entries;
}

}  // namespace gossamer
