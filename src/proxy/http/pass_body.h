// The rest of a body of known length between two HTTP/1.1 connections, moved as it is: many bytes at a time, and by
// splice where there are many more.
#pragma once

#include <cstdint>

#include "http/body_run.h"
#include "net/relay_pool.h"
#include "proxy/policy/idle_watch.h"
#include "runtime/task.h"

namespace weft::proxy {

// Returns when both runs are complete; `passed` grows as bytes go out, and `idle` hears of it. Takes from one side only
// what the other one takes. Errors carry the side that broke: `closed` (the sender left within the body), `reset`,
// `timed_out`, `cancelled`; neither connection can be used again then.
runtime::Task<Result<>> pass_body(http::BodyRun from, http::BodyRun to, net::RelayPool& pool, uint64_t& passed,
                                  IdleWatch& idle);

}  // namespace weft::proxy
