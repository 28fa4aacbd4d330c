// Bytes from a control plane: compiled or refused with a reason, never worse.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "decide/compile/compile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace decide = weft::decide;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  decide::Ids ids;
  const auto check = [](const auto& compiled) { WEFT_ASSERT(compiled || !compiled.error().detail.empty()); };
  check(decide::compile_listener(bytes, ids));
  check(decide::compile_cluster(bytes, ids));
  check(decide::compile_route_table(bytes, ids));
  check(decide::compile_endpoints(bytes));
  return 0;
}
