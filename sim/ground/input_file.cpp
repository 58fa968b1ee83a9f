#include "sim/ground/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <zlib.h>

#include "sim/ground/read_log.hpp"

namespace gossamer {
namespace {

constexpr unsigned buffer_size = 1u << 17;
constexpr std::size_t largest_read = std::size_t{1} << 30;  // zlib returns a number of bytes as an int

constexpr std::uintmax_t harmless_size = std::uintmax_t{1} << 28;
constexpr std::uintmax_t largest_expansion = 200;

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

void InputFile::Close::operator()(gzFile_s* file) const { gzclose_r(file); }

InputFile::InputFile(const std::filesystem::path& path) : name_{path.string()} {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) fail("no such file");
  if (std::filesystem::is_directory(status)) fail("is a folder, expected a file");
  // Files of the system, such as those in /proc, have a size of 0 and yet content.
  if (std::filesystem::is_regular_file(status)) size_ = std::filesystem::file_size(path);
  if (size_ == 0) size_.reset();
  errno = 0;
  file_.reset(gzopen(name_.c_str(), "rb"));
  if (!file_) fail(fmt::format("cannot be opened: {}", reason(errno)));
  ReadLog::note(path);
  gzbuffer(file_.get(), buffer_size);
  errno = 0;
  const int first = gzgetc(file_.get());
  if (first < 0) fail_reading();
  gzungetc(first, file_.get());
}

std::size_t InputFile::read(void* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const std::size_t wanted = std::min(size - done, largest_read);
    errno = 0;
    const int got = gzread(file_.get(), static_cast<char*>(to) + done, static_cast<unsigned>(wanted));
    int status = Z_OK;
    gzerror(file_.get(), &status);
    if (got < 0 || (status != Z_OK && status != Z_STREAM_END)) fail_reading();
    done += static_cast<std::size_t>(got);
    bytes_read_ += static_cast<std::uintmax_t>(got);
    check_expansion();
    if (static_cast<std::size_t>(got) < wanted) break;
  }
  return done;
}

std::optional<std::uintmax_t> InputFile::most_bytes_left() const {
  if (!size_) return std::nullopt;
  const std::uintmax_t most = compressed() ? std::max(harmless_size, *size_ * largest_expansion) : *size_;
  return most - std::min(most, bytes_read_);
}

bool InputFile::compressed() const { return gzdirect(file_.get()) == 0; }

void InputFile::check_expansion() const {
  if (bytes_read_ <= harmless_size || !compressed()) return;
  const auto compressed = static_cast<std::uintmax_t>(std::max<z_off_t>(1, gzoffset(file_.get())));
  if (bytes_read_ / compressed > largest_expansion)
    fail(
        fmt::format("{} compressed bytes expand to more than {}, expected at most {}-fold; if this is right, "
                    "decompress the file first",
                    compressed, bytes_read_, largest_expansion));
}

void InputFile::fail_reading() const {
  const int error = errno;
  int status = Z_OK;
  const char* const message = gzerror(file_.get(), &status);
  if (status == Z_BUF_ERROR) fail("the gzip data end too early (truncated file)");
  if (status == Z_DATA_ERROR) fail(fmt::format("the gzip data are damaged ({})", message));
  if (status == Z_MEM_ERROR) fail("there is not enough memory to read it");
  if (status == Z_OK) fail("the file is empty");
  fail(fmt::format("cannot be read: {}", reason(error)));
}

void InputFile::fail(std::string_view sentence) const { throw InputError{fmt::format("{}: {}", name_, sentence)}; }

}  // namespace gossamer
