#include "proxy/policy/exchange.h"

namespace weft::proxy {

void Exchange::begin(const decide::HttpChain& its_chain) {
  response.clear();
  origin = client.address;
  claims.reset();  // nobody's request speaks for the one before it
  token_providers.clear();
  snapshot = shard.snapshot;
  chain = &its_chain;
  route = nullptr;
  destination = nullptr;
  original_path.clear();
  local_reply.reset();
  route_is_stale = false;
  told.clear();
  allowed_origin.clear();
  issued_cookie = nullptr;
  idle.limit(chain->stream_idle_timeout);
  random = shard.random.next();
  attempts.clear();
  record = RequestRecord{.started = shard.reactor.now()};
}

}  // namespace weft::proxy
