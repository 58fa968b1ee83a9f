#pragma once
#include <cstdint>
#include <optional>
#include <utility>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/cluster.hpp"

/// Small clusters with faults. Steps take 10 ms.
namespace gossamer::testing {

/// A note of a program: the time, and whether something came.
struct Note {
  double time = 0;
  bool received = false;
};

inline constexpr Seconds step{10e-3};

template <class S>
void add(Faults& faults, S settings, NodeId n) {
  if constexpr (requires { outages(settings, n, std::uint64_t{1}); }) {
    faults.outages.push_back(outages(std::move(settings), n, 1));
  } else {
    faults.messages.push_back(message_fault(std::move(settings), n, 1));
  }
}

template <class... S>
Faults faults_of([[maybe_unused]] NodeId n, std::optional<Seconds> detection, S... settings) {
  Faults faults;
  faults.detection = detection;
  (add(faults, std::move(settings), n), ...);
  return faults;
}

}  // namespace gossamer::testing
