#include "experiments/trace/hash.hpp"

#include <fmt/format.h>

namespace gossamer {

std::string Hash::text() const { return fmt::format("{:016x}", state_); }

}  // namespace gossamer
