#pragma once
#include <cstdlib>
#include <string>

namespace gossamer::testing {

/// The environment in which a launcher starts a rank, while this lives.
class AsRank {
 public:
  AsRank(const char* size, const char* rank, const std::string& sizes, const std::string& ranks)
      : size_{size}, rank_{rank} {
    setenv(size_, sizes.c_str(), 1);
    setenv(rank_, ranks.c_str(), 1);
  }
  ~AsRank() {
    unsetenv(size_);
    unsetenv(rank_);
  }
  AsRank(const AsRank&) = delete;
  AsRank& operator=(const AsRank&) = delete;

 private:
  const char* size_;
  const char* rank_;
};

}  // namespace gossamer::testing
