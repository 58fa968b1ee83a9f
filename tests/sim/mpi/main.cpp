#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "tests/sim/mpi/session.hpp"

namespace {
gossamer::MpiSession* running = nullptr;
}  // namespace

gossamer::MpiSession& gossamer::testing::session() { return *running; }

#if defined(__SANITIZE_ADDRESS__)
/// Open MPI closes its plug-ins at the end, after which nobody could name what they have leaked: they stay.
extern "C" int dlclose(void*) { return 0; }
#endif

int main(int count, char** arguments) {
  gossamer::MpiSession session;
  running = &session;
  doctest::Context context{count, arguments};
  if (session.rank() > 0) context.setOption("minimal", true);  // only what failed
  return context.run();
}
