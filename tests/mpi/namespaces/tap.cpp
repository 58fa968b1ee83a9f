#include "tests/mpi/namespaces/tap.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace gossamer {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

int open_file(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) fail(path);
  return descriptor;
}

/// This thread is in another network namespace while it lives.
class Visit {
 public:
  explicit Visit(const std::string& name_space)
      : home_{open_file("/proc/self/ns/net", O_RDONLY)}, there_{open_file("/run/netns/" + name_space, O_RDONLY)} {
    if (::setns(there_, CLONE_NEWNET) != 0) fail("entering the namespace " + name_space);
  }
  ~Visit() {
    ::setns(home_, CLONE_NEWNET);
    ::close(there_);
    ::close(home_);
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  int home_;
  int there_;
};

}  // namespace

Tap::Tap(const std::string& name_space, const std::string& device) {
  const Visit visit{name_space};  // a device is made in the namespace in which this file is opened
  descriptor_ = open_file("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  if (device.copy(request.ifr_name, IFNAMSIZ - 1) < device.size()) {
    errno = ENAMETOOLONG;
    fail(device);
  }
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (::ioctl(descriptor_, TUNSETIFF, &request) != 0) {
    const int error = errno;
    ::close(descriptor_);
    errno = error;
    fail("making " + device + " in " + name_space);
  }
}

Tap::~Tap() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Tap::Tap(Tap&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

std::optional<Frame> Tap::read() {
  std::array<std::byte, 65536> buffer;  // no frame is longer, for any MTU of the device
  const ssize_t bytes = ::read(descriptor_, buffer.data(), buffer.size());
  if (bytes >= 0) return Frame{buffer.begin(), buffer.begin() + bytes};
  // A device that is not up yet has no frames.
  if (errno == EAGAIN || errno == EINTR || errno == EIO || errno == EBADFD) return std::nullopt;
  fail("reading from a network device");
}

bool Tap::write(const Frame& frame) {
  return ::write(descriptor_, frame.data(), frame.size()) == static_cast<ssize_t>(frame.size());
}

}  // namespace gossamer
