#include "experiments/commands/standard_streams.hpp"

#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace gossamer {

void prepare_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) [[maybe_unused]]
      const int same = open("/dev/null", O_RDWR);  // the lowest number that is free
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_{descriptor} {
  setp(room_.data(), room_.data() + room_.size());
}

auto DescriptorBuffer::overflow(int_type character) -> int_type {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(character, traits_type::eof())) sputc(traits_type::to_char_type(character));
  return traits_type::not_eof(character);
}

int DescriptorBuffer::sync() {
  std::string_view text{pbase(), static_cast<std::size_t>(pptr() - pbase())};
  setp(room_.data(), room_.data() + room_.size());
  while (!text.empty() && error_ == 0) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count >= 0)
      text.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      error_ = errno;
  }
  return error_ == 0 ? 0 : -1;
}

int code_after_output(DescriptorBuffer& out, int code, std::ostream& err) {
  constexpr int success = 0, bad_output = 2, broken_pipe = 141;  // the last as if SIGPIPE had ended the process
  out.pubsync();
  if (out.error() == 0) return code;
  if (out.error() != EPIPE)
    err << fmt::format("cannot write to standard output: {}\n", std::generic_category().message(out.error()));
  if (code != success) return code;
  return out.error() == EPIPE ? broken_pipe : bad_output;
}

}  // namespace gossamer
