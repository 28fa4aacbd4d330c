// A TLS hello from anyone: an answer that was given stays, however many bytes follow, and what was read is printable.
#include <algorithm>
#include <cstdint>

#include "base/assert.h"
#include "proxy/detect/client_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = weft::proxy::read_client_hello(bytes);
  const auto cut_off = weft::proxy::read_client_hello(bytes.substr(0, size / 2));
  const bool is_final = !cut_off || cut_off->has_value();
  WEFT_ASSERT(!is_final || cut_off.has_value() == whole.has_value());
  if (!whole || !*whole) return 0;
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  WEFT_ASSERT(std::ranges::all_of((*whole)->server_name, is_plain));
  if (is_final) WEFT_ASSERT((*cut_off)->server_name == (*whole)->server_name);
  return 0;
}
