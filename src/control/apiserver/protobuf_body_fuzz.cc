// Any bytes as the binary form of an object: no crash, and what is read says what it is.
#include <cstdint>

#include "base/assert.h"
#include "control/apiserver/protobuf_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto body = weft::control::read_protobuf_body({reinterpret_cast<const char*>(data), size});
  if (body) WEFT_ASSERT(body->contains("apiVersion") && body->contains("kind") && !body->dump().empty());
  if (!body) WEFT_ASSERT(!weft::api::Json(body.error().message).dump().empty());
  return 0;
}
