#include "proxy/policy/exchange.h"

namespace weft::proxy {

std::optional<std::string_view> RoutedHeaders::value_of(std::string_view lower_name, std::string& scratch) const {
  const auto first = headers_->get(lower_name);
  if (!first || headers_->count(lower_name) == 1) return first;
  scratch = headers_->joined(lower_name).value_or("");
  return scratch;
}

void Exchange::begin(const decide::HttpChain& its_chain) {
  response.clear();
  snapshot = shard.snapshot;
  chain = &its_chain;
  route = nullptr;
  destination = nullptr;
  original_path.clear();
  local_reply.reset();
  allowed_origin.clear();
  issued_cookie = nullptr;
  random = shard.random.next();
  record = RequestRecord{.started = shard.reactor.now()};
}

}  // namespace weft::proxy
