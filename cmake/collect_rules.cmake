include(${CMAKE_CURRENT_LIST_DIR}/raw_string.cmake)

# Makes the rules in RULES/*.cpp part of TARGET, sorted by name, with the examples in EXAMPLES/NAME
# that are shown to people: bad.yaml, good.yaml and what these are judged with. A file some_rule.cpp
# defines cassmesh::rules::some_rule. The next build notices a rule or an example that comes, goes or
# changes.
function(collect_rules TARGET RULES EXAMPLES)
  file(GLOB sources CONFIGURE_DEPENDS "${RULES}/*.cpp")
  file(GLOB examples CONFIGURE_DEPENDS
       "${EXAMPLES}/*/bad.yaml" "${EXAMPLES}/*/good.yaml" "${EXAMPLES}/*/manifests.yaml"
       "${EXAMPLES}/*/.cassmesh.yaml")
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
    raw_string(text "${example}")
    # As string views by their literals: counting characters while compiling has a limit in clang.
    string(APPEND EXAMPLE_ROWS "    {\"${rule}\"sv, \"${file}\"sv, ${text}sv},\n")
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/rules.cpp.in ${PROJECT_BINARY_DIR}/rules.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${sources} ${PROJECT_BINARY_DIR}/rules.cpp)
endfunction()
