// Any bytes as a request's target, and as labels and fields to select by: no crash; a resource's key fits its path.
#include <cstdint>

#include "base/assert.h"
#include "control/apiserver/call.h"
#include "control/apiserver/selector.h"
#include "control/apiserver/target.h"
#include "control/apiserver/watch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::control;
  weft::http::RequestHead head;
  head.path.assign(reinterpret_cast<const char*>(data), size);
  const auto call = read_target(head);
  if (!call) return 0;
  static const weft::api::Json kBody = {{"metadata", {{"name", "a"}, {"labels", {{"app", "web"}}}}}};
  if (const auto selector = Selector::of(call->query)) (void)selector->selects(kBody);
  const auto target = read_resource_path(call->path);
  if (!target) return 0;
  WEFT_ASSERT(target->kind != nullptr && (target->kind->is_namespaced() || target->space.empty()));
  (void)read_watch_options(*call, *target);
  return 0;
}
