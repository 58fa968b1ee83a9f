# Claims of papers: every study under experiments/papers, without its pictures.
foreach(study IN ITEMS actc choco decentlam exponential_graph lead swarm
    local_sgd_unified adsaga slow_and_stale diloco)
  add_test(NAME papers/${study}
    COMMAND ${GOSSAMER_PYTHON} -B ${PROJECT_SOURCE_DIR}/analysis study ${PROJECT_SOURCE_DIR}/experiments/papers/${study}
      --program $<TARGET_FILE:gossamer> --out ${CMAKE_CURRENT_BINARY_DIR}/papers/${study} --no-pictures)
  set_tests_properties(papers/${study} PROPERTIES TIMEOUT 900 LABELS "papers;slow")
endforeach()
