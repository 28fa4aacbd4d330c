#include "control/serve/config_server.h"

#include <utility>

#include "control/serve/serving.h"

namespace weft::control {

ConfigServer::ConfigServer(runtime::Reactor& reactor, Store& store, const PodTokens& tokens,
                           Certification certification, telemetry::ShardMetrics& metrics, Options options)
    : serving_(std::make_unique<Serving>(reactor, store, tokens, certification, metrics, std::move(options))) {}
ConfigServer::~ConfigServer() {
  stop();
}

Result<> ConfigServer::start() {
  return serving_->start();
}
void ConfigServer::stop() {
  serving_->stop();
}
runtime::Task<void> ConfigServer::close() {
  return serving_->close();
}

std::vector<ProxyStatus> ConfigServer::proxies() const {
  return serving_->proxies();
}

TrustStatus ConfigServer::trust() {
  return serving_->trust();
}

runtime::Task<SyncReport> ConfigServer::wait_for_sync(uint64_t revision, Duration timeout) {
  return serving_->wait_for_sync(revision, timeout);
}

}  // namespace weft::control
