#include "control/serve/certificate_service.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "tls/signing_request.h"

namespace weft::control {
namespace {

// What is asked for may be any number; a longer time than this is cut anyway.
constexpr int64_t kValiditySecondsMax = int64_t{90} * 24 * 3600;

// How a refusal is told to the caller. Only a token that does not hold makes it unauthenticated.
xds::StreamEnd end_for(const Error& error) {
  switch (error.reason) {
    case Reason::denied:
      return xds::StreamEnd::permission_denied;
    case Reason::malformed:
    case Reason::invalid:
    case Reason::too_large:
      return xds::StreamEnd::invalid_argument;
    case Reason::overflow:
      return xds::StreamEnd::resource_exhausted;
    default:
      return xds::StreamEnd::unavailable;
  }
}

// The word that the counter has for it.
std::string_view outcome_word(xds::StreamEnd end) {
  switch (end) {
    case xds::StreamEnd::invalid_argument:
      return "invalid";
    case xds::StreamEnd::unauthenticated:
      return "unauthenticated";
    case xds::StreamEnd::permission_denied:
      return "denied";
    case xds::StreamEnd::unavailable:
      return "unavailable";
    case xds::StreamEnd::resource_exhausted:
      return "too_many";
  }
  return "unavailable";
}

constexpr telemetry::Family kCertificateRequests{telemetry::MetricKind::counter, "weft_ca_requests_total",
                                                 "Requests of proxies for certificates, by outcome"};

}  // namespace

void CertificateService::on_certificate_question(xds::CertificateQuestion question,
                                                 std::shared_ptr<xds::CertificateCall> call) {
  runtime::spawn(gate_, serve(std::move(question), std::move(call)));
}

runtime::Task<void> CertificateService::serve(xds::CertificateQuestion question,
                                              std::shared_ptr<xds::CertificateCall> call) {
  auto caller = admission_->authenticate(question.authorization);
  if (!caller) {
    log::info("ca: a request is refused: {}", caller.error().detail);
    count(outcome_word(xds::StreamEnd::unauthenticated));
    call->refuse(xds::StreamEnd::unauthenticated, caller.error().detail);
    co_return;
  }
  const auto chain = co_await answer_to(*std::move(caller), std::move(question));
  if (!chain) {
    log::warn("ca: a request is refused: {}", chain.error().detail);
    count(outcome_word(end_for(chain.error())));
    call->refuse(end_for(chain.error()), chain.error().detail);
    co_return;
  }
  count("issued");
  std::vector<std::string> texts;
  for (const auto& one : *chain) texts.push_back(one.to_pem());
  call->answer(texts);
}

// Whoever asks too often is told so before anything is computed for it.
runtime::Task<Result<std::vector<tls::Certificate>>> CertificateService::answer_to(PodIdentity pod,
                                                                                   xds::CertificateQuestion question) {
  WEFT_CO_CHECK(admission_->admit(pod));
  if (!budget_.take(pod.pod_uid))
    co_return fail(Reason::overflow, "pod " + pod.space + "/" + pod.pod + " asks for certificates too often",
                   Side::client);
  WEFT_CO_TRY(tls::PublicKey key, tls::read_signing_request(question.csr));
  const auto lifetime = std::chrono::seconds(std::clamp<int64_t>(question.validity_seconds, 0, kValiditySecondsMax));
  co_return co_await issue(std::move(pod), std::move(key), lifetime);
}

runtime::Task<Result<std::vector<tls::Certificate>>> CertificateService::issue(PodIdentity pod, tls::PublicKey key,
                                                                               Duration lifetime) {
  WEFT_CO_TRY(const tls::SpiffeId id, admission_->name_of(pod));
  WEFT_CO_TRY(auto chain, authority_->issue(id, key, lifetime));
  const tls::Certificate& leaf = chain.front();
  WEFT_CO_CHECK(co_await issued_->add({.serial = leaf.serial(),
                                       .identity = id.uri(),
                                       .space = pod.space,
                                       .pod = pod.pod,
                                       .root = chain.back().fingerprint(),
                                       .issued = clock_->wall_now(),
                                       .expires = leaf.validity().until},
                                      chain));
  log::info("ca: {} for {}/{}, serial {}", id.uri(), pod.space, pod.pod, leaf.serial());
  co_return chain;
}

void CertificateService::count(std::string_view outcome) {
  metrics_->counter(kCertificateRequests, {{"outcome", std::string(outcome)}}).add();
}

runtime::Task<void> CertificateService::close() {
  co_await gate_.close();
}

}  // namespace weft::control
