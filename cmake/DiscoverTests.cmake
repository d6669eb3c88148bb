# Run after a Catch2 executable is linked: writes LIST_FILE with one add_test for each TEST_CASE. Unlike Catch2's own module it
# makes labels of tags, puts the label before the name (names need only be unique in their folder), and lets no test pass that
# matches nothing or asserts nothing.

cmake_minimum_required(VERSION 3.25)

function(list_tests result)
  set(command ${EXECUTABLE} ${ARGN} --list-test-names-only)
  if(NOT CATCH_VERSION VERSION_LESS 3)
    set(command ${EXECUTABLE} ${ARGN} --list-tests --verbosity quiet)
  endif()
  execute_process(COMMAND ${command} WORKING_DIRECTORY ${WORKING_DIRECTORY} OUTPUT_VARIABLE output ERROR_VARIABLE errors
                  RESULT_VARIABLE status)
  if(NOT status MATCHES "^[0-9]+$" OR errors)  # Catch2 version 2 returns the number of tests
    message(FATAL_ERROR "${EXECUTABLE} cannot list its tests (${status}):\n${output}\n${errors}")
  endif()
  # In a CMake list these three are not themselves.
  string(REPLACE ";" "<semicolon>" output "${output}")
  string(REPLACE "[" "<open>" output "${output}")
  string(REPLACE "]" "<close>" output "${output}")
  string(REPLACE "\n" ";" output "${output}")
  set(${result} ${output} PARENT_SCOPE)
endfunction()

list_tests(names)
foreach(tag IN ITEMS slow campaign property golden)
  list_tests(tagged_${tag} "[${tag}]")
endforeach()

set(script "")
foreach(name IN LISTS names)
  set(labels ${LABEL})
  foreach(tag IN ITEMS slow campaign property golden)
    if(name IN_LIST tagged_${tag})
      list(APPEND labels ${tag})
    endif()
  endforeach()
  string(REPLACE "<semicolon>" ";" name "${name}")
  string(REPLACE "<open>" "[" name "${name}")
  string(REPLACE "<close>" "]" name "${name}")
  string(REGEX REPLACE "([][,\"\\\\])" "\\\\\\1" pattern "${name}")
  string(APPEND script
    "add_test([==[${LABEL}: ${name}]==] [==[${EXECUTABLE}]==] [==[${pattern}]==])\n"
    "set_tests_properties([==[${LABEL}: ${name}]==] PROPERTIES LABELS \"${labels}\" TIMEOUT 600 FAIL_REGULAR_EXPRESSION \"No tests ran;assertions: - none -\"\n"
    "  WORKING_DIRECTORY [==[${WORKING_DIRECTORY}]==] ENVIRONMENT [==[${ENVIRONMENT}]==])\n")
endforeach()
file(WRITE ${LIST_FILE} "${script}")
