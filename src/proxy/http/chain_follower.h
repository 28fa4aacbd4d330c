// ChainFollower: keeps a client's connection on the filter chain that the present configuration gives it, so that a
// push is in force for connections that are open already and ends none of them.
#pragma once

#include "decide/chain_match.h"
#include "proxy/connect/shard.h"

namespace weft::proxy {

// Belongs to one connection. The facts' texts are literals.
class ChainFollower {
 public:
  ChainFollower(Shard& shard, SnapshotRef decided_by, const decide::Listener& listener,
                const decide::FilterChain& chain, const decide::ConnectionFacts& facts)
      : shard_(&shard), held_(std::move(decided_by)), address_(listener.address), chain_(&chain), facts_(facts) {}

  // The chain as it is now. False: the present configuration has no HTTP chain for this connection; the last one stays
  // in use for the request under way, and the connection should end after it.
  bool follow();

  const decide::FilterChain& chain() const { return *chain_; }
  const decide::HttpChain& http() const { return std::get<decide::HttpChain>(chain_->action); }

 private:
  Shard* shard_;
  SnapshotRef held_;  // keeps chain_ alive
  decide::SocketAddress address_;
  const decide::FilterChain* chain_;
  decide::ConnectionFacts facts_;
};

inline bool ChainFollower::follow() {
  if (held_ == shard_->snapshot) return true;
  const decide::Listener* listener = shard_->snapshot->listener_at(address_);
  const decide::FilterChain* chain = listener == nullptr ? nullptr : listener->chain_for(facts_);
  if (chain == nullptr || !std::holds_alternative<decide::HttpChain>(chain->action)) return false;
  chain_ = chain;
  held_ = shard_->snapshot;
  return true;
}

}  // namespace weft::proxy
