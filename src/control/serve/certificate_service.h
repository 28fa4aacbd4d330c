// CertificateService: gives pods their certificates. Whom a certificate is for follows from the caller's token alone;
// of the signing request only the key counts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "control/ca/authority.h"
#include "control/ca/certification.h"
#include "control/ca/issued.h"
#include "control/serve/admission.h"
#include "control/serve/issue_budget.h"
#include "runtime/gate.h"
#include "runtime/task.h"
#include "telemetry/metrics.h"
#include "xds/server/certificate_call.h"

namespace weft::control {

// Control thread. Owned by the configuration server; close() before its destruction.
class CertificateService final : public xds::CertificateHandler {
 public:
  CertificateService(runtime::Reactor& reactor, const Admission& admission, Certification certification,
                     telemetry::ShardMetrics& metrics)
      : clock_(&reactor.clock()),
        admission_(&admission),
        authority_(certification.authority),
        issued_(certification.issued),
        metrics_(&metrics),
        budget_(reactor.clock()),
        gate_(reactor) {}

  void on_certificate_question(xds::CertificateQuestion question, std::shared_ptr<xds::CertificateCall> call) override;

  // A certificate for an admitted pod's key with its chain, recorded before anybody sees it.
  runtime::Task<Result<std::vector<tls::Certificate>>> issue(PodIdentity pod, tls::PublicKey key, Duration lifetime);

  // Waits for what is under way.
  runtime::Task<void> close();

 private:
  runtime::Task<void> serve(xds::CertificateQuestion question, std::shared_ptr<xds::CertificateCall> call);
  runtime::Task<Result<std::vector<tls::Certificate>>> answer_to(PodIdentity pod, xds::CertificateQuestion question);
  void count(std::string_view outcome);

  const Clock* clock_;
  const Admission* admission_;
  Authority* authority_;
  IssuedCertificates* issued_;
  telemetry::ShardMetrics* metrics_;
  IssueBudget budget_;
  runtime::Gate gate_;
};

}  // namespace weft::control
