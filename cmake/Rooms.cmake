# holdfast_room(NAME SOURCES a.cpp ... LINK other_room ...): one folder, one static library.
function(holdfast_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE_LINK})
  holdfast_use_precompiled(${name} holdfast_precompiled)
endfunction()

# holdfast_program(NAME SOURCES main.cpp LINK room ...): one executable in bin/.
function(holdfast_program name)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINK})
  holdfast_use_precompiled(${name} holdfast_precompiled)
endfunction()

# holdfast_test(NAME SOURCES a_test.cpp ... LINK room ...): one test binary; every case is a ctest test.
# LABELS tier1 marks what the inner loop runs, threads what the tsan build runs (target threaded_tests).
function(holdfast_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_LINK} holdfast_boost GTest::gmock GTest::gtest_main rapidcheck rapidcheck_gtest)
  # Optimising the tests themselves took most of a build's time and made them no faster worth mentioning.
  target_compile_options(${name} PRIVATE -O0)
  holdfast_use_precompiled(${name} holdfast_precompiled_test)
  # One ctest entry a binary: starting a sanitized binary once per case costs more than the cases.
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  if("threads" IN_LIST TEST_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
endfunction()
