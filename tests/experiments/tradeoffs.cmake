# Short forms of the studies under experiments/tradeoffs, without their pictures.
file(GLOB studies CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/experiments/tradeoffs/*/study.py)
foreach(file IN LISTS studies)
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(study ${folder} NAME)
  add_test(NAME tradeoffs/${study}
    COMMAND ${GOSSAMER_PYTHON} -B ${PROJECT_SOURCE_DIR}/analysis study ${folder} --short
      --program $<TARGET_FILE:gossamer> --threads 1 --out ${CMAKE_CURRENT_BINARY_DIR}/tradeoffs/${study} --no-pictures)
  set_tests_properties(tradeoffs/${study} PROPERTIES TIMEOUT 900 LABELS "papers;slow")
endforeach()
