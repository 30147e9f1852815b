# Run by cpack on what it is about to pack: a .deb has some things elsewhere than other packages.
if(NOT CPACK_GENERATOR STREQUAL DEB)
  return()
endif()
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
file(REMOVE ${share}/doc/cassmesh/LICENSE)  # it is in /usr/share/common-licenses
file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
set(page ${share}/man/man1/cassmesh.1)
execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
