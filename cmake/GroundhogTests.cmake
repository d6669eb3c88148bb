# Tests. Each folder below tests/ with *_test.cc is one Catch2 executable, each TEST_CASE a ctest test. What it links follows from
# what it includes. Other .cc of the folder are support code, which tests of other folders may use as well (but for *_main.cc).

set(GROUNDHOG_TEST_ROOT ${PROJECT_SOURCE_DIR}/tests)
set(GROUNDHOG_TEST_ENVIRONMENT
  "RC_PARAMS=seed=20260217"  # the same cases in each run; rapidcheck prints the seed of a failure, and any other may be set
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=halt_on_error=1")

add_library(groundhog_test_common INTERFACE)
target_link_libraries(groundhog_test_common INTERFACE
  groundhog_common groundhog_warnings Catch2::Catch2WithMain rapidcheck)
add_library(tests_paths STATIC ${GROUNDHOG_TEST_ROOT}/paths.cc)
target_link_libraries(tests_paths PRIVATE groundhog_common groundhog_warnings)
target_compile_definitions(tests_paths PRIVATE GROUNDHOG_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                           GROUNDHOG_BINARY_DIR="${PROJECT_BINARY_DIR}")
target_link_libraries(groundhog_test_common INTERFACE tests_paths)
foreach(type IN ITEMS OPTIONAL PAIR TUPLE)  # Catch2 prints these when asked to
  target_compile_definitions(groundhog_test_common INTERFACE CATCH_CONFIG_ENABLE_${type}_STRINGMAKER)
endforeach()
if(NOT Catch2_VERSION VERSION_LESS 3)
  target_include_directories(groundhog_test_common SYSTEM INTERFACE ${GROUNDHOG_TEST_ROOT}/catch_v3)
endif()

# Builds whatever a TSan run needs: the executables with a test tagged [campaign].
add_custom_target(campaign_tests)

# The folders that `files` include (as written in #include "folder/file.h", and through headers of tests/).
function(groundhog_included_folders result)
  set(folders "")
  set(queue ${ARGN})
  set(seen "")
  while(queue)
    list(POP_FRONT queue file)
    if(file IN_LIST seen OR NOT EXISTS ${file})
      continue()
    endif()
    list(APPEND seen ${file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(STRINGS ${file} lines REGEX "^#include \"")
    foreach(line IN LISTS lines)
      if(line MATCHES "\"(.+)/([^/]+)\"")
        list(APPEND folders ${CMAKE_MATCH_1})
        if(CMAKE_MATCH_1 MATCHES "^tests")
          list(APPEND queue ${PROJECT_SOURCE_DIR}/${CMAKE_MATCH_1}/${CMAKE_MATCH_2})
        endif()
      endif()
    endforeach()
  endwhile()
  list(REMOVE_DUPLICATES folders)
  set(${result} ${folders} PARENT_SCOPE)
endfunction()

# The library of the layer that holds `folder` (empty if none does).
function(groundhog_library_of result folder)
  set(${result} "" PARENT_SCOPE)
  foreach(layer IN LISTS GROUNDHOG_LAYERS)
    if(folder STREQUAL layer OR folder MATCHES "^${layer}/")
      groundhog_layer_target(target ${layer})
      if(TARGET ${target})
        set(${result} ${target} PARENT_SCOPE)
      endif()
    endif()
  endforeach()
endfunction()

function(groundhog_test_target result folder)
  string(REPLACE "/" "_" name ${folder})
  set(${result} tests_${name} PARENT_SCOPE)
endfunction()

# Links `target` to the layers and support libraries that `files` include.
function(groundhog_link_what_is_included target)
  groundhog_included_folders(folders ${ARGN})
  set(libraries "")
  foreach(folder IN LISTS folders)
    if(folder MATCHES "^tests/(.+)$")
      groundhog_test_target(support ${CMAKE_MATCH_1})
      list(APPEND libraries ${support}_support)
    else()
      groundhog_library_of(library ${folder})
      list(APPEND libraries ${library})
    endif()
  endforeach()
  list(REMOVE_ITEM libraries ${target})
  foreach(library IN LISTS libraries)
    if(NOT library MATCHES "_support$" OR TARGET ${library})
      target_link_libraries(${target} PUBLIC ${library})
    endif()
  endforeach()
endfunction()

# Makes each TEST_CASE of `target` a ctest test, labelled `label` and with its tags among slow, campaign, property, golden.
function(groundhog_discover_tests target label)
  set(list_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_tests.cmake)
  set(include_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake)
  add_custom_command(TARGET ${target} POST_BUILD BYPRODUCTS ${list_file}
    COMMAND ${CMAKE_COMMAND} -D EXECUTABLE=$<TARGET_FILE:${target}> -D LIST_FILE=${list_file} -D LABEL=${label}
            -D CATCH_VERSION=${Catch2_VERSION} -D WORKING_DIRECTORY=${PROJECT_SOURCE_DIR}
            "-D ENVIRONMENT=${GROUNDHOG_TEST_ENVIRONMENT}"
            -P ${PROJECT_SOURCE_DIR}/cmake/DiscoverTests.cmake
    VERBATIM)
  file(WRITE ${include_file}
"if(EXISTS \"${list_file}\")
  include(\"${list_file}\")
else()
  add_test(\"${label}: ${target} is not built\" ${target}_NOT_BUILT)
  set_tests_properties(\"${label}: ${target} is not built\" PROPERTIES LABELS ${label})
endif()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_file})
endfunction()

function(groundhog_add_test_folder folder)
  groundhog_test_target(target ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${GROUNDHOG_TEST_ROOT}/${folder}/*_test.cc)
  file(GLOB files CONFIGURE_DEPENDS ${GROUNDHOG_TEST_ROOT}/${folder}/*_test.cc ${GROUNDHOG_TEST_ROOT}/${folder}/*.h)
  if(NOT sources)
    return()
  endif()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE groundhog_test_common)
  groundhog_unite(${target})
  groundhog_link_what_is_included(${target} ${files})
  if(TARGET ${target}_support)
    target_link_libraries(${target} PRIVATE ${target}_support)
  endif()
  groundhog_discover_tests(${target} ${folder})
  foreach(source IN LISTS sources)
    file(STRINGS ${source} tagged REGEX "\\[campaign\\]")
    if(tagged)
      add_dependencies(campaign_tests ${target})
    endif()
  endforeach()
endfunction()

function(groundhog_add_support_folder folder)
  file(GLOB sources CONFIGURE_DEPENDS ${GROUNDHOG_TEST_ROOT}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "_(test|main)\\.cc$")
  if(sources)
    groundhog_test_target(target ${folder})
    add_library(${target}_support STATIC ${sources})
    target_link_libraries(${target}_support PUBLIC groundhog_test_common)
    groundhog_unite(${target}_support)
    file(GLOB headers CONFIGURE_DEPENDS ${GROUNDHOG_TEST_ROOT}/${folder}/*.h)
    groundhog_link_what_is_included(${target}_support ${sources} ${headers})
  endif()
endfunction()

function(groundhog_add_tests)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${GROUNDHOG_TEST_ROOT} ${GROUNDHOG_TEST_ROOT}/*.cc)
  set(folders "")
  foreach(file IN LISTS files)
    get_filename_component(folder ${file} DIRECTORY)
    if(folder AND NOT folder MATCHES "^(lint|install|catch_v3)|(^|/)(compile_fail|compiles)$")
      list(APPEND folders ${folder})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES folders)
  foreach(folder IN LISTS folders)
    groundhog_add_support_folder(${folder})
  endforeach()
  foreach(folder IN LISTS folders)
    groundhog_add_test_folder(${folder})
  endforeach()
endfunction()

# --- Code that must, or must not, compile -------------------------------------------------------------------------------------

# A library that is never built: its entries in the compile database are the commands that the cases are tried with.
function(groundhog_compile_case name source expected)
  if(NOT TARGET compile_cases)
    add_library(compile_cases OBJECT EXCLUDE_FROM_ALL)
    target_link_libraries(compile_cases PRIVATE groundhog_test_common)
  endif()
  get_filename_component(source ${source} ABSOLUTE)
  target_sources(compile_cases PRIVATE ${source})
  add_test(NAME "compile: ${name}"
    COMMAND ${Python3_EXECUTABLE} ${GROUNDHOG_TEST_ROOT}/lint/compile_case.py ${PROJECT_BINARY_DIR} ${source} ${expected})
  set_tests_properties("compile: ${name}" PROPERTIES LABELS compile)
endfunction()

# A test that passes if `source` does not compile and the compiler says something that matches `expected_regex`.
function(groundhog_compile_fails name source expected_regex)
  groundhog_compile_case("${name}" ${source} "${expected_regex}")
endfunction()

# A test that passes if `source` compiles.
function(groundhog_compiles name source)
  groundhog_compile_case("${name}" ${source} "")
endfunction()

# The cases by convention: tests/**/compiles/*.cc compile; tests/**/compile_fail/*.cc do not, for the reason that their first
# line names: `// expect: regex`, or `// expect-gnu: regex` where only g++ refuses and others compile.
function(groundhog_add_compile_cases)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${GROUNDHOG_TEST_ROOT}/*.cc)
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH name ${GROUNDHOG_TEST_ROOT} ${source})
    if(name MATCHES "/compiles/[^/]+$")
      groundhog_compiles(${name} ${source})
    elseif(name MATCHES "/compile_fail/[^/]+$")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
      file(STRINGS ${source} first_line LIMIT_COUNT 1)
      if(NOT first_line MATCHES "^// expect(-gnu)?: (.+)$")
        message(FATAL_ERROR "${source}: the first line must be `// expect: regex` or `// expect-gnu: regex`")
      endif()
      set(expected "${CMAKE_MATCH_2}")
      if(CMAKE_MATCH_1 STREQUAL "-gnu" AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        groundhog_compiles(${name} ${source})
      else()
        groundhog_compile_fails(${name} ${source} "${expected}")
      endif()
    endif()
  endforeach()
endfunction()
