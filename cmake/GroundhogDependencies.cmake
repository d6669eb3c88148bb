# What Groundhog needs from the system. A missing package is named as Debian and Ubuntu name it.

macro(groundhog_find package debian_package)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "Groundhog needs ${package}. On Debian or Ubuntu: apt-get install ${debian_package}\n"
                        "(scripts/install-packages installs everything that is missing)")
  endif()
endmacro()

groundhog_find(fmt libfmt-dev)
groundhog_find(nlohmann_json nlohmann-json3-dev)
groundhog_find(absl libabsl-dev)
groundhog_find(CLI11 libcli11-dev)
groundhog_find(SQLite3 libsqlite3-dev)
groundhog_find(Threads libc6-dev)
