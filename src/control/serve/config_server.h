// ConfigServer: serves the mesh to its proxies. Follows the store, keeps the mesh view, translates what a change
// touched and pushes it over ADS to those who see it; knows what every proxy has accepted. Gives pods their
// certificates.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "control/ca/certification.h"
#include "control/ca/pod_tokens.h"
#include "control/serve/status.h"
#include "control/store/store.h"
#include "runtime/reactor.h"
#include "telemetry/metrics.h"

namespace weft::control {

// See the head of this file. Lives on weftd's control thread, owned by bin/weftd; the store and the tokens outlive it.
// libgrpc++'s threads reach it through the reactor's mailbox alone: stop() before the reactor ends.
class ConfigServer final : public ServingStatus {
 public:
  // Where it listens. A value.
  struct Options {
    std::string socket_path;  // xds.sock; a stale one is replaced
    uint16_t tcp_port = 0;    // also on 127.0.0.1, plaintext; 0: not
  };

  ConfigServer(runtime::Reactor& reactor, Store& store, const PodTokens& tokens, Certification certification,
               telemetry::ShardMetrics& metrics, Options options);
  ~ConfigServer() override;

  // Reads the whole store, then begins to listen: no proxy is ever answered from half of it, so that endpoints never
  // shrink because weftd was restarted. Fails when the socket or port can't be had.
  Result<> start();

  // Ends every stream and stops listening. Proxies keep what they have.
  void stop();
  // The same, and waits for what is under way. Before destruction, once it has been started.
  runtime::Task<void> close();

  std::vector<ProxyStatus> proxies() const override;
  TrustStatus trust() override;
  runtime::Task<SyncReport> wait_for_sync(uint64_t revision, Duration timeout) override;

 private:
  class Serving;
  std::unique_ptr<Serving> serving_;
};

}  // namespace weft::control
