# Sets `fmt` and `yaml_cpp` to what links no shared library. Debian has an archive of yaml-cpp, but none
# of fmt; all files but one are compiled as for the shared one, so that ccache knows them.
find_library(YAML_CPP_ARCHIVE libyaml-cpp.a REQUIRED)
set(yaml_cpp ${YAML_CPP_ARCHIVE})

add_library(cassmesh_fmt OBJECT cmake/fmt.cpp)
target_link_libraries(cassmesh_fmt PRIVATE fmt::fmt-header-only)
foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS)
  set_property(TARGET cassmesh_fmt
               PROPERTY INTERFACE_${property} $<TARGET_PROPERTY:fmt::fmt,INTERFACE_${property}>)
endforeach()
set(fmt cassmesh_fmt)

add_link_options(-static)
