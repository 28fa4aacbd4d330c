// DnsClusters: keeps the endpoints of clusters by DNS (STRICT_DNS, LOGICAL_DNS) what their names resolve to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "decide/cluster.h"
#include "proxy/names/forwarder.h"
#include "runtime/signal.h"

namespace weft::proxy {

// The main thread's. Each name is looked up on its own, again and again: after its records' time or the cluster's
// interval; after a failure it keeps the addresses it had and tries again later and later. close() before destruction.
class DnsClusters {
 public:
  // Told when every name of a cluster has been tried, and from then on whenever its endpoints differ.
  using Publish = std::function<void(decide::ClusterPtr, decide::EndpointSetPtr)>;

  DnsClusters(runtime::Reactor& reactor, Resolver& resolver, Random& random, Publish publish);
  ~DnsClusters();

  // From now on these are the clusters: those that are new begin, those that are missing end.
  void follow(const std::vector<decide::ClusterPtr>& clusters);

  runtime::Task<void> close();

 private:
  struct Watch;

  runtime::Task<void> keep_resolving(std::shared_ptr<Watch> watch, size_t at);
  runtime::Task<Time> resolve(Watch& watch, size_t at);
  void publish(Watch& watch);

  runtime::Reactor* reactor_;
  Publish publish_;
  runtime::Gate gate_;
  Forwarder forwarder_;
  std::map<std::string, std::shared_ptr<Watch>> watches_;  // by the cluster's name
  bool is_closing_ = false;
};

}  // namespace weft::proxy
