// Resources: everything the control plane has sent and Weft has accepted, and the rules by which it comes into force:
// clusters once their endpoints are known, route tables once their clusters are, listeners once their routes are. What
// serves, serves on until its successor is ready. No I/O.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "decide/snapshot.h"
#include "proxy/config/resource_table.h"
#include "proxy/config/snapshot_sink.h"

namespace weft::proxy {

// How long anything waits for what it needs before it comes into force without (Envoy's initial_fetch_timeout), and how
// long a removed cluster that a route still names is kept for requests that are under way.
struct WarmingLimits {
  Duration warming_max = std::chrono::seconds(15);
  Duration removed_kept = std::chrono::seconds(5);
};

// Owned by the configuration; its thread. Time is passed in.
class Resources {
 public:
  explicit Resources(WarmingLimits limits = {}) : limits_(limits) {}

  // What came with one resource.
  struct Incoming {
    std::string_view name;
    std::string_view version;
    std::string_view bytes;
    Time now;
    WallTime wall_now;
  };

  // Compile and take over one resource. Errors leave the earlier version in place and are noted with it.
  Result<> put_cluster(const Incoming& incoming);
  Result<> put_route_table(const Incoming& incoming);
  Result<> put_endpoints(const Incoming& incoming);
  // What a cluster's names resolved to; without effect where that version of the cluster is gone.
  void put_resolved(const decide::ClusterPtr& cluster, decide::EndpointSetPtr endpoints);
  // A listener also needs its sockets: `sink` opens them.
  Result<> put_listener(const Incoming& incoming, SnapshotSink& sink);

  void remove_cluster(std::string_view name, Time now);
  void remove_route_table(std::string_view name) { changed_ |= route_tables_.erase(name); }
  void remove_listener(std::string_view name) { changed_ |= listeners_.erase(name); }
  // The cluster keeps the endpoints it has: a set that means "none" says so by being empty.
  void remove_endpoints(std::string_view name) { endpoints_.erase(name); }

  // Lets everything that may come into force do so. What the shards have to be told: endpoints first, then the
  // snapshot, if it differs from the last one.
  struct Step {
    std::vector<EndpointChange> endpoints;
    decide::SnapshotPtr snapshot;  // nullptr: as before
  };
  Step advance(Time now);

  // The newest version of every cluster whose names have to be resolved.
  std::vector<decide::ClusterPtr> clusters_by_dns() const;

  // What must be asked for by name.
  std::set<std::string> wanted_endpoints() const;
  std::set<std::string> wanted_route_tables() const;
  std::set<std::string> wanted_secrets() const;

  // Nothing waits.
  bool is_settled() const { return warming_ == 0; }

  const ResourceTable<decide::Listener>& listeners() const { return listeners_; }
  const ResourceTable<decide::Cluster>& clusters() const { return clusters_; }
  const ResourceTable<decide::RouteTable>& route_tables() const { return route_tables_; }
  const ResourceTable<decide::EndpointSet>& endpoints() const { return endpoints_; }
  // What a cluster has now, whoever told of it; null until somebody has.
  decide::EndpointSetPtr endpoints_of(const decide::Cluster& cluster) const;

 private:
  // What names resolved to, and for which version of their cluster.
  struct Resolved {
    decide::ClusterPtr cluster;
    decide::EndpointSetPtr endpoints;
  };

  template <class Compiled, class Compile>
  Result<std::shared_ptr<const Compiled>> compile(ResourceTable<Compiled>& table, const Incoming& incoming,
                                                  Compile compile);

  Result<> check_address(const decide::Listener& listener) const;

  // Whether the warming version has all it needs, or has waited long enough.
  bool is_ready(const ResourceVersion<decide::Cluster>& cluster, Time now) const;
  bool is_ready(const ResourceVersion<decide::RouteTable>& table, Time now) const;
  bool is_ready(const ResourceVersion<decide::Listener>& listener, Time now) const;
  bool all_known_are_active(const std::vector<decide::ClusterId>& clusters) const;
  bool has_waited(Time since, Time now) const { return now - since >= limits_.warming_max; }

  template <class Compiled>
  void activate(ResourceTable<Compiled>& table, Time now);
  void note_endpoints(const decide::Cluster& cluster);
  void drop_removed_clusters(Time now);
  bool is_referenced(decide::ClusterId cluster) const;
  decide::SnapshotPtr make_snapshot();

  WarmingLimits limits_;
  decide::Ids ids_;
  ResourceTable<decide::Listener> listeners_;
  ResourceTable<decide::Cluster> clusters_;
  ResourceTable<decide::RouteTable> route_tables_;
  ResourceTable<decide::EndpointSet> endpoints_;
  std::map<std::string, Resolved, std::less<>> resolved_;  // by the cluster's name
  std::vector<EndpointChange> endpoint_changes_;           // not told yet
  uint64_t version_ = 0;
  size_t warming_ = 0;
  bool changed_ = false;  // the next snapshot differs
};

}  // namespace weft::proxy
