# The binary whose command line is tested: a user's own, so it links groundhog::main.
if(TARGET tests_cli AND TARGET groundhog_main)
  add_executable(tiny_groundhog ${GROUNDHOG_TEST_ROOT}/cli/binary/tiny_scenarios.cc)
  target_link_libraries(tiny_groundhog PRIVATE groundhog_main groundhog_warnings)
  set_target_properties(tiny_groundhog PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_dependencies(tests_cli tiny_groundhog)
endif()
