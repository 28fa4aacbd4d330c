#include "proxy/names/dns_clusters.h"

#include <algorithm>

#include "base/log.h"
#include "proxy/names/host_lookup.h"

namespace weft::proxy {
namespace {

// One of a cluster's names.
struct Name {
  std::vector<decide::IpAddress> addresses;
  uint32_t failures = 0;  // since it was last resolved
  bool was_tried = false;
};

Duration retry_delay(const decide::DnsDiscovery& dns, uint32_t failures) {
  Duration delay = dns.retry_interval;
  for (uint32_t at = 1; at < failures && delay < dns.retry_interval_max; ++at) delay *= 2;
  return std::min(delay, dns.retry_interval_max);
}

Duration refresh_delay(const decide::DnsDiscovery& dns, uint32_t ttl_s) {
  return dns.follows_ttl && ttl_s > 0 ? Duration(std::chrono::seconds(ttl_s)) : dns.refresh_interval;
}

// Every address once per priority and port, as in Envoy.
decide::EndpointSetPtr to_endpoints(const decide::DnsDiscovery& dns, const std::vector<Name>& names) {
  auto set = std::make_shared<decide::EndpointSet>(dns.frame);
  for (size_t at = 0; at < names.size(); ++at) {
    for (const decide::IpAddress& ip : names[at].addresses) {
      decide::Endpoint endpoint = dns.names[at].like;
      endpoint.address.ip = ip;
      const bool is_known = std::ranges::any_of(set->endpoints, [&](const decide::Endpoint& other) {
        return other.address == endpoint.address && other.priority == endpoint.priority;
      });
      if (!is_known) set->endpoints.push_back(std::move(endpoint));
      if (dns.takes_first_only) break;
    }
  }
  return set;
}

}  // namespace

// One version of a cluster while its names are looked up; shared by the coroutines that do it.
struct DnsClusters::Watch {
  Watch(runtime::Reactor& reactor, decide::ClusterPtr its_cluster)
      : cluster(std::move(its_cluster)), names(cluster->dns->names.size()), ended(reactor) {}

  decide::ClusterPtr cluster;
  std::vector<Name> names;  // as in the cluster
  bool has_changed = true;  // since it was published
  runtime::Signal ended;
};

DnsClusters::DnsClusters(runtime::Reactor& reactor, Resolver& resolver, Random& random, Publish publish)
    : reactor_(&reactor), publish_(std::move(publish)), gate_(reactor), forwarder_(reactor, resolver, random) {}

DnsClusters::~DnsClusters() = default;

void DnsClusters::follow(const std::vector<decide::ClusterPtr>& clusters) {
  if (is_closing_) return;
  std::map<std::string, std::shared_ptr<Watch>> next;
  std::vector<std::shared_ptr<Watch>> begun;
  for (const auto& cluster : clusters) {
    auto& watch = next[cluster->name];
    const auto known = watches_.find(cluster->name);
    if (known != watches_.end() && known->second->cluster == cluster) {
      watch = known->second;
      watches_.erase(known);
      continue;
    }
    watch = std::make_shared<Watch>(*reactor_, cluster);
    begun.push_back(watch);
  }
  for (const auto& [name, watch] : watches_) watch->ended.set();
  watches_ = std::move(next);
  for (const auto& watch : begun) {
    for (size_t at = 0; at < watch->names.size(); ++at) spawn(gate_, keep_resolving(watch, at));
    if (watch->names.empty()) publish(*watch);
  }
}

runtime::Task<void> DnsClusters::keep_resolving(std::shared_ptr<Watch> watch, size_t at) {
  for (;;) {
    const Time next = co_await resolve(*watch, at);
    if (watch->ended.is_set()) co_return;
    publish(*watch);
    if (co_await watch->ended.wait(next) != runtime::Wait::timed_out) co_return;
  }
}

// Looks one name up and notes what was found. When it should be looked up again.
runtime::Task<Time> DnsClusters::resolve(Watch& watch, size_t at) {
  const decide::DnsDiscovery& dns = *watch.cluster->dns;
  Name& name = watch.names[at];
  if (const auto ip = decide::IpAddress::parse(dns.names[at].host)) {
    name = {.addresses = {*ip}, .was_tried = true};
    co_return runtime::kNever;
  }
  auto found = co_await look_up_host(forwarder_, dns.names[at].host, dns.family);
  name.was_tried = true;
  if (!found) {
    ++name.failures;
    log::warn("cluster '{}': cannot resolve {}: {}", watch.cluster->name, dns.names[at].host, found.error().detail);
    co_return reactor_->now() + retry_delay(dns, name.failures);
  }
  name.failures = 0;
  if (!dns.takes_first_only) std::ranges::sort(found->addresses);  // another order of the same is no change
  // A logical cluster keeps its address where there is none now, as in Envoy; a strict one has no endpoint then.
  const bool keeps = dns.takes_first_only && found->addresses.empty();
  if (!keeps && name.addresses != found->addresses) {
    name.addresses = std::move(found->addresses);
    watch.has_changed = true;
  }
  co_return reactor_->now() + refresh_delay(dns, found->ttl_s);
}

void DnsClusters::publish(Watch& watch) {
  const bool all_tried = std::ranges::all_of(watch.names, &Name::was_tried);
  if (!all_tried || !std::exchange(watch.has_changed, false)) return;
  publish_(watch.cluster, to_endpoints(*watch.cluster->dns, watch.names));
}

runtime::Task<void> DnsClusters::close() {
  is_closing_ = true;
  for (const auto& [name, watch] : watches_) watch->ended.set();
  co_await forwarder_.close();
  co_await gate_.close();
}

}  // namespace weft::proxy
