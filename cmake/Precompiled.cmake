# Precompiled headers that ccache shares between clones. CMake's own are named by absolute paths and hold some; these are
# named from the build folder, where ninja runs the compiler, and ccache reads what tells them apart in a file beside
# each: the hash of all they include (its CCACHE_PCH_EXTSUM, set in Toolchain.cmake).
option(HOLDFAST_PRECOMPILE "Compile the headers that nearly every unit includes once (clang and Ninja only)" ON)

# holdfast_precompiled(NAME HEADER [LINK library ...] [OPTIONS flag ...]): makes NAME, used by holdfast_use_precompiled().
function(holdfast_precompiled name header)
  cmake_parse_arguments(ARG "" "" "LINK;OPTIONS" ${ARGN})
  if(NOT HOLDFAST_PRECOMPILE OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT CMAKE_GENERATOR STREQUAL "Ninja")
    return()
  endif()
  set_source_files_properties(${header} PROPERTIES LANGUAGE CXX)
  add_library(${name} OBJECT ${header})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS} -xc++-header -fpch-instantiate-templates
                         "SHELL:-Xclang -fno-pch-timestamp")
  # One from another clone would name files there.
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
  set(file CMakeFiles/${name}.dir/${header}.o)
  set(preprocess "${CMAKE_CXX_COMPILER} -std=c++${CMAKE_CXX_STANDARD} -I${CMAKE_SOURCE_DIR} -E -P")
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/${file}.sum
    COMMAND sh -c "${preprocess} ${CMAKE_SOURCE_DIR}/${header} | sha256sum > ${file}.sum"
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    DEPENDS ${name} ${CMAKE_BINARY_DIR}/${file}
    VERBATIM)
  add_custom_target(${name}_sum DEPENDS ${CMAKE_BINARY_DIR}/${file}.sum)
  set_property(GLOBAL PROPERTY ${name}_file ${file})
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
  set_source_files_properties(${sources} PROPERTIES OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${file}.sum)
  add_dependencies(${target} ${name}_sum)
endfunction()
