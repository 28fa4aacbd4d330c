// What the configuration server does behind its interface: streams in, pushes out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "control/ca/authority.h"
#include "control/ca/issued.h"
#include "control/jwks/key_fetcher.h"
#include "control/mesh/mesh_builder.h"
#include "control/serve/admission.h"
#include "control/serve/certificate_service.h"
#include "control/serve/config_server.h"
#include "control/serve/proxy_session.h"
#include "control/serve/push_queue.h"
#include "control/serve/secrets.h"
#include "control/serve/store_feed.h"
#include "runtime/gate.h"
#include "runtime/signal.h"
#include "xds/server/ads_server.h"

namespace weft::control {

// See ConfigServer, which owns it. Control thread.
class ConfigServer::Serving final : public xds::AdsHandler {
 public:
  Serving(runtime::Reactor& reactor, Store& store, const PodTokens& tokens, Certification certification,
          telemetry::ShardMetrics& metrics, Options options);

  Result<> start();
  void stop();
  runtime::Task<void> close();
  std::vector<ProxyStatus> proxies() const;
  TrustStatus trust();
  runtime::Task<SyncReport> wait_for_sync(uint64_t revision, Duration timeout);

 private:
  void on_open(xds::Opening opening) override;
  void on_request(xds::StreamId id, xds::Request request) override;
  void on_close(xds::StreamId id) override;

  void receive(const std::vector<mesh::ObjectChange>& changes, uint64_t revision);
  void take_key_set(const mesh::KeySource& source, const std::string& key_set);
  void push(const mesh::Touched& touched, uint64_t revision);
  runtime::Task<void> settle_peers();
  bool all_have_followed() const;
  void push_secret(std::string_view name, const PodIdentity* pod);
  void forget_secrets_of(const PodIdentity& pod);
  void end_sessions_of_gone_pods(const mesh::Touched& touched);
  SyncReport report(uint64_t revision) const;
  void note_progress();

  runtime::Reactor* reactor_;
  Options options_;
  mesh::MeshBuilder mesh_;
  Admission admission_;
  CertificateService certificates_;
  Secrets secrets_;
  OutboundWorlds worlds_;
  PushQueue queue_;
  uint64_t revision_ = 0;  // of the last batch of changes
  runtime::Gate gate_;     // settle_peers()
  bool is_settling_peers_ = false;
  bool is_stopping_ = false;
  KeyFetcher keys_;
  StoreFeed feed_;
  std::map<xds::StreamId, ProxySession> sessions_;
  std::string run_id_;        // part of every nonce: a restart never repeats one
  runtime::Signal progress_;  // set whenever a wait for sync may have come to its end
  xds::AdsServer ads_;        // last: its end calls nobody
};

}  // namespace weft::control
