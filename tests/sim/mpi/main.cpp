#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "tests/sim/mpi/session.hpp"

namespace {
gossamer::MpiSession* running = nullptr;
}  // namespace

gossamer::MpiSession& gossamer::testing::session() { return *running; }

#if defined(__SANITIZE_ADDRESS__)
/// Keeps the plug-ins of Open MPI loaded. Otherwise it closes them at the end, and reports of leaks lack their names.
extern "C" int dlclose(void*) { return 0; }
#endif

int main(int count, char** arguments) {
  gossamer::MpiSession session;
  running = &session;
  doctest::Context context{count, arguments};
  if (session.rank() > 0) context.setOption("minimal", true);  // only failures
  return context.run();
}
