# Short forms of the studies under experiments/tradeoffs and experiments/theory, without their pictures.
file(GLOB studies CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/experiments/tradeoffs/*/study.py ${PROJECT_SOURCE_DIR}/experiments/theory/*/study.py)
foreach(file IN LISTS studies)
  cmake_path(GET file PARENT_PATH folder)
  cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/experiments OUTPUT_VARIABLE study)
  add_test(NAME ${study}
    COMMAND ${GOSSAMER_PYTHON} -B ${PROJECT_SOURCE_DIR}/analysis study ${folder} --short
      --program $<TARGET_FILE:gossamer> --threads 1 --out ${CMAKE_CURRENT_BINARY_DIR}/${study} --no-pictures)
  set_tests_properties(${study} PROPERTIES TIMEOUT 900 LABELS "papers;slow")
endforeach()
