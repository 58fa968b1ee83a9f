# Claims of papers: every study under experiments/papers, without its pictures.
file(GLOB studies CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/experiments/papers/*/study.py)
foreach(file IN LISTS studies)
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(study ${folder} NAME)
  add_test(NAME papers/${study}
    COMMAND ${GOSSAMER_PYTHON} -B ${PROJECT_SOURCE_DIR}/analysis study ${folder}
      --program $<TARGET_FILE:gossamer> --threads 1 --out ${CMAKE_CURRENT_BINARY_DIR}/papers/${study} --no-pictures)
  set_tests_properties(papers/${study} PROPERTIES TIMEOUT 900 LABELS "papers;slow")
endforeach()
