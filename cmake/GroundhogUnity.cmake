# Whole builds in half the time: several files of a folder are compiled as one, never two that define the same name. For CI; while
# one works on a file, compiling it alone is quicker.
option(GROUNDHOG_UNITY "Compile several files of a folder as one" OFF)

# To be called in each directory that makes targets, before they are made.
function(groundhog_choose_units)
  if(NOT GROUNDHOG_UNITY)
    return()
  endif()
  find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/lint/tidy.py --units ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE lines COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" lines "${lines}")
  foreach(line IN LISTS lines)
    if(line MATCHES "^(.+) ([0-9]+)$")
      set_source_files_properties(${PROJECT_SOURCE_DIR}/${CMAKE_MATCH_1} PROPERTIES UNITY_GROUP "unit_${CMAKE_MATCH_2}")
    endif()
  endforeach()
endfunction()

function(groundhog_unite target)
  if(GROUNDHOG_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
endfunction()
