// Any JSON as object and as patch of every format: no crash, and merging an object with itself changes nothing.
#include <cstdint>

#include "base/assert.h"
#include "control/apiserver/patch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t middle = std::min(text.find('\n'), text.size());
  const auto object = api::parse_json(text.substr(0, middle));
  const auto patch = api::parse_json(text.substr(std::min(middle + 1, text.size())));
  if (!object || !patch) return 0;
  const api::Kind& kind = *api::find_kind("apps/v1", "Deployment");
  api::Json merged = *object;
  control::merge_patch(merged, *patch);
  api::Json again = merged;
  control::merge_patch(again, *patch);
  WEFT_ASSERT(again == merged);  // a merge patch says what holds, not what to do
  api::Json strategic = *object;
  (void)control::strategic_merge_patch(kind, strategic, *patch);
  (void)control::json_patch(*object, *patch);
  (void)control::three_way_merge(kind, *object, *patch, strategic);
  return 0;
}
