# Run by the build (cmake -P): brings the pinned npm package with the Envoy API and unpacks its protos into OUT.
# Needs npm once; afterwards the tarball in CACHE serves, also offline.
set(package "@grpc/grpc-js-xds@1.14.1")
set(tarball "grpc-grpc-js-xds-1.14.1.tgz")
set(sha512 "1769955f011e316c35ce73d4ae9fbcca48ec20e5677fb46ff84c88bd739fcfbdf0e6d3689429f3a24a4b904fddd84871df43c99995ea09074ca71f0370126884")

function(is_pinned path out)
  set(${out} FALSE PARENT_SCOPE)
  if(EXISTS ${path})
    file(SHA512 ${path} found)
    if(found STREQUAL sha512)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

is_pinned(${CACHE}/${tarball} cached)
if(NOT cached)
  # Moved into place whole: builds may run side by side, and the cache may be another file system.
  file(MAKE_DIRECTORY ${OUT}/download ${CACHE})
  execute_process(COMMAND npm pack --loglevel=error ${package} WORKING_DIRECTORY ${OUT}/download
    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE complaint)
  is_pinned(${OUT}/download/${tarball} fetched)
  if(NOT fetched)
    message(FATAL_ERROR "npm pack ${package} gave no file with the pinned checksum (${failed}).\n${complaint}"
      "Without a network, put the package's tarball at ${CACHE}/${tarball}.")
  endif()
  string(RANDOM LENGTH 8 unique)
  file(COPY_FILE ${OUT}/download/${tarball} ${CACHE}/${unique}.part)
  file(RENAME ${CACHE}/${unique}.part ${CACHE}/${tarball})
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E tar xzf ${CACHE}/${tarball} WORKING_DIRECTORY ${OUT}
  COMMAND_ERROR_IS_FATAL ANY)

# The package's validate.proto is older than the Envoy files that use it and lacks ignore_empty. The annotations are
# stripped afterwards, so the number only has to be free.
set(validate ${OUT}/package/deps/protoc-gen-validate/validate/validate.proto)
file(READ ${validate} text)
string(REGEX REPLACE "\nmessage ([A-Za-z0-9]+)Rules {" "\nmessage \\1Rules {\n    optional bool ignore_empty = 1000;" text "${text}")
file(WRITE ${validate} "${text}")
