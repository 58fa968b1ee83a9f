#pragma once
#include <array>

#include "sim/network/network.hpp"

namespace gossamer::testing {

/// Every way to do an all-reduce among at least three nodes.
inline const std::array<AllReduceMethod, 6> all_reduces{AllReduceMethod{AllReduce::ring},
                                                        AllReduceMethod{AllReduce::recursive_doubling},
                                                        AllReduceMethod{AllReduce::rabenseifner},
                                                        AllReduceMethod{AllReduce::binomial_tree},
                                                        AllReduceMethod{AllReduce::parameter_server},
                                                        AllReduceMethod{AllReduce::parameter_server, 3}};

/// Network settings in which all-reduces are done so.
template <class Settings>
Settings with_all_reduce(Settings settings, const AllReduceMethod& method) {
  settings.all_reduce = method.algorithm;
  settings.shards = method.shards;
  return settings;
}

}  // namespace gossamer::testing
