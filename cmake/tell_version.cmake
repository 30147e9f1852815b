# Makes what the program says of itself part of TARGET: VERSION, the commit, and LIBRARIES (`NAME
# VERSION` each). Each build asks git, so that a new commit is told; only what changes is compiled.
function(tell_version TARGET VERSION)
  find_package(Git QUIET)
  list(JOIN ARGN ", " libraries)
  set(file ${PROJECT_BINARY_DIR}/version.cpp)
  add_custom_target(${TARGET}_version
    COMMAND ${CMAKE_COMMAND} -D "GIT=${GIT_EXECUTABLE}" -D "VERSION=${VERSION}"
            -D "LIBRARIES=${libraries}" -D "SOURCE=${PROJECT_SOURCE_DIR}" -D "FILE=${file}"
            -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${file}
    COMMENT "Asking git which commit this is" VERBATIM)
  add_dependencies(${TARGET} ${TARGET}_version)
  target_sources(${TARGET} PRIVATE ${file})
endfunction()
