# Every outside library, found once. scripts/packages.txt lists the Debian packages they come from.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)
find_package(ICU COMPONENTS uc REQUIRED)

add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
# Asio and Beast are compiled once, here, so that the rooms compile only their own code.
add_library(holdfast_boost STATIC ${CMAKE_CURRENT_LIST_DIR}/boost_compiled.cpp)
target_link_libraries(holdfast_boost PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_options(holdfast_boost PRIVATE -w)

# libphonenumber's -dev package would remove Boost 1.81, so scripts/setup unpacks its headers beside the sources and the
# runtime libraries are linked by name.
set(HOLDFAST_PHONENUMBER_ROOT ${CMAKE_SOURCE_DIR}/.deps/libphonenumber CACHE PATH "Unpacked libphonenumber headers")
find_path(HOLDFAST_PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h
          HINTS ${HOLDFAST_PHONENUMBER_ROOT}/usr/include)
if(NOT HOLDFAST_PHONENUMBER_INCLUDE)
  message(FATAL_ERROR "libphonenumber's headers are missing. Run ./scripts/setup once; it unpacks them into .deps/.")
endif()
add_library(holdfast_phonenumber INTERFACE)
target_include_directories(holdfast_phonenumber SYSTEM INTERFACE ${HOLDFAST_PHONENUMBER_INCLUDE})
target_link_libraries(holdfast_phonenumber INTERFACE -l:libphonenumber.so.8 -l:libprotobuf-lite.so.32)

# Recurrence rules (RFC 5545): libical, a plain C library.
add_library(holdfast_ical INTERFACE)
target_link_libraries(holdfast_ical INTERFACE ical)

if(HOLDFAST_TESTS)
  find_package(GTest CONFIG REQUIRED)
  find_package(rapidcheck CONFIG REQUIRED)
endif()
if(HOLDFAST_BENCH)
  find_package(benchmark REQUIRED)
endif()
