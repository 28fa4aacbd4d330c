// Any bytes as a node's id and metadata: no crash; a client that is read has a pod, a namespace and an address.
#include <cstdint>

#include "base/assert.h"
#include "control/translate/client.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto cut = bytes.find('\n');
  const auto metadata = cut == std::string_view::npos ? std::string_view() : bytes.substr(cut + 1);
  const auto client = weft::control::translate::read_client(bytes.substr(0, cut), metadata);
  if (client) WEFT_ASSERT(!client->pod.empty() && !client->space.empty() && !client->address.empty());
  return 0;
}
