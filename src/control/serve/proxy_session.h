// ProxySession: one proxy's stream: who it is, what it may see, what it has been sent and what it said to that.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control/ca/pod_tokens.h"
#include "control/serve/proxy_world.h"
#include "control/serve/secret_source.h"
#include "control/serve/status.h"
#include "xds/server/ads_server.h"
#include "xds/server/stream_state.h"

namespace weft::control {

// Control thread. Owned by the configuration server while the stream lives.
class ProxySession {
 public:
  ProxySession(xds::Opening opening, PodIdentity identity, std::string nonce_prefix, WallTime now,
               SecretSource& secrets);

  // True once the first request has said who this is.
  bool is_identified() const { return world_.has_value(); }

  // Takes the node of the first request. Fails with invalid (no proper node) or denied (the token speaks for another
  // pod).
  Result<> identify(const xds::Request& request, OutboundWorlds& worlds, const mesh::MeshView& view);

  // Takes in a request and sends what is due.
  void hear(const xds::Request& request);

  // Sends what changed for this proxy because of a change up to `revision`.
  void push(const mesh::MeshView& view, const mesh::Touched& touched,
            const std::map<const OutboundWorld*, ChangeSet>& shared_changes, uint64_t revision);

  // Sends the secret of this name, if the proxy has asked for it and it is another than before.
  void push_secret(std::string_view name);

  void end(xds::StreamEnd why, const std::string& message) { stream_->end(why, message); }

  const PodIdentity& identity() const { return identity_; }
  // POD.NAMESPACE of the token.
  std::string name() const { return identity_.pod + "." + identity_.space; }
  xds::StreamId id() const { return id_; }
  ProxyStatus status() const;
  // Whether it has accepted the roots of this version.
  RootsStatus roots_status(std::string_view version) const;

  // The newest revision that had something for this proxy.
  uint64_t seen_revision() const { return seen_revision_; }
  bool is_settled() const { return state_.is_settled(); }
  // What it has rejected and not accepted since, as far as it heard of it after this revision or with it.
  std::vector<Rejection> rejections(uint64_t since_revision = 0) const;

 private:
  void respond();
  void note_rejection(xds::ResourceType type);

  xds::StreamId id_;
  xds::Dialect dialect_;
  std::shared_ptr<xds::AdsStream> stream_;
  PodIdentity identity_;
  WallTime connected_at_;
  xds::StreamState state_;
  SecretSource* secrets_;
  std::optional<ProxyWorld> world_;
  uint64_t seen_revision_ = 0;
  std::array<uint64_t, xds::kResourceTypes> rejected_revision_{};  // by type: seen_revision_ when it was rejected
};

}  // namespace weft::control
