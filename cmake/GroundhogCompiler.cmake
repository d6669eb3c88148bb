# Flags. groundhog_common goes to whoever uses Groundhog. groundhog_warnings stays with our own targets; groundhog_strict adds
# what is asked of the layers, not of tests.

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  find_program(GROUNDHOG_CCACHE ccache)
  if(GROUNDHOG_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND (IS_DIRECTORY "$ENV{HOME}" OR DEFINED ENV{CCACHE_DIR}))
    set(CMAKE_CXX_COMPILER_LAUNCHER ${GROUNDHOG_CCACHE})
  endif()
  # The fastest linker that is right. g++ leaves empty functions behind (.cold parts of which nothing was left), and LLD 14 keeps their
  # unwind entry instead of that of the function which begins at the same address: an exception that passes it aborts the program.
  set(linker lld)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(linker gold)
  endif()
  find_program(GROUNDHOG_LINKER_${linker} ld.${linker})
  if(GROUNDHOG_LINKER_${linker})
    add_link_options(-fuse-ld=${linker})
  endif()
  add_link_options(LINKER:--as-needed)  # of Abseil's many libraries most are not needed at run time
endif()

if(GROUNDHOG_SANITIZE)
  list(JOIN GROUNDHOG_SANITIZE "," sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${sanitizers})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND "undefined" IN_LIST GROUNDHOG_SANITIZE)
    # clang 14 cannot compile coroutines with it: "cannot represent a difference across sections".
    add_compile_options(-fno-sanitize=function)
  endif()
endif()

add_library(groundhog_common INTERFACE)
add_library(groundhog::common ALIAS groundhog_common)
set_target_properties(groundhog_common PROPERTIES EXPORT_NAME common)
target_compile_features(groundhog_common INTERFACE cxx_std_20)
# Fused multiply-add changes back-offs in the last bit, so no compiler may choose it, in users' code neither.
target_compile_options(groundhog_common INTERFACE -ffp-contract=off)
target_include_directories(groundhog_common INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/groundhog>)
target_link_libraries(groundhog_common INTERFACE
  fmt::fmt nlohmann_json::nlohmann_json
  absl::status absl::statusor absl::strings absl::btree absl::flat_hash_map absl::flat_hash_set
  absl::inlined_vector absl::hash)

add_library(groundhog_warnings INTERFACE)
target_compile_options(groundhog_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # Designated initialisers name what matters and leave the rest to its default.
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms: on operator+ of std::string, on std::variant of large structs at -O3, and on reference counts.
    target_compile_options(groundhog_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-use-after-free)
  endif()
  if(GROUNDHOG_SANITIZE)
    # Instrumented code confuses these two (and TSan's own -Wtsan is about fences it knows).
    target_compile_options(groundhog_warnings INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow)
  endif()
endif()

if(GROUNDHOG_UNITY)
  # What these warn of is harmless in a .cc file, and a unit includes .cc files.
  target_compile_options(groundhog_warnings INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

add_library(groundhog_strict INTERFACE)
target_link_libraries(groundhog_strict INTERFACE groundhog_warnings)
target_compile_options(groundhog_strict INTERFACE -Wconversion -Wno-sign-conversion)
