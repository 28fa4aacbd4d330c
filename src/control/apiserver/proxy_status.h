// What the API says about the connected proxies: GET /apis/weft.dev/v1/proxies and /apis/weft.dev/v1/sync.
#pragma once

#include "control/apiserver/call.h"
#include "control/serve/status.h"
#include "control/store/store.h"

namespace weft::control {

Answer proxy_list(const ServingStatus& serving);

// Waits until the proxies have what the revision changed. Past the deadline the answer is a Status (504) that carries
// the same report.
runtime::Task<Reply<Answer>> wait_for_proxies(ServingStatus& serving, const Store& store, const Call& call);

}  // namespace weft::control
