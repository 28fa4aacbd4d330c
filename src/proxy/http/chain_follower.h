// ChainFollower: keeps a client's connection on the filter chain that the present configuration gives it, so that a
// push is in force for connections that are open already and ends none of them.
#pragma once

#include "decide/chain_match.h"
#include "proxy/connect/shard.h"

namespace weft::proxy {

// Belongs to one connection. Holds the configuration only while a request is served, so that idle connections keep no
// old one alive. The facts' texts live as long as it does.
class ChainFollower {
 public:
  ChainFollower(Shard& shard, SnapshotRef decided_by, const decide::Listener& listener,
                const decide::FilterChain& chain, const decide::ConnectionFacts& facts)
      : shard_(&shard),
        held_(std::move(decided_by)),
        version_(held_->version),
        address_(listener.address),
        chain_(&std::get<decide::HttpChain>(chain.action)),
        facts_(facts) {}

  // The chain by the present configuration, which is held from now on. nullptr: there is no HTTP chain for this
  // connection any more.
  const decide::HttpChain* follow();

  // Between requests.
  void let_go() { held_ = SnapshotRef(); }

  const decide::HttpChain& chain() const { return *chain_; }

 private:
  const decide::HttpChain* look_up() const;

  Shard* shard_;
  SnapshotRef held_;  // keeps chain_ alive
  uint64_t version_;  // of the configuration that chain_ belongs to
  decide::EndpointAddress address_;
  const decide::HttpChain* chain_;
  decide::ConnectionFacts facts_;
};

inline const decide::HttpChain* ChainFollower::follow() {
  const bool is_same = version_ == shard_->snapshot->version;
  held_ = shard_->snapshot;
  if (is_same) return chain_;
  version_ = held_->version;
  return chain_ = look_up();
}

inline const decide::HttpChain* ChainFollower::look_up() const {
  const decide::Listener* listener = held_->listener_at(address_);
  const decide::FilterChain* chain = listener == nullptr ? nullptr : listener->chain_for(facts_);
  return chain == nullptr ? nullptr : std::get_if<decide::HttpChain>(&chain->action);
}

}  // namespace weft::proxy
