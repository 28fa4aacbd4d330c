#include "proxy/accept/tcp_relay.h"

#include "net/socket_stream.h"
#include "net/tunnel.h"
#include "proxy/policy/authorization/authorization.h"
#include "proxy/policy/external_authorization/external_authorization.h"

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
EndpointRef choose(ClusterState* cluster, const ClientFacts& facts, const PickContext& context, TcpRecord& record) {
  if (cluster == nullptr || cluster->config() == nullptr) {
    record.set(Flag::no_cluster);
    return {};
  }
  record.cluster = cluster->shared_config();
  const bool is_full = cluster->in_use.connections >= cluster->limits().connections_max;
  if (is_full) {
    record.set(Flag::overflow);
    record.trouble = Trouble::connections_limit;
    return {};
  }
  if (cluster->config()->discovery == decide::Discovery::original_destination)
    return cluster->endpoint_at(facts.destination);
  EndpointRef endpoint = cluster->pick(context);
  if (endpoint) return endpoint;
  record.set(Flag::no_healthy_endpoint);
  record.trouble = trouble_choosing(*cluster);
  return endpoint;
}

// Where the cluster hashes: one client's connections all go to one endpoint (TcpProxy.hash_policy.source_ip).
std::optional<uint64_t> hash_of(const decide::TcpChain& chain, const ClientFacts& facts) {
  if (!chain.hashes_source_address) return std::nullopt;
  return std::hash<decide::SocketAddress>{}({.ip = facts.address.ip});
}

// A connection to an endpoint, tried again elsewhere as often as the chain allows.
runtime::Task<std::optional<Pools::Opened>> connect(Shard& shard, ClusterState* cluster, const decide::TcpChain& chain,
                                                    const ClientFacts& facts, TcpRecord& record) {
  std::vector<EndpointRef> tried;
  for (uint32_t attempt = 1;; ++attempt) {
    const PickContext context{.random = shard.random,
                              .now = shard.reactor.now(),
                              .hash = hash_of(chain, facts),
                              .tried = tried,
                              .attempts_max = chain.connect_attempts_max};
    record.attempts = attempt;
    record.endpoint = choose(cluster, facts, context, record);
    if (!record.endpoint) co_return std::nullopt;
    auto opened = co_await shard.pools.open(record.endpoint, Carries::bytes, runtime::kNever);
    const Time now = shard.reactor.now();
    Observation seen{.at = now, .took = now - context.now};
    if (opened) seen.status = 200;
    cluster->observe(*record.endpoint, seen);
    if (opened) co_return *std::move(opened);
    record.set(Flag::connection_failed);
    record.trouble = opened.error().trouble;
    record.reason = opened.error().detail;
    record.transport_failure = opened.error().transport_failure;
    if (attempt >= chain.connect_attempts_max) {
      record.set(Flag::attempts_exhausted);
      co_return std::nullopt;
    }
    tried.push_back(record.endpoint);
  }
}

bool admit(const decide::TcpChain& chain, const ClientFacts& facts, TcpRecord& record) {
  if (!chain.authorization) return true;
  record.guard = chain.authorization;
  record.verdict = check_connection(*record.guard, facts);
  return record.verdict.is_allowed;
}

net::TunnelLimits limits_of(const decide::TcpChain& chain, Time started) {
  const bool lasts = chain.connection_age_max == Duration::zero();
  return {.idle_timeout = chain.idle_timeout, .ends_at = lasts ? runtime::kNever : started + chain.connection_age_max};
}

}  // namespace

runtime::Task<void> relay_tcp(Shard& shard, net::Stream& client, const decide::TcpChain& chain, SnapshotRef decided_by,
                              const ClientFacts& facts, RecordSink& sink) {
  TcpRecord record{.started = shard.reactor.now()};
  // Closed without a byte, as Envoy does; before anything is connected to, so that no endpoint learns of it either.
  record.authorizer = chain.external_authorization;
  record.consulted = co_await check_externally(shard, record.authorizer.get(), facts);
  if (record.consulted && !lets_pass(*record.consulted)) {
    record.set(Flag::unauthorized_externally);
    co_return sink.write(record, facts);
  }
  if (!admit(chain, facts, record)) co_return sink.write(record, facts);
  ClusterState* cluster = cluster_for(shard, chain, *decided_by, facts);
  auto opened = co_await connect(shard, cluster, chain, facts, record);
  const net::TunnelLimits limits = limits_of(chain, record.started);
  decided_by = SnapshotRef();  // a long connection keeps no old configuration alive; `chain` is gone
  if (!opened) {
    client.reset_on_close();
    co_return sink.write(record, facts);
  }
  net::Stream& endpoint = *opened->stream;
  record.endpoint_local = to_decide(net::bound_address(endpoint.socket()));
  const auto result = co_await net::run_tunnel({client}, {endpoint}, limits, shard.relay_pool);
  if (result.ending == net::TunnelEnding::client_broke) endpoint.reset_on_close();
  if (result.ending == net::TunnelEnding::endpoint_broke) client.reset_on_close();
  if (result.ending == net::TunnelEnding::too_old) record.set(Flag::duration_timeout);
  record.received_bytes = result.to_endpoint;
  record.sent_bytes = result.to_client;
  sink.write(record, facts);
}

}  // namespace weft::proxy
