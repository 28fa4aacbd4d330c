#include "proxy/identity/own_identity.h"

#include <algorithm>

#include "base/log.h"
#include "tls/certificate.h"
#include "tls/signing_request.h"
#include "xds/client/backoff.h"

namespace weft::proxy {
namespace {

constexpr Duration kPauseFirst = std::chrono::milliseconds(100);
constexpr Duration kPauseLongest = std::chrono::seconds(10);
// Many proxies may be told at once to replace theirs.
constexpr Duration kReplacementSpread = std::chrono::seconds(2);

Duration random_up_to(Duration longest, Random& random) {
  return Duration(static_cast<Duration::rep>(random.next() % static_cast<uint64_t>(longest.count())));
}

}  // namespace

OwnIdentity::OwnIdentity(runtime::Reactor& reactor, CertificateAuthority authority, Random& random, Deliver deliver)
    : reactor_(&reactor),
      authority_(std::move(authority)),
      random_(&random),
      deliver_(std::move(deliver)),
      wanted_(reactor) {}

void OwnIdentity::stop() {
  is_stopped_ = true;
  wanted_.set();
}

void OwnIdentity::replace(const std::set<std::string, std::less<>>& serials) {
  if (!serials.contains(status_.serial)) return;
  renew_at_ = std::min(renew_at_, reactor_->now() + random_up_to(kReplacementSpread, *random_));
  wanted_.set();
}

runtime::Task<void> OwnIdentity::run() {
  xds::Backoff backoff(kPauseFirst, kPauseLongest);
  while (!is_stopped_) {
    wanted_.reset();
    if (reactor_->now() < renew_at_) {
      co_await wanted_.wait(renew_at_);
      continue;
    }
    auto renewed = co_await renew();
    if (renewed) {
      backoff.reset();
      continue;
    }
    if (renewed.error().detail != status_.last_error) log::warn("identity: {}", renewed.error().detail);
    status_.last_error = renewed.error().detail;
    renew_at_ = reactor_->now() + backoff.next(*random_);
  }
}

runtime::Task<Result<>> OwnIdentity::renew() {
  WEFT_CO_TRY(const auto key, tls::PrivateKey::make(tls::KeyKind::ecdsa_p256));
  WEFT_CO_TRY(std::string request, tls::make_signing_request(key, ""));
  WEFT_CO_TRY(std::string chain, co_await request_certificate(*reactor_, authority_, std::move(request)));
  WEFT_CO_TRY(const auto certificates, tls::read_certificates(chain));
  const tls::Certificate& own = certificates.front();
  if (!(own.public_key() == key.public_key()))
    co_return fail(Reason::invalid, "the authority certified another key", Side::endpoint);
  WEFT_CO_TRY(std::string key_text, key.to_pem());
  const auto uris = own.alternative_names().uris;
  status_ = {.uri = uris.empty() ? "" : uris.front(),
             .serial = own.serial(),
             .expires = own.validity().until,
             .renewals = status_.renewals + 1,
             .last_error = {}};
  renew_at_ = renewal_time(own.validity());
  log::info("identity: {}, certificate {}", status_.uri, status_.serial);
  co_await deliver_({std::move(chain), std::move(key_text)});
  co_return Result<>();
}

// Half of what is left of its life, give or take a hundredth, so that the proxies of a mesh do not all ask at once.
Time OwnIdentity::renewal_time(const tls::Validity& validity) {
  const Duration left = std::max(validity.until - reactor_->clock().wall_now(), Duration(1));
  const Duration spread = std::max(left / 50, Duration(1));
  return reactor_->now() + left / 2 - spread / 2 + random_up_to(spread, *random_);
}

}  // namespace weft::proxy
