#include "experiments/trace/growing_file.hpp"

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gossamer {

GrowingFile::GrowingFile(const std::filesystem::path& path, Words words, bool created)
    : path_{path}, words_{std::move(words)}, created_{created} {
  file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file_ >= 0)
    created_ = true;
  else if (errno == EEXIST)
    file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0)
    throw TraceError{fmt::format("{}: cannot create the {}: {}", path_.string(), words_.file,
                                 std::generic_category().message(errno))};
  struct stat facts {};
  regular_ = fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode);
  // If the file system has no locks, the error is another one. Then nothing prevents two runs from writing one file.
  if (regular_ && flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(file_);
    throw FileInUse{fmt::format("{}: another run is writing this {}", path_.string(), words_.file)};
  }
}

GrowingFile::~GrowingFile() {
  // A destructor cannot report that the last bytes of a pipe did not arrive.
  if (!regular_) [[maybe_unused]]
    const ssize_t done = ::write(file_, ending_.data(), ending_.size());
  drop();
  close(file_);
}

void GrowingFile::drop() {
  if (created_ && !begun_) unlink(path_.c_str());
}

void GrowingFile::append(std::string_view text, std::uint64_t pieces, std::string_view ending) {
  const std::lock_guard lock{writing_};
  add(text, pieces, ending);
}

bool GrowingFile::seal() {
  constexpr std::chrono::milliseconds longest{100};  // the reader of a pipe may have stopped
  return writing_.try_lock_for(longest);
}

void GrowingFile::add(std::string_view text, std::uint64_t pieces, std::string_view ending) {
  if (!begun_) begin();
  if (regular_) lseek(file_, size_, SEEK_SET);
  write(regular_ ? std::string{text}.append(ending) : std::string{text});
  ending_ = ending;
  size_ += static_cast<std::int64_t>(text.size());
  pieces_ += pieces;
}

void GrowingFile::begin() {
  begun_ = true;
  if (regular_ && ftruncate(file_, 0) != 0)
    throw TraceError{fmt::format("{}: cannot write the {}: {}", path_.string(), words_.file,
                                 std::generic_category().message(errno))};
}

void GrowingFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file_, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    const std::string reason = std::generic_category().message(errno);
    // An incomplete piece is cut off. Files that are not regular cannot be cut, and need not be.
    [[maybe_unused]] const int cut = ftruncate(file_, size_);
    if (regular_) [[maybe_unused]]
      const ssize_t whole = pwrite(file_, ending_.data(), ending_.size(), size_);
    throw TraceError{fmt::format("{}: cannot write the {}: {}; the {} {}{} before stay", path_.string(), words_.file,
                                 reason, pieces_, words_.piece, pieces_ == 1 ? "" : "s")};
  }
}

}  // namespace gossamer
