include(${CMAKE_CURRENT_LIST_DIR}/raw_string.cmake)

# Makes DIR/*.yaml part of TARGET, sorted by name. The next build notices a template that changes,
# comes or goes.
function(embed_templates TARGET DIR)
  file(GLOB templates CONFIGURE_DEPENDS "${DIR}/*.yaml")
  if(NOT templates)
    message(FATAL_ERROR "no *.yaml in ${DIR}")
  endif()
  set(EMBEDDED "")
  foreach(template IN LISTS templates)
    get_filename_component(name "${template}" NAME)
    raw_string(text "${template}")
    string(APPEND EMBEDDED "    EmbeddedTemplate{\"${name}\", ${text}},\n")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/templates.cpp.in
                 ${PROJECT_BINARY_DIR}/templates.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${PROJECT_BINARY_DIR}/templates.cpp)
endfunction()
