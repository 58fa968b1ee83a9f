#include "sim/ground/read_log.hpp"

namespace gossamer {
namespace {

thread_local ReadLog* innermost = nullptr;

}  // namespace

ReadLog::ReadLog() : outer_{innermost} { innermost = this; }

ReadLog::~ReadLog() { innermost = outer_; }

void ReadLog::note(const std::filesystem::path& file) {
  for (ReadLog* log = innermost; log; log = log->outer_) log->files_.push_back(file);
}

}  // namespace gossamer
