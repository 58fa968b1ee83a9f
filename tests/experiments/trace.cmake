set(GOSSAMER_TRACE_TESTS
  hash_test.cpp
  local_scores_test.cpp
  progress_test.cpp
  recorder_test.cpp
  run_test.cpp
  timeline_test.cpp
  trace_test.cpp)
