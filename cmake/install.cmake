# What `cmake --install` and the packages hold. `cpack --preset release` makes a .deb, after that build;
# `cmake --workflow --preset static` makes a .tar.gz that runs on any Linux.
install(TARGETS cassmesh)
install(FILES LICENSE README.md cmake/package/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The program itself knows its options.
if(NOT CMAKE_CROSSCOMPILING AND NOT CASSMESH_TIDY)
  # told(FILE DESTINATION ARGUMENT...): what the program prints is installed.
  function(told FILE DESTINATION)
    set(file ${PROJECT_BINARY_DIR}/told/${FILE})
    add_custom_command(OUTPUT ${file} COMMAND cassmesh ${ARGN} > ${file} DEPENDS cassmesh
                       COMMENT "Writing ${FILE}" VERBATIM)
    add_custom_target(told_${FILE} ALL DEPENDS ${file})
    install(FILES ${file} DESTINATION ${DESTINATION})
  endfunction()
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/told)
  told(cassmesh.1 ${CMAKE_INSTALL_MANDIR}/man1 man)
  told(cassmesh ${CMAKE_INSTALL_DATADIR}/bash-completion/completions completion bash)
  told(_cassmesh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions completion zsh)
  told(cassmesh.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d completion fish)
endif()

set(CPACK_PACKAGE_VENDOR "the cassmesh contributors")
set(CPACK_PACKAGE_CONTACT "cassmesh contributors <maintainers@cassmesh.invalid>")  # there is none yet
set(CPACK_PACKAGE_FILE_NAME
    cassmesh-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package/follow_debian.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS git)  # to lint what it tracks
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Renders a short spec into manifests on which an Apache Cassandra ring forms in
an Istio mesh, and finds in manifests what breaks such a ring, or any mesh:
which object, on which versions of Istio, and what to do about it.")
include(CPack)
