#include "proxy/accept/tcp_relay.h"

#include "proxy/http/tunnel.h"

namespace weft::proxy {
namespace {

// Where the connection goes; nullptr: to a cluster that is not there.
ClusterState* cluster_for(Shard& shard, const decide::TcpChain& chain, const decide::Snapshot& snapshot,
                          const ClientFacts& facts) {
  if (!chain.follows_server_name || facts.server_name.empty()) {
    return shard.clusters.find(chain.pick(shard.random.next()));
  }
  const auto named = snapshot.cluster_of_server_name(facts.server_name);
  return named ? shard.clusters.find(*named) : nullptr;
}

// The endpoint for this connection, or the flag that says why there is none.
EndpointRef choose(Shard& shard, ClusterState* cluster, const ClientFacts& facts, TcpRecord& record) {
  if (cluster == nullptr || cluster->config() == nullptr) {
    record.set(Flag::no_cluster);
    return {};
  }
  record.cluster = cluster->shared_config();
  const bool is_full = cluster->in_use.connections >= cluster->limits().connections_max;
  if (is_full) {
    record.set(Flag::overflow);
    return {};
  }
  if (cluster->config()->discovery == decide::Discovery::original_destination)
    return cluster->endpoint_at(facts.destination);
  EndpointRef endpoint = cluster->pick({.random = shard.random, .now = shard.reactor.now()});
  if (!endpoint) record.set(Flag::no_healthy_endpoint);
  return endpoint;
}

runtime::Task<Result<Pools::Opened>> connect(Shard& shard, ClusterState* cluster, const decide::TcpChain& chain,
                                             const ClientFacts& facts, TcpRecord& record) {
  for (uint32_t attempt = 1;; ++attempt) {
    record.endpoint = choose(shard, cluster, facts, record);
    if (!record.endpoint) co_return fail(Reason::unavailable, "there is no endpoint for the connection");
    const Time began = shard.reactor.now();
    auto opened = co_await shard.pools.open(record.endpoint, runtime::kNever);
    const Time now = shard.reactor.now();
    Observation seen{.at = now, .took = now - began};
    if (opened) seen.status = 200;
    cluster->observe(*record.endpoint, seen);
    if (opened || attempt >= chain.connect_attempts_max) co_return opened;
  }
}

}  // namespace

runtime::Task<void> relay_tcp(Shard& shard, net::SocketStream& client, const decide::TcpChain& chain,
                              SnapshotRef decided_by, const ClientFacts& facts, RecordSink& sink) {
  TcpRecord record{.started = shard.reactor.now()};
  ClusterState* cluster = cluster_for(shard, chain, *decided_by, facts);
  auto opened = co_await connect(shard, cluster, chain, facts, record);
  const Duration idle_timeout = chain.idle_timeout;
  decided_by = SnapshotRef();  // a long connection keeps no old configuration alive; `chain` is gone
  if (opened) {
    const auto result = co_await run_tunnel({client}, {*opened->stream}, idle_timeout);
    record.received_bytes = result.to_endpoint;
    record.sent_bytes = result.to_client;
  } else {
    if (record.flags.empty()) record.set(Flag::connection_failed);
    client.reset_on_close();
  }
  sink.write(record, facts);
}

}  // namespace weft::proxy
