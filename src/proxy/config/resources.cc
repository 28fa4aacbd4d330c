#include "proxy/config/resources.h"

#include <algorithm>

#include "decide/compile/compile.h"
#include "decide/tls.h"

namespace weft::proxy {

template <class Compiled, class Compile>
Result<std::shared_ptr<const Compiled>> Resources::compile(ResourceTable<Compiled>& table, const Incoming& incoming,
                                                           Compile compile) {
  auto compiled = compile(incoming.bytes);
  auto& entry = table.at(incoming.name);
  entry.last_error = compiled ? std::string() : compiled.error().detail;
  return compiled;
}

namespace {

template <class Compiled>
ResourceVersion<Compiled> version_of(const Resources::Incoming& incoming, std::shared_ptr<const Compiled> compiled) {
  return {std::move(compiled), std::string(incoming.version), std::string(incoming.bytes), incoming.now,
          incoming.wall_now};
}

// The same bytes again change nothing.
template <class Compiled>
bool is_repetition(const ResourceEntry<Compiled>& entry, const Resources::Incoming& incoming) {
  return entry.newest() && !entry.is_removed && entry.newest().bytes == incoming.bytes;
}

}  // namespace

Result<> Resources::put_cluster(const Incoming& incoming) {
  auto& entry = clusters_.at(incoming.name);
  if (is_repetition(entry, incoming)) return {};
  WEFT_TRY(auto compiled, compile<decide::Cluster>(clusters_, incoming, [this](std::string_view bytes) {
             return decide::compile_cluster(bytes, ids_);
           }));
  entry.is_removed = false;
  entry.warming = version_of(incoming, std::move(compiled));
  return {};
}

Result<> Resources::put_route_table(const Incoming& incoming) {
  auto& entry = route_tables_.at(incoming.name);
  if (is_repetition(entry, incoming)) return {};
  WEFT_TRY(auto compiled, compile<decide::RouteTable>(route_tables_, incoming, [this](std::string_view bytes) {
             return decide::compile_route_table(bytes, ids_);
           }));
  ids_.route_tables.id_of(incoming.name);  // a table may come before the listener that names it
  entry.warming = version_of(incoming, std::move(compiled));
  return {};
}

Result<> Resources::check_address(const decide::Listener& listener) const {
  for (const auto& [name, entry] : listeners_.entries()) {
    if (name == listener.name || !entry.newest() || entry.newest().compiled->address != listener.address) continue;
    return fail(Reason::conflict, "listener '" + listener.name + "': its address " + listener.address.to_string() +
                                      " is that of listener '" + name + "'");
  }
  return {};
}

Result<> Resources::put_listener(const Incoming& incoming, SnapshotSink& sink) {
  auto& entry = listeners_.at(incoming.name);
  if (is_repetition(entry, incoming)) return {};
  WEFT_TRY(auto compiled, compile<decide::Listener>(listeners_, incoming, [this](std::string_view bytes) {
             return decide::compile_listener(bytes, ids_);
           }));
  WEFT_CHECK(check_address(*compiled));
  if (compiled->binds) {
    auto opened = sink.open(*compiled);
    if (!opened) {
      entry.last_error = opened.error().detail;
      return fail(std::move(opened.error()).during("listener '" + compiled->name + "'"));
    }
  }
  entry.warming = version_of(incoming, std::move(compiled));
  return {};
}

Result<> Resources::put_endpoints(const Incoming& incoming) {
  auto& entry = endpoints_.at(incoming.name);
  if (is_repetition(entry, incoming)) return {};
  WEFT_TRY(auto compiled, compile<decide::EndpointSet>(endpoints_, incoming, [](std::string_view bytes) {
             return decide::compile_endpoints(bytes);
           }));
  entry.active = version_of(incoming, std::move(compiled));
  for (const auto& [name, cluster] : clusters_.entries()) {
    if (cluster.active && cluster.active.compiled->endpoints_name == incoming.name)
      note_endpoints(*cluster.active.compiled);
  }
  return {};
}

void Resources::put_resolved(const decide::ClusterPtr& cluster, decide::EndpointSetPtr endpoints) {
  const auto* entry = clusters_.find(cluster->name);
  if (entry == nullptr || entry->is_removed || entry->newest().compiled != cluster) return;
  resolved_.insert_or_assign(cluster->name, Resolved{cluster, std::move(endpoints)});
  if (entry->active.compiled == cluster) note_endpoints(*cluster);
}

void Resources::remove_cluster(std::string_view name, Time now) {
  auto* entry = clusters_.find(name);
  if (entry == nullptr) return;
  entry->is_removed = true;
  entry->removed_at = now;
  entry->warming = {};
  if (const auto found = resolved_.find(name); found != resolved_.end()) resolved_.erase(found);
  changed_ = true;
}

decide::EndpointSetPtr Resources::endpoints_of(const decide::Cluster& cluster) const {
  if (cluster.discovery == decide::Discovery::eds) {
    const auto* known = endpoints_.find(cluster.endpoints_name);
    if (known != nullptr) return known->active.compiled;
  }
  if (const auto found = resolved_.find(cluster.name); cluster.dns && found != resolved_.end())
    return found->second.endpoints;
  return cluster.fixed_endpoints;
}

// For the shards.
void Resources::note_endpoints(const decide::Cluster& cluster) {
  decide::EndpointSetPtr endpoints = endpoints_of(cluster);
  if (!endpoints) return;
  std::erase_if(endpoint_changes_, [&](const EndpointChange& change) { return change.cluster == cluster.id; });
  endpoint_changes_.push_back({cluster.id, std::move(endpoints)});
}

bool Resources::is_ready(const ResourceVersion<decide::Cluster>& cluster, Time now) const {
  if (cluster.compiled->discovery == decide::Discovery::dns) {
    const auto found = resolved_.find(cluster.compiled->name);
    const bool is_resolved = found != resolved_.end() && found->second.cluster == cluster.compiled;
    return is_resolved || has_waited(cluster.accepted_at, now);
  }
  if (cluster.compiled->discovery != decide::Discovery::eds) return true;
  const auto* endpoints = endpoints_.find(cluster.compiled->endpoints_name);
  return (endpoints != nullptr && endpoints->active) || has_waited(cluster.accepted_at, now);
}

// Clusters that nobody announced are not waited for: their requests are answered 503.
bool Resources::all_known_are_active(const std::vector<decide::ClusterId>& clusters) const {
  return std::ranges::all_of(clusters, [&](decide::ClusterId id) {
    const auto* entry = clusters_.find(ids_.clusters.name_of(id));
    return entry == nullptr || entry->active || !entry->warming;
  });
}

bool Resources::is_ready(const ResourceVersion<decide::RouteTable>& table, Time now) const {
  return all_known_are_active(table.compiled->clusters) || has_waited(table.accepted_at, now);
}

bool Resources::is_ready(const ResourceVersion<decide::Listener>& listener, Time now) const {
  const auto is_active = [&](decide::RouteTableId id) {
    const auto* table = route_tables_.find(ids_.route_tables.name_of(id));
    return table != nullptr && table->active;
  };
  const bool has_all = std::ranges::all_of(listener.compiled->route_tables, is_active) &&
                       all_known_are_active(listener.compiled->clusters);
  return has_all || has_waited(listener.accepted_at, now);
}

template <class Compiled>
void Resources::activate(ResourceTable<Compiled>& table, Time now) {
  for (auto& [name, entry] : table.entries()) {
    if (!entry.warming) continue;
    if (!is_ready(entry.warming, now)) {
      ++warming_;
      continue;
    }
    entry.active = std::move(entry.warming);
    entry.warming = {};
    changed_ = true;
    if constexpr (std::is_same_v<Compiled, decide::Cluster>) note_endpoints(*entry.active.compiled);
  }
}

bool Resources::is_referenced(decide::ClusterId cluster) const {
  const auto names_it = [&](const auto& entry) {
    return entry.second.active && std::ranges::binary_search(entry.second.active.compiled->clusters, cluster);
  };
  return std::ranges::any_of(route_tables_.entries(), names_it) || std::ranges::any_of(listeners_.entries(), names_it);
}

void Resources::drop_removed_clusters(Time now) {
  std::erase_if(clusters_.entries(), [&](const auto& one) {
    const auto& entry = one.second;
    if (!entry.is_removed) return false;
    const bool is_over =
        !entry.active || now - entry.removed_at >= limits_.removed_kept || !is_referenced(entry.active.compiled->id);
    if (!is_over) ++warming_;
    changed_ = changed_ || is_over;
    return is_over;
  });
}

Resources::Step Resources::advance(Time now) {
  warming_ = 0;
  activate(clusters_, now);
  activate(route_tables_, now);
  activate(listeners_, now);
  drop_removed_clusters(now);
  Step step{.endpoints = std::exchange(endpoint_changes_, {})};
  if (std::exchange(changed_, false)) step.snapshot = make_snapshot();
  return step;
}

decide::SnapshotPtr Resources::make_snapshot() {
  auto snapshot = std::make_shared<decide::Snapshot>();
  snapshot->version = ++version_;
  for (const auto& [name, entry] : listeners_.entries()) {
    if (entry.active) snapshot->listeners.push_back(entry.active.compiled);
  }
  snapshot->clusters.resize(ids_.clusters.size());
  for (const auto& [name, entry] : clusters_.entries()) {
    if (entry.active) snapshot->clusters[entry.active.compiled->id.value()] = entry.active.compiled;
  }
  snapshot->route_tables.resize(ids_.route_tables.size());
  for (const auto& [name, entry] : route_tables_.entries()) {
    if (entry.active) snapshot->route_tables[ids_.route_tables.id_of(name).value()] = entry.active.compiled;
  }
  snapshot->index();
  return snapshot;
}

std::vector<decide::ClusterPtr> Resources::clusters_by_dns() const {
  std::vector<decide::ClusterPtr> clusters;
  for (const auto& [name, entry] : clusters_.entries()) {
    if (!entry.is_removed && entry.newest() && entry.newest().compiled->dns)
      clusters.push_back(entry.newest().compiled);
  }
  return clusters;
}

std::set<std::string> Resources::wanted_endpoints() const {
  std::set<std::string> names;
  for (const auto& [name, entry] : clusters_.entries()) {
    for (const auto* version : {&entry.active, &entry.warming}) {
      if (!entry.is_removed && *version && version->compiled->discovery == decide::Discovery::eds) {
        names.insert(version->compiled->endpoints_name);
      }
    }
  }
  return names;
}

std::set<std::string> Resources::wanted_route_tables() const {
  std::set<std::string> names;
  for (const auto& [listener, entry] : listeners_.entries()) {
    for (const auto* version : {&entry.active, &entry.warming}) {
      if (!*version) continue;
      for (const auto id : version->compiled->route_tables) names.insert(ids_.route_tables.name_of(id));
    }
  }
  return names;
}

std::set<std::string> Resources::wanted_secrets() const {
  std::set<std::string> names;
  const auto add = [&](const decide::TlsSettings* settings) {
    if (settings != nullptr) std::ranges::move(settings->secret_names(), std::inserter(names, names.end()));
  };
  for (const auto& [name, entry] : listeners_.entries()) {
    if (!entry.newest()) continue;
    for (const auto& chain : entry.newest().compiled->chains) add(chain.tls.get());
    const auto& fallback = entry.newest().compiled->default_chain;
    if (fallback) add(fallback->tls.get());
  }
  for (const auto& [name, entry] : clusters_.entries()) {
    if (entry.is_removed || !entry.newest()) continue;
    add(entry.newest().compiled->tls.get());
    for (const auto& match : entry.newest().compiled->tls_matches) add(match.tls.get());
  }
  names.erase(std::string(decide::kOwnIdentity));
  return names;
}

}  // namespace weft::proxy
