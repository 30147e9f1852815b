# Makes the rules in RULES/*.cpp and their examples in EXAMPLES/NAME/*.yaml part of TARGET, sorted by
# name. A file some_rule.cpp defines cassmesh::rules::some_rule. The next build notices a rule or an
# example that comes, goes or changes.
function(collect_rules TARGET RULES EXAMPLES)
  file(GLOB sources CONFIGURE_DEPENDS "${RULES}/*.cpp")
  file(GLOB examples CONFIGURE_DEPENDS
       "${EXAMPLES}/*/*.yaml" "${EXAMPLES}/*/.cassmesh.yaml")
  list(REMOVE_DUPLICATES examples)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${examples})
  set(DECLARATIONS "")
  set(POINTERS "")
  foreach(source IN LISTS sources)
    get_filename_component(rule "${source}" NAME_WE)
    string(APPEND DECLARATIONS "extern const Rule ${rule};\n")
    string(APPEND POINTERS "    &rules::${rule},\n")
  endforeach()
  set(EXAMPLE_ROWS "")
  foreach(example IN LISTS examples)
    get_filename_component(file "${example}" NAME)
    get_filename_component(folder "${example}" DIRECTORY)
    get_filename_component(rule "${folder}" NAME)
    file(READ "${example}" text)
    # As string views by their literals: counting characters while compiling has a limit in clang.
    # The text's own hash ends the raw string: no text holds that. C++ allows 16 characters.
    string(MD5 end "${text}")
    string(SUBSTRING ${end} 0 16 end)
    string(APPEND EXAMPLE_ROWS "    {\"${rule}\"sv, \"${file}\"sv, R\"${end}(${text})${end}\"sv},\n")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/rules.cpp.in ${PROJECT_BINARY_DIR}/rules.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${sources} ${PROJECT_BINARY_DIR}/rules.cpp)
endfunction()
