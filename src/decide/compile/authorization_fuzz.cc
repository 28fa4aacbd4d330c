// An RBAC filter from a control plane: compiled or refused with a reason; what compiles decides about everything.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "decide/compile/authorization.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace decide = weft::decide;
  google::protobuf::Any config;
  config.set_type_url("type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC");
  config.set_value(std::string(reinterpret_cast<const char*>(data), size));
  decide::Authorization authorization;
  const auto compiled = decide::append_http_authorization(config, authorization);
  WEFT_ASSERT(compiled || !compiled.error().detail.empty());
  const decide::Peer peer{.uri = "spiffe://cluster.local/ns/a/sa/b"};
  const decide::RequestHead request{"GET", "http", "a", "/a/b?c"};
  for (const decide::Access& access : {decide::Access{}, {.peer = &peer}, {.request = &request}}) {
    const auto verdict = authorization.decide(access);
    WEFT_ASSERT(verdict.is_allowed == verdict.denial.empty());
  }
  return 0;
}
