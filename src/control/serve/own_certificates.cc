#include "control/serve/own_certificates.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "control/translate/security/secrets.h"

namespace weft::control {
namespace {

// How soon a certificate that could not be made is tried again.
constexpr Duration kRetryAfter = std::chrono::seconds(5);

}  // namespace

void OwnCertificates::start() {
  runtime::spawn(gate_, run());
}

runtime::Task<void> OwnCertificates::close() {
  closed_ = true;
  woken_.set();
  co_await gate_.close();
}

void OwnCertificates::want(const PodIdentity& pod) {
  if (!by_pod_.try_emplace(pod.pod_uid, Own{.pod = pod, .due = reactor_->now()}).second) return;
  woken_.set();
}

void OwnCertificates::forget(const PodIdentity& pod) {
  by_pod_.erase(pod.pod_uid);
}

void OwnCertificates::replace_spent(const Notices& notices) {
  for (auto& [uid, own] : by_pod_) {
    if (!own.resource || !notices.is_spent(own.pod.space, own.pod.pod, own.serial)) continue;
    own.due = reactor_->now();
    woken_.set();
  }
}

xds::ResourcePtr OwnCertificates::find(const PodIdentity& pod) const {
  const auto found = by_pod_.find(pod.pod_uid);
  return found == by_pod_.end() ? nullptr : found->second.resource;
}

runtime::Task<void> OwnCertificates::run() {
  while (!closed_) {
    (void)co_await woken_.wait(next_due());
    if (closed_) co_return;
    woken_.reset();
    co_await make_due();
  }
}

Time OwnCertificates::next_due() const {
  Time next = runtime::kNever;
  for (const auto& [uid, own] : by_pod_) next = std::min(next, own.due);
  return next;
}

// Proxies may come and go while one is made.
runtime::Task<void> OwnCertificates::make_due() {
  std::vector<PodIdentity> due;
  for (const auto& [uid, own] : by_pod_)
    if (own.due <= reactor_->now()) due.push_back(own.pod);
  for (const PodIdentity& pod : due) {
    auto made = co_await make(pod);
    const auto found = by_pod_.find(pod.pod_uid);
    if (found == by_pod_.end()) continue;
    if (!made) {
      log::error("ca: no certificate for {}/{}: {}", pod.space, pod.pod, made.error().detail);
      found->second.due = reactor_->now() + kRetryAfter;
      continue;
    }
    found->second = *std::move(made);
    changed_(pod);
  }
}

runtime::Task<Result<OwnCertificates::Own>> OwnCertificates::make(PodIdentity pod) {
  WEFT_CO_TRY(const auto key, tls::PrivateKey::make(tls::KeyKind::ecdsa_p256));
  WEFT_CO_TRY(const std::string key_pem, key.to_pem());
  WEFT_CO_TRY(auto chain, co_await service_->issue(pod, key.public_key(), Duration::zero()));
  const std::string serial = chain.front().serial();
  const Duration life = chain.front().validity().until - reactor_->clock().wall_now();
  chain.pop_back();  // the root is not presented: a peer believes its own
  const std::string name(translate::kOwnCertificateSecret);
  auto encoded = translate::certificate_secret(name, tls::to_pem(chain), key_pem);
  // Its version is the serial: nothing that can be seen follows from a key.
  co_return Own{
      .pod = std::move(pod),
      .serial = serial,
      .resource = std::make_shared<const xds::Resource>(xds::Resource{name, serial, std::move(encoded.bytes)}),
      .due = reactor_->now() + life / 2};
}

}  // namespace weft::control
