// SharedConnection: one HTTP/2 connection to an endpoint, on which many exchanges are under way at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "http/h2/client_session.h"
#include "proxy/connect/connection.h"
#include "runtime/side_task.h"

namespace weft::proxy {

// Owned by the pool; destroyed when it has ended or is not wanted any more, and no lease is left. One shard.
struct SharedConnection {
  SharedConnection(runtime::Reactor& reactor, std::unique_ptr<net::Stream> connected, ConnectionSlot taken,
                   const http::h2::ClientOptions& options, ConnectionAge its_age)
      : slot(std::move(taken)),
        session(reactor, std::move(connected), options),
        multiplexes(options.settings.multiplexes),
        age(std::move(its_age)),
        idle_since(reactor.now()),
        moving(run(session)) {}

  ConnectionSlot slot;
  http::h2::ClientSession session;
  const bool multiplexes;  // as the endpoint was told
  uint32_t leases = 0;
  ConnectionAge age;
  Time idle_since;

  // For one more exchange than are under way, by what the endpoint says and by its cluster's own limit.
  bool has_room(uint32_t streams_max) const {
    return !session.is_draining() && leases < std::min(session.streams_max(), streams_max);
  }

 private:
  static runtime::Task<void> run(http::h2::ClientSession& session) { (void)co_await session.run(); }

  runtime::SideTask moving;  // last: it uses the session from its first moment
};

}  // namespace weft::proxy
