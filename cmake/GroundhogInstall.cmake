# Headers keep their spelling: #include "sim/kernel.h" with <prefix>/include/groundhog as the include dir.
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY GROUNDHOG_LIBRARIES)
install(TARGETS groundhog_common ${libraries} EXPORT GroundhogTargets)
if(TARGET groundhog)
  install(TARGETS groundhog)
endif()
foreach(layer IN LISTS GROUNDHOG_LAYERS)
  if(NOT layer MATCHES "^(tests|bench)$" AND IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${layer})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${layer}/
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/groundhog/${layer}
            FILES_MATCHING PATTERN "*.h")
  endif()
endforeach()

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Groundhog)
install(EXPORT GroundhogTargets NAMESPACE groundhog:: DESTINATION ${config_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/GroundhogConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/GroundhogConfig.cmake INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/GroundhogConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/GroundhogConfig.cmake ${PROJECT_BINARY_DIR}/GroundhogConfigVersion.cmake
        DESTINATION ${config_dir})
