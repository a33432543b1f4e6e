# Writes a source file when its text differs, or every configure would compile it again.
function(mock_ghl_write_source output text)
  set(previous "")
  if(EXISTS ${output})
    file(READ ${output} previous)
  endif()
  if(NOT previous STREQUAL text)
    file(WRITE ${output} "${text}")
  endif()
endfunction()

# Writes the demo fixture as a string literal.
function(mock_ghl_embed_clinic output)
  set(clinic ${CMAKE_CURRENT_SOURCE_DIR}/fixtures/clinic.json)
  file(READ ${clinic} content)
  mock_ghl_write_source(${output} "// Written by contract/Embed.cmake; do not edit.\n#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#include \"mock_ghl/fixtures/embedded.hpp\"\n\nnamespace mock_ghl {\n\nstd::string_view embedded_clinic_file() { return R\"fixture(${content})fixture\"; }\n\n}  // namespace mock_ghl\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${clinic})
endfunction()

# Writes embedded.cpp: the contract's JSON files as string literals. Runs again when one of them changes.
function(mock_ghl_embed_contract output)
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/contract)
  file(GLOB vendor CONFIGURE_DEPENDS ${folder}/vendor/*.json)
  set(text "// Written by contract/Embed.cmake; do not edit.\n#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#include \"mock_ghl/contract/embedded.hpp\"\n\n")
  string(APPEND text "namespace mock_ghl::contract {\nnamespace {\n")
  string(APPEND text "constexpr std::pair<std::string_view, std::string_view> vendor_files[] = {\n")
  foreach(path IN LISTS vendor)
    get_filename_component(name ${path} NAME_WE)
    file(READ ${path} content)
    string(APPEND text "{\"${name}\", R\"contract(${content})contract\"},\n")
  endforeach()
  string(APPEND text "};\n")
  foreach(name live rules)
    file(READ ${folder}/${name}.json content)
    string(APPEND text "constexpr std::string_view ${name}_file = R\"contract(${content})contract\";\n")
  endforeach()
  string(APPEND text "}  // namespace\n\n"
    "std::span<const std::pair<std::string_view, std::string_view>> embedded_vendor_files() { return vendor_files; }\n"
    "std::string_view embedded_live_file() { return live_file; }\n"
    "std::string_view embedded_rules_file() { return rules_file; }\n\n}  // namespace mock_ghl::contract\n")
  mock_ghl_write_source(${output} "${text}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${vendor} ${folder}/live.json ${folder}/rules.json)
endfunction()
