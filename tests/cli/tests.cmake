# The binary whose command line is tested: a user's own, so it links groundhog::main.
if(TARGET tests_cli AND TARGET groundhog_main)
  add_executable(tiny_groundhog ${GROUNDHOG_TEST_ROOT}/cli/binary/tiny_scenarios.cc)
  target_link_libraries(tiny_groundhog PRIVATE groundhog_main groundhog_warnings)
  set_target_properties(tiny_groundhog PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_dependencies(tests_cli tiny_groundhog)
endif()
if(TARGET groundhog)
  add_test(NAME "cli: README"
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/readme.py $<TARGET_FILE:groundhog>)
  set_tests_properties("cli: README" PROPERTIES LABELS "cli;golden")
endif()
