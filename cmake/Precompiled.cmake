# Precompiled headers. CMake's own name them by absolute paths, which no other clone's ccache entry can match; these are
# named from the build folder, where ninja runs the compiler, and ccache hashes what they hold.
option(HOLDFAST_PRECOMPILE "Compile the headers that nearly every unit includes once" ON)

# holdfast_precompiled(NAME HEADER [LINK library ...] [OPTIONS flag ...]): makes NAME, used by holdfast_use_precompiled().
function(holdfast_precompiled name header)
  cmake_parse_arguments(ARG "" "" "LINK;OPTIONS" ${ARGN})
  if(NOT HOLDFAST_PRECOMPILE)
    return()
  endif()
  set_source_files_properties(${header} PROPERTIES LANGUAGE CXX)
  add_library(${name} OBJECT ${header})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS} -xc++-header -fpch-instantiate-templates
                         "SHELL:-Xclang -fno-pch-timestamp")
  set_property(GLOBAL PROPERTY ${name}_file CMakeFiles/${name}.dir/${header}.o)
endfunction()

# Gives `target` what NAME precompiled. Its flags that change the language (-O, sanitizers) must be the same.
function(holdfast_use_precompiled target name)
  get_property(file GLOBAL PROPERTY ${name}_file)
  if(NOT file)
    return()
  endif()
  # Clang forgets the pragmas by which libstdc++ calls its own deprecated functions without a warning.
  target_compile_options(${target} PRIVATE "SHELL:-include-pch ${file}" -Wno-deprecated-declarations)
  get_target_property(sources ${target} SOURCES)
  set_source_files_properties(${sources} PROPERTIES OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${file})
  add_dependencies(${target} ${name})
endfunction()
