# Makes DIR/*.yaml part of TARGET, sorted by name. The next build notices a template that changes,
# comes or goes.
function(embed_templates TARGET DIR)
  file(GLOB templates CONFIGURE_DEPENDS "${DIR}/*.yaml")
  if(NOT templates)
    message(FATAL_ERROR "no *.yaml in ${DIR}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${templates})
  set(EMBEDDED "")
  foreach(template IN LISTS templates)
    get_filename_component(name "${template}" NAME)
    file(READ "${template}" text)
    # The text's own hash ends the raw string: no text holds that. C++ allows 16 characters.
    string(MD5 end "${text}")
    string(SUBSTRING ${end} 0 16 end)
    string(APPEND EMBEDDED "    EmbeddedTemplate{\"${name}\", R\"${end}(${text})${end}\"},\n")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/templates.cpp.in
                 ${PROJECT_BINARY_DIR}/templates.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${PROJECT_BINARY_DIR}/templates.cpp)
endfunction()
