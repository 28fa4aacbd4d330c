// ProxyInspection: the admin pages' view of a running proxy, put together from its parts.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/accept/data_plane.h"
#include "proxy/admin/inspection.h"
#include "proxy/config/configuration.h"
#include "proxy/identity/own_identity.h"
#include "proxy/names/dns_server.h"
#include "proxy/restart/predecessor.h"
#include "proxy/secrets/context_table.h"
#include "telemetry/metrics.h"
#include "xds/client/ads_client.h"

namespace weft::proxy {

// The parts that are there in this process; nullptr where there is none. All outlive the inspection.
struct ProxyParts {
  DataPlane* data_plane = nullptr;
  Configuration* configuration = nullptr;
  xds::AdsClient* control_plane = nullptr;
  DnsServer* names = nullptr;
  const Secrets* secrets = nullptr;
  const ContextTable* tls_contexts = nullptr;
  const OwnIdentity* identity = nullptr;
  const restart::Predecessor* predecessor = nullptr;
  std::vector<const telemetry::ShardMetrics*> shards;
  std::vector<const telemetry::FailureLog*> failures;  // by shard, whose thread alone may look into it
  std::function<void(DrainManner)> drain_listeners;
};

// Main thread.
class ProxyInspection final : public Inspection {
 public:
  ProxyInspection(runtime::Reactor& reactor, ProxyParts parts) : reactor_(&reactor), parts_(std::move(parts)) {}

  ProxyState state() const override;
  std::string waiting_for() const override;
  std::string config_dump() const override;
  std::vector<ListenerStatus> listeners() const override;
  runtime::Task<std::vector<ShardStatus::Cluster>> clusters() override;
  runtime::Task<std::vector<const telemetry::ShardMetrics*>> metrics() override;
  runtime::Task<std::vector<telemetry::FailureRecord>> failures() override;
  void drain_listeners(DrainManner manner) override { parts_.drain_listeners(manner); }
  void quit() override;

 private:
  bool awaits_names() const;
  bool awaits_secrets() const { return parts_.tls_contexts != nullptr && parts_.tls_contexts->awaits_secrets(); }
  void take_status(const ShardStatus& status);
  void take_outliers(const OutlierStatus& outliers);
  void take_ended(std::string_view side, const EndedConnections& counts);
  void take_handshakes(std::string_view side, const HandshakeCounts& counts);
  void take_identity();
  void take_memory(uint64_t clients_cut);
  void take_checks(const CheckStatus& checks);
  void take_control_plane();
  void take_names();
  void take_restarts();

  runtime::Reactor* reactor_;
  ProxyParts parts_;
  telemetry::ShardMetrics own_;  // numbers that are taken when someone asks
  mutable bool has_been_live_ = false;
  mutable Time configured_at_{};  // when the configuration was first seen to be in force
};

}  // namespace weft::proxy
