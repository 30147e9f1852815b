# Makes FILE, a table of Istio's fields or annotations, part of TARGET, as NAME_text(). The next
# build notices when it changes.
function(embed_table TARGET FILE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${FILE}")
  get_filename_component(NAME "${FILE}" NAME_WE)
  file(READ "${FILE}" text)
  string(MD5 end "${text}")
  string(SUBSTRING ${end} 0 16 end)
  set(TABLE "R\"${end}(${text})${end}\"")
  configure_file(${PROJECT_SOURCE_DIR}/cmake/table.cpp.in ${PROJECT_BINARY_DIR}/${NAME}.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${PROJECT_BINARY_DIR}/${NAME}.cpp)
endfunction()
