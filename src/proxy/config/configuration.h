// Configuration: receives xDS resources from a control plane or a file and brings what is acceptable into force, in an
// order in which nothing that serves is taken away before its successor can serve. Runs on the main thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "proxy/config/resources.h"
#include "proxy/config/snapshot_sink.h"
#include "runtime/reactor.h"
#include "runtime/signal.h"
#include "xds/client/subscriber.h"

namespace weft::xds {
class AdsClient;
}

namespace weft::proxy {

// Made by bin/; outlived by the sink, outlives the client's run().
class Configuration final : public xds::Subscriber {
 public:
  Configuration(runtime::Reactor& reactor, SnapshotSink& sink, WarmingLimits limits = {})
      : reactor_(&reactor), sink_(&sink), resources_(limits), idle_(reactor) {
    idle_.set();
  }

  // Subscribes to what the data plane needs. Call before client.run().
  void follow(xds::AdsClient& client);

  // Updates of this type go to `other` (the name table, secrets).
  void delegate(std::string_view type_url, xds::Subscriber& other) { others_[std::string(type_url)] = &other; }

  // A secret that no settings name, but somebody waits for. Call before client.run().
  void want_secret(std::string_view name) { more_secrets_.emplace(name); }

  // Who resolves the names of clusters by DNS: is told all such clusters whenever there may be others, and answers by
  // resolved(). Call before the first update.
  using ResolveClusters = std::function<void(std::vector<decide::ClusterPtr>)>;
  void resolve_by(ResolveClusters resolve) { resolve_ = std::move(resolve); }
  // Ends when the endpoints are in force in every shard.
  runtime::Task<void> resolved(decide::ClusterPtr cluster, decide::EndpointSetPtr endpoints);

  // Ends when the update is in force in every shard; what waits for other resources is answered for before it is.
  runtime::Task<std::vector<xds::Rejection>> apply(const xds::Update& update) override;

  // Brings into force what has waited long enough. To be spawned once; ends when cancelled by `stop`.
  runtime::Task<void> run(runtime::Signal& stop);

  // Clusters and listeners have arrived at least once, and none of the first ones is waiting any more.
  bool is_ready() const { return has_clusters_ && has_listeners_ && became_settled_; }

  const Resources& resources() const { return resources_; }

 private:
  void put(const xds::Update& update, std::vector<xds::Rejection>& rejections);
  Result<> put_one(std::string_view type_url, const Resources::Incoming& incoming);
  void remove(const xds::Update& update);
  void ask_for_what_is_missing();
  runtime::Task<void> advance();

  runtime::Reactor* reactor_;
  SnapshotSink* sink_;
  Resources resources_;
  xds::AdsClient* client_ = nullptr;
  ResolveClusters resolve_;
  std::set<std::string> more_secrets_;
  std::map<std::string, xds::Subscriber*, std::less<>> others_;
  runtime::Signal idle_;  // no step is being brought into force
  bool has_clusters_ = false;
  bool has_listeners_ = false;
  bool became_settled_ = false;
};

}  // namespace weft::proxy
