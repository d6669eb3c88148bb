# The recorded money transfers, played and compared; and bad input to the player.
foreach(script IN ITEMS conformance hostile_plays)
  add_test(NAME "conformance: ${script}"
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/${script}.py $<TARGET_FILE:play_recorded>)
  set_tests_properties("conformance: ${script}" PROPERTIES LABELS conformance)
endforeach()
