// An authorizer's answer: read or refused with a reason; what is read can be written as it is.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "http/scan.h"
#include "proxy/policy/external_authorization/grpc_question.h"

namespace {

void check_changes(const std::vector<weft::proxy::FieldChange>& changes) {
  for (const auto& change : changes) {
    WEFT_ASSERT(!change.name.empty() && std::ranges::all_of(change.name, weft::http::is_token));
    WEFT_ASSERT(std::ranges::all_of(change.value, weft::http::is_value_byte));
    WEFT_ASSERT(weft::proxy::is_free(change.name));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto opinion = weft::proxy::read_check_response({reinterpret_cast<const char*>(data), size});
  if (!opinion) {
    WEFT_ASSERT(!opinion.error().detail.empty());
    return 0;
  }
  check_changes(opinion->set);
  check_changes(opinion->told);
  WEFT_ASSERT(opinion->status >= 200 && opinion->status <= 599);
  return 0;
}
