#pragma once
#include <array>
#include <ostream>
#include <streambuf>

namespace gossamer {

/// Opens closed standard descriptors on /dev/null, so that no file of a run gets one of their numbers. Also prevents
/// that the system kills the process when a file grows too large or a pipe has no reader: these become write errors,
/// like a full disk. Must be called first.
void prepare_standard_streams();

/// Writes to a descriptor and keeps its first error.
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

/// The exit code of a program that has ended with `code` and has written its results to `out`. If some results could
/// not be written, that is an error, and one message goes to `err`. If a reader closed its pipe early, as `head` does,
/// there is no message.
int code_after_output(DescriptorBuffer& out, int code, std::ostream& err);

}  // namespace gossamer
