#pragma once

namespace gossamer {

/// The commit of the sources when they were built, followed by "-dirty" if they had changes; empty if git has none. The
/// build writes it into a small source of its own, so that a commit compiles nothing else.
const char* source_commit();
/// The compiler's name and version.
const char* compiler_version();

}  // namespace gossamer
