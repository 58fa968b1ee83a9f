# Writes a source that knows the commit of the sources and the compiler: cmake -D SOURCES=… -D COMPILER=… -D OUT=… -P
# build_info.cmake. The file stays as it is if nothing has changed, so that nothing is compiled then.
set(COMMIT "")
execute_process(COMMAND git -C ${SOURCES} rev-parse --show-toplevel
  OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
# Sources within another project's repository have no commit of their own.
file(REAL_PATH ${SOURCES} sources)
if(NOT failed AND top STREQUAL sources)
  execute_process(COMMAND git -C ${SOURCES} describe --always --dirty --abbrev=40 "--exclude=*"
    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT [[
#include "experiments/trace/build_info.hpp"

namespace gossamer {

const char* source_commit() { return "@COMMIT@"; }
const char* compiler_version() { return "@COMPILER@"; }

}  // namespace gossamer
]])
