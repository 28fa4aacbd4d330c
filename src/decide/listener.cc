#include "decide/listener.h"

namespace weft::decide {

const FilterChain* Listener::chain_for(const ConnectionFacts& facts) const {
  if (const auto position = index.find(facts)) return &chains[*position];
  return default_chain ? &*default_chain : nullptr;
}

ClusterId TcpChain::pick(uint64_t random) const {
  return weighted_pick(clusters, random).cluster;
}

}  // namespace weft::decide
