#include "control/serve/serving.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "base/random.h"
#include "control/jwks/dns_lookup.h"

namespace weft::control {
namespace {

// A proxy that does not answer holds up no change of PeerAuthentications for longer than this, at each of its steps.
constexpr Duration kPeerStepMax = std::chrono::seconds(5);

}  // namespace

ConfigServer::Serving::Serving(runtime::Reactor& reactor, Store& store, const PodTokens& tokens,
                               Certification certification, telemetry::ShardMetrics& metrics, Options options)
    : reactor_(&reactor),
      options_(std::move(options)),
      mesh_([&store](const std::string& space) { return stored_objects(store, space); }),
      admission_(tokens, mesh_),
      certificates_(reactor, admission_, certification, metrics),
      secrets_({&reactor, &store, &mesh_, certification.authority, certification.issued, &certificates_},
               [this](std::string_view name, const PodIdentity* pod) { push_secret(name, pod); }),
      queue_(reactor, [this](const mesh::Touched& touched, uint64_t revision) { push(touched, revision); }),
      gate_(reactor),
      keys_(reactor, system_nameserver(), KeptKeys(store, reactor.clock()),
            [this](const mesh::KeySource& source, const std::string& key_set) { take_key_set(source, key_set); }),
      feed_(store, reactor.mailbox(), [this](const auto& changes, uint64_t revision) { receive(changes, revision); }),
      run_id_(fmt::format("{:08x}", seed_from_kernel() & 0xffffffff)),
      progress_(reactor),
      ads_(reactor.mailbox(), *this) {
  ads_.serve_certificates(certificates_);
}

Result<> ConfigServer::Serving::start() {
  feed_.start();
  WEFT_CHECK(ads_.listen(options_.socket_path, options_.tcp_port));
  secrets_.start();
  keys_.start();
  return {};
}

void ConfigServer::Serving::stop() {
  is_stopping_ = true;
  ads_.stop();
  sessions_.clear();
  note_progress();
}

runtime::Task<void> ConfigServer::Serving::close() {
  stop();
  co_await keys_.close();
  co_await secrets_.close();
  co_await certificates_.close();
  co_await gate_.close();
}

void ConfigServer::Serving::on_open(xds::Opening opening) {
  auto identity = admission_.authenticate(opening.authorization);
  if (!identity) {
    log::info("serve: a stream is refused: {}", identity.error().detail);
    opening.stream->end(xds::StreamEnd::unauthenticated, identity.error().detail);
    return;
  }
  if (auto admitted = admission_.admit(*identity); !admitted) {
    opening.stream->end(xds::StreamEnd::permission_denied, admitted.error().detail);
    return;
  }
  auto id = opening.id;
  auto nonce_prefix = fmt::format("{}-{}-", run_id_, id);
  log::info("serve: {}.{} is connected", identity->pod, identity->space);
  sessions_.try_emplace(id, std::move(opening), *std::move(identity), std::move(nonce_prefix),
                        reactor_->clock().wall_now(), secrets_);
}

void ConfigServer::Serving::on_request(xds::StreamId id, xds::Request request) {
  auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  auto& session = found->second;
  if (request.type_url.empty()) {
    session.end(xds::StreamEnd::invalid_argument, "a request on an aggregated stream must say type_url");
    return;
  }
  if (!session.is_identified()) {
    if (auto identified = session.identify(request, worlds_, *mesh_.view()); !identified) {
      bool denied = identified.error().reason == Reason::denied;
      log::warn("serve: {} is refused: {}", session.name(), identified.error().detail);
      session.end(denied ? xds::StreamEnd::permission_denied : xds::StreamEnd::invalid_argument,
                  identified.error().detail);
      return;
    }
  }
  session.hear(request);
  note_progress();
}

void ConfigServer::Serving::on_close(xds::StreamId id) {
  auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  log::info("serve: {} is disconnected", found->second.name());
  const PodIdentity pod = found->second.identity();
  sessions_.erase(found);
  forget_secrets_of(pod);
  note_progress();
}

void ConfigServer::Serving::receive(const std::vector<mesh::ObjectChange>& changes, uint64_t revision) {
  revision_ = revision;
  queue_.add(mesh_.apply(changes), revision);
  if (mesh_.peers_are_settling() && !is_settling_peers_) runtime::spawn(gate_, settle_peers());
  for (const auto& change : changes) keys_.note(change);
  keys_.follow(mesh_.view());
  note_progress();
}

// Keys are part of the mesh like any object, though no commit brings them.
void ConfigServer::Serving::take_key_set(const mesh::KeySource& source, const std::string& key_set) {
  queue_.add(mesh_.put_key_set(source, key_set), revision_);
}

// Takes the steps of a change of PeerAuthentications, each when all proxies have followed the one before.
runtime::Task<void> ConfigServer::Serving::settle_peers() {
  is_settling_peers_ = true;
  while (mesh_.peers_are_settling() && !is_stopping_) {
    const Time limit = reactor_->now() + kPeerStepMax;
    while (!all_have_followed() && !is_stopping_ && reactor_->now() < limit) co_await progress_.wait(limit);
    if (!is_stopping_) queue_.add(mesh_.advance_peers(), revision_);
  }
  is_settling_peers_ = false;
  note_progress();
}

bool ConfigServer::Serving::all_have_followed() const {
  return queue_.is_idle() && std::ranges::all_of(sessions_, [](const auto& entry) {
           return !entry.second.is_identified() || entry.second.is_settled();
         });
}

void ConfigServer::Serving::push(const mesh::Touched& touched, uint64_t revision) {
  auto view = mesh_.view();
  auto shared_changes = worlds_.update(*view, touched);
  for (auto& [id, session] : sessions_) {
    if (session.is_identified()) session.push(*view, touched, shared_changes, revision);
  }
  end_sessions_of_gone_pods(touched);
  note_progress();
}

void ConfigServer::Serving::push_secret(std::string_view name, const PodIdentity* pod) {
  for (auto& [id, session] : sessions_) {
    const bool concerned = pod == nullptr || session.identity().pod_uid == pod->pod_uid;
    if (concerned && session.is_identified()) session.push_secret(name);
  }
  note_progress();
}

// A proxy that has reconnected has another stream already.
void ConfigServer::Serving::forget_secrets_of(const PodIdentity& pod) {
  const auto is_its = [&](const auto& entry) { return entry.second.identity().pod_uid == pod.pod_uid; };
  if (std::ranges::none_of(sessions_, is_its)) secrets_.forget(pod);
}

void ConfigServer::Serving::end_sessions_of_gone_pods(const mesh::Touched& touched) {
  for (auto& [id, session] : sessions_) {
    const auto& identity = session.identity();
    if (!touched.pods.contains(identity.space + "/" + identity.pod)) continue;
    if (auto admitted = admission_.admit(identity); !admitted) {
      session.end(xds::StreamEnd::permission_denied, admitted.error().detail);
    }
  }
}

std::vector<ProxyStatus> ConfigServer::Serving::proxies() const {
  // A proxy that has reconnected before its old stream was found dead counts once, by its newest stream.
  std::map<std::string, ProxyStatus> by_name;
  for (const auto& [id, session] : sessions_) {
    if (session.is_identified()) by_name.insert_or_assign(session.name(), session.status());
  }
  std::vector<ProxyStatus> proxies;
  for (auto& [name, status] : by_name) proxies.push_back(std::move(status));
  return proxies;
}

TrustStatus ConfigServer::Serving::trust() {
  const std::string& version = secrets_.roots_version();
  std::map<std::string, RootsStatus> by_name;
  for (const auto& [id, session] : sessions_)
    if (session.is_identified()) by_name.insert_or_assign(session.name(), session.roots_status(version));
  const auto& config = mesh_.view()->config();
  TrustStatus trust{.trust_domains = {config.trust_domain}, .proxies = {}};
  for (const auto& alias : config.trust_domain_aliases) trust.trust_domains.push_back(alias);
  for (auto& [name, status] : by_name) trust.proxies.push_back(std::move(status));
  return trust;
}

SyncReport ConfigServer::Serving::report(uint64_t revision) const {
  SyncReport report;
  for (const auto& [id, session] : sessions_) {
    if (!session.is_identified() || session.seen_revision() < revision) continue;
    ++report.proxies;
    auto rejections = session.rejections(revision);
    if (!session.is_settled()) {
      report.pending.push_back(session.name());
    } else if (rejections.empty()) {
      ++report.acked;
    }
    report.nacked.insert(report.nacked.end(), rejections.begin(), rejections.end());
  }
  report.complete =
      queue_.pushed_revision() >= revision && report.pending.empty() && !mesh_.peers_are_settling() && queue_.is_idle();
  return report;
}

runtime::Task<SyncReport> ConfigServer::Serving::wait_for_sync(uint64_t revision, Duration timeout) {
  Time began = reactor_->now();
  auto now = report(revision);
  while (!now.complete) {
    if (co_await progress_.wait(began + timeout) != runtime::Wait::ready) break;
    now = report(revision);
  }
  now.elapsed = reactor_->now() - began;
  co_return now;
}

void ConfigServer::Serving::note_progress() {
  progress_.set();
  progress_.reset();
}

}  // namespace weft::control
