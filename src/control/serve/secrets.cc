#include "control/serve/secrets.h"

#include <utility>

#include "control/serve/credentials.h"
#include "control/translate/security/secrets.h"

namespace weft::control {

using translate::kNoticeSecret;
using translate::kOwnCertificateSecret;
using translate::kTrustBundleSecret;

Secrets::Secrets(Parts parts, Changed changed)
    : parts_(parts),
      changed_(std::move(changed)),
      own_(*parts.reactor, *parts.service, [this](const PodIdentity& pod) { changed_(kOwnCertificateSecret, &pod); }) {}

void Secrets::start() {
  subscription_ = parts_.store->subscribe([this] { take_note(); });
  seen_ = parts_.store->revision();
  refresh_bundle();
  refresh_notices();
  own_.start();
}

runtime::Task<void> Secrets::close() {
  return own_.close();
}

xds::ResourcePtr Secrets::find(const PodIdentity& pod, std::string_view name) const {
  if (name == kTrustBundleSecret) return bundle_;
  if (name == kOwnCertificateSecret) return own_.find(pod);
  if (name == kNoticeSecret) {
    auto encoded = translate::generic_secret(std::string(name), notices_.text_for(pod.space, pod.pod));
    return xds::make_resource(std::move(encoded.name), std::move(encoded.bytes));
  }
  return may_have_credential(pod, name) ? find_credential(*parts_.store, pod.space, name) : nullptr;
}

// A gateway those of its namespace, a sidecar those that a rule for its workload names. By what the mesh knows of the
// pod, not by what its proxy says about itself: any proxy can call itself a router.
bool Secrets::may_have_credential(const PodIdentity& pod, std::string_view name) const {
  const auto view = parts_.mesh->view();
  const auto known = view->pod(pod.space, pod.pod);
  if (known == nullptr) return false;
  return known->is_gateway || view->destination_rules().name_credential(pod.space, known->labels, secret_of(name));
}

void Secrets::expect(const PodIdentity& pod, std::string_view name) {
  if (name == kOwnCertificateSecret) own_.want(pod);
}

const std::string& Secrets::roots_version() {
  refresh_bundle();
  return bundle_->version;
}

// The listener of a commit only takes note; several commits are followed at once.
void Secrets::take_note() {
  if (std::exchange(noted_, true)) return;
  parts_.reactor->mailbox().send([this, alive = alive_] {
    if (!*alive) return;
    noted_ = false;
    follow();
  });
}

void Secrets::follow() {
  while (seen_ < parts_.store->revision()) {
    const auto changes = parts_.store->changes_after(seen_);
    if (!changes) {  // more has changed than the store remembers
      seen_ = parts_.store->revision();
      is_bundle_stale_ = are_notices_stale_ = true;
      break;
    }
    for (const auto& change : *changes) {
      seen_ = change.object->revision;
      note(change.object->key);
    }
  }
  if (std::exchange(is_bundle_stale_, false)) refresh_bundle();
  if (std::exchange(are_notices_stale_, false)) refresh_notices();
  for (const auto& name : std::exchange(stale_credentials_, {})) changed_(name, nullptr);
}

void Secrets::note(const Key& key) {
  if (key == trust_key() || key == plugged_key()) is_bundle_stale_ = true;
  if (key.type == kIssuedType) are_notices_stale_ = true;
  if (key.type != "/secrets") return;
  for (auto& name : credential_names(key.name)) stale_credentials_.insert(std::move(name));
}

void Secrets::refresh_bundle() {
  auto encoded = translate::validation_secret(std::string(kTrustBundleSecret), tls::to_pem(parts_.authority->roots()));
  if (bundle_ && bundle_->body == encoded.bytes) return;
  bundle_ = xds::make_resource(std::move(encoded.name), std::move(encoded.bytes));
  changed_(kTrustBundleSecret, nullptr);
}

void Secrets::refresh_notices() {
  auto notices = Notices::of(parts_.issued->marked());
  if (notices == notices_) return;
  notices_ = std::move(notices);
  changed_(kNoticeSecret, nullptr);
  own_.replace_spent(notices_);
}

}  // namespace weft::control
