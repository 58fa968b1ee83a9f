#pragma once
#include <array>
#include <ostream>
#include <streambuf>

namespace gossamer {

/// Opens those of the three standard descriptors that are closed on /dev/null, so that no file of a run gets one of
/// their numbers; and keeps the system from killing the process for what it writes: a file that has grown too large and
/// a pipe that nobody reads are errors like a full disk. Called first of all.
void prepare_standard_streams();

/// Writes to a descriptor and remembers why that failed first.
class DescriptorBuffer final : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor);

  /// An errno; 0 if all is written.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  int descriptor_;
  int error_ = 0;
  std::array<char, 1 << 16> room_;
};

/// The exit code of the program, which has ended with `code` and has written its results to `out`. If some of them
/// could not be written, it is an error, about which one message goes to `err`; but nobody who closes a pipe early, as
/// `head` does, wants to hear of it.
int code_after_output(DescriptorBuffer& out, int code, std::ostream& err);

}  // namespace gossamer
