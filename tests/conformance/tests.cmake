# The recorded scenarios, played and compared; and bad input to the players.
add_executable(conformance ${CMAKE_CURRENT_LIST_DIR}/conformance_main.cc)
target_link_libraries(tests_conformance_support PUBLIC tests_raw_support)  # made after it
set_target_properties(tests_conformance_support PROPERTIES UNITY_BUILD OFF)
target_link_libraries(conformance PRIVATE tests_conformance_support groundhog_strict)
set_target_properties(conformance PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

add_test(NAME "conformance: conformance"
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/conformance.py $<TARGET_FILE:conformance>)
add_test(NAME "conformance: hostile_plays"
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/hostile_plays.py $<TARGET_FILE:play_recorded>)
set_tests_properties("conformance: conformance" "conformance: hostile_plays" PROPERTIES LABELS conformance)
