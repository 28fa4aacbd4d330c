// What a predecessor sends, and its printed form again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "proxy/restart/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::proxy::restart;
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  if (const auto epoch = parse_complete(message)) WEFT_ASSERT(parse_complete(complete_message(*epoch)) == *epoch);
  if (const auto name = parse_socket(message)) {
    const auto again = parse_socket(to_message(*name));
    WEFT_ASSERT(again && *again == *name);
  }
  return 0;
}
