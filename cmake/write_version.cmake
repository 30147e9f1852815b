# cmake -D GIT=… -D VERSION=… -D LIBRARIES=… -D SOURCE=… -D FILE=… -P write_version.cmake
# Writes FILE from version.cpp.in, with the commit that SOURCE is at: from git, else from what
# `git archive` has put into archived_commit, else none. `-dirty` says that there are changes to it.
# No date, and a fixed number of digits: the same commit makes the same program everywhere.
cmake_minimum_required(VERSION 3.25)

# Of this repository, whatever repository the build is part of: in a hook, say, git's own variables
# point to the one that is committed to.
function(git RESULT)
  execute_process(COMMAND ${GIT} --no-optional-locks -C ${SOURCE} ${ARGN}
                  OUTPUT_VARIABLE output ERROR_QUIET RESULT_VARIABLE status
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    set(output "")
  endif()
  set(${RESULT} "${output}" PARENT_SCOPE)
endfunction()

set(commit "")
set(changes "")
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} rev-parse --local-env-vars OUTPUT_VARIABLE variables)
  string(REGEX MATCHALL "[A-Z_]+" variables "${variables}")
  foreach(variable IN LISTS variables)
    unset(ENV{${variable}})
  endforeach()
  git(commit rev-parse HEAD)
  git(changes status --porcelain --untracked-files=no)
else()
  file(READ ${SOURCE}/cmake/archived_commit archived)
  string(REGEX MATCH "^[0-9a-f]+" commit "${archived}")
endif()

set(COMMIT "")
if(commit)
  string(SUBSTRING ${commit} 0 10 COMMIT)
  if(changes)
    string(APPEND COMMIT -dirty)
  endif()
  set(COMMIT " (${COMMIT})")
endif()
configure_file(${SOURCE}/cmake/version.cpp.in ${FILE} @ONLY)
