include(${CMAKE_CURRENT_LIST_DIR}/raw_string.cmake)

# Makes FILE, a table of Istio's fields or annotations, part of TARGET, as NAME_text(). The next
# build notices when it changes.
function(embed_table TARGET FILE)
  get_filename_component(NAME "${FILE}" NAME_WE)
  raw_string(TABLE "${FILE}")
  configure_file(${PROJECT_SOURCE_DIR}/cmake/table.cpp.in ${PROJECT_BINARY_DIR}/${NAME}.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${PROJECT_BINARY_DIR}/${NAME}.cpp)
endfunction()
