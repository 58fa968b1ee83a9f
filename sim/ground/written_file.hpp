#pragma once
#include <filesystem>
#include <functional>
#include <iosfwd>

namespace gossamer {

/// Writes a file as a whole: `write` is called with a stream to it.
/// Errors  InputError with the file's name and the system's reason if it cannot be created or written. A regular file
///         of which only a part could be written is removed.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

}  // namespace gossamer
