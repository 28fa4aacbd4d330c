#include "control/serve/proxy_session.h"

#include <utility>

#include "base/log.h"
#include "control/translate/security/secrets.h"

namespace weft::control {

using xds::ResourceType;

ProxySession::ProxySession(xds::Opening opening, PodIdentity identity, std::string nonce_prefix, WallTime now,
                           SecretSource& secrets)
    : id_(opening.id),
      dialect_(opening.dialect),
      stream_(std::move(opening.stream)),
      identity_(std::move(identity)),
      connected_at_(now),
      state_(dialect_, std::move(nonce_prefix)),
      secrets_(&secrets) {}

Result<> ProxySession::identify(const xds::Request& request, OutboundWorlds& worlds, const mesh::MeshView& view) {
  if (!request.node || request.node->id.empty()) {
    return fail(Reason::invalid, "the first request of a stream must say node.id", Side::client);
  }
  WEFT_TRY(auto client, translate::read_client(request.node->id, request.node->metadata_json));
  if (client.pod != identity_.pod || client.space != identity_.space) {
    return fail(Reason::denied, "the token is of pod " + name() + ", the node says " + client.name(), Side::client);
  }
  world_.emplace(std::move(client), worlds, view);
  world_->use_secrets([this](std::string_view name) { return secrets_->find(identity_, name); });
  return {};
}

void ProxySession::hear(const xds::Request& request) {
  auto type = xds::type_of_url(request.type_url);
  if (!type) {
    // One type that we do not serve is no reason to end the others.
    log::debug("serve: {} asks for {}, which is not served", name(), request.type_url);
    return;
  }
  if (*type == ResourceType::routes) world_->expect_routes(request.subscribe);
  if (*type == ResourceType::secret) {
    for (const auto& wanted : request.subscribe) secrets_->expect(identity_, wanted);
  }
  if (state_.hear(*type, request, *world_) == xds::Heard::rejected) note_rejection(*type);
  respond();
}

void ProxySession::push(const mesh::MeshView& view, const mesh::Touched& touched,
                        const std::map<const OutboundWorld*, ChangeSet>& shared_changes, uint64_t revision) {
  auto changes = world_->update(view, touched, shared_changes);
  if (changes.empty()) return;
  for (auto type : xds::kPushOrder) {
    for (const auto& changed : changes.of(type)) state_.touch(type, changed);
  }
  respond();
  if (!state_.is_settled()) seen_revision_ = revision;
}

void ProxySession::push_secret(std::string_view name) {
  state_.touch(ResourceType::secret, name);
  respond();
}

void ProxySession::respond() {
  for (const auto& response : state_.respond(*world_)) {
    log::debug("serve: {} <- {} {} resources, {} removed", name(), xds::short_name(response.type),
               response.resources.size(), response.removed.size());
    stream_->send(response);
  }
}

void ProxySession::note_rejection(ResourceType type) {
  rejected_revision_[xds::index_of(type)] = seen_revision_;
  log::warn("serve: {} rejects {}: {}", name(), xds::short_name(type), *state_.of(type).rejection());
}

ProxyStatus ProxySession::status() const {
  ProxyStatus status{.name = name(), .node_id = {}, .kind = {}, .connected_at = connected_at_, .types = {}};
  if (world_) {
    status.node_id = world_->client().node_id;
    status.kind = world_->client().kind == translate::ClientKind::sidecar ? "sidecar" : "router";
  }
  for (auto type : xds::kPushOrder) {
    const auto& subscription = state_.of(type);
    TypeStatus entry{.type = std::string(xds::short_name(type)),
                     .resources = subscription.size(),
                     .sent = subscription.sent_version(),
                     .acked = subscription.accepted_version(),
                     .state = SyncState::not_sent,
                     .error = subscription.rejection().value_or("")};
    if (subscription.rejection()) {
      entry.state = SyncState::nacked;
    } else if (subscription.is_requested() && (subscription.was_answered() || subscription.size() > 0)) {
      entry.state = subscription.is_settled() ? SyncState::synced : SyncState::stale;
    }
    status.types.push_back(std::move(entry));
  }
  return status;
}

RootsStatus ProxySession::roots_status(std::string_view version) const {
  const auto& secrets = state_.of(ResourceType::secret);
  return {.space = identity_.space,
          .pod = identity_.pod,
          .wants = secrets.names(translate::kTrustBundleSecret),
          .accepted = secrets.is_settled() && !secrets.has_rejected(translate::kTrustBundleSecret) &&
                      secrets.sent_version_of(translate::kTrustBundleSecret) == version};
}

std::vector<Rejection> ProxySession::rejections(uint64_t since_revision) const {
  std::vector<Rejection> rejections;
  for (auto type : xds::kPushOrder) {
    const auto& subscription = state_.of(type);
    if (!subscription.rejection() || rejected_revision_[xds::index_of(type)] < since_revision) continue;
    rejections.push_back({.proxy = name(),
                          .type = std::string(xds::short_name(type)),
                          .resource = subscription.rejected_resource(),
                          .message = *subscription.rejection()});
  }
  return rejections;
}

}  // namespace weft::control
