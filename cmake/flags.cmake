# weft_flags: what every one of our own targets is compiled with. Generated code does not use it: it is built plain,
# also for sanitizer presets, since instrumenting it costs minutes and finds nothing of ours.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(weft_flags INTERFACE)
target_compile_features(weft_flags INTERFACE cxx_std_23)
target_include_directories(weft_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(weft_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wunused-result -Werror -Wno-missing-field-initializers -Wno-missing-designated-field-initializers
  -pthread   # re2 and gRPC ask for it; a precompiled header made without it does not fit their users
  -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
  -Xclang -fno-pch-timestamp)   # lets ccache serve objects that were built with a precompiled header
target_compile_definitions(weft_flags INTERFACE SPDLOG_FMT_EXTERNAL SPDLOG_COMPILED_LIB WEFT_VERSION="${PROJECT_VERSION}")
target_link_libraries(weft_flags INTERFACE Threads::Threads spdlog fmt)
if(WEFT_SANITIZE)
  target_compile_options(weft_flags INTERFACE -fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(weft_flags INTERFACE -fsanitize=${WEFT_SANITIZE})
endif()
if(WEFT_FUZZ)
  target_compile_options(weft_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# External libraries by the name of the folder that uses them; a folder's users get them through it.
foreach(pair IN ITEMS yaml:yaml-0.1 sqlite:sqlite3 nghttp2:libnghttp2 openssl:openssl re2:re2 protobuf:protobuf grpc:grpc++ zlib:zlib)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 name)
  list(GET pair 1 module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
endforeach()
set(external_http_test PkgConfig::nghttp2)  # HTTP/2 is tested against a peer it did not write
set(external_grpc_test PkgConfig::nghttp2)
set(external_proxy_health_test PkgConfig::nghttp2)
set(external_decide PkgConfig::re2)
set(external_api PkgConfig::yaml PkgConfig::re2)
set(external_control_store PkgConfig::sqlite)
set(external_jose PkgConfig::openssl)
set(external_tls PkgConfig::openssl)
set(external_spdy PkgConfig::zlib)
set(external_xds_server weft_xds_wire_grpc)
set(external_xds_client_test weft_xds_wire_grpc)  # the client is tested against a server it did not write
