// A call of istio.v1.auth.IstioCertificateService/CreateCertificate, as plain values, and who answers it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "xds/server/message.h"

namespace weft::xds {

// What the caller says and brings. The call's `metadata` is not in it: it asks for other identities or signers, and who
// the certificate is for follows from the caller alone.
struct CertificateQuestion {
  std::string authorization;  // the gRPC metadata of that name; empty if there was none
  std::string csr;            // PEM
  int64_t validity_seconds = 0;
};

// One call under way. It may outlive its connection, then answers go nowhere. Exactly one answer, on the mailbox's
// thread.
class CertificateCall {
 public:
  virtual ~CertificateCall() = default;
  // Certificates in PEM: the leaf first, the root last.
  virtual void answer(const std::vector<std::string>& chain) = 0;
  virtual void refuse(StreamEnd why, const std::string& message) = 0;
};

// Who issues. Called on the mailbox's thread.
class CertificateHandler {
 public:
  virtual ~CertificateHandler() = default;
  virtual void on_certificate_question(CertificateQuestion question, std::shared_ptr<CertificateCall> call) = 0;
};

// The messages on the wire. A question of more than 64 KiB, or one that is no message, is malformed.
Result<CertificateQuestion> decode_certificate_question(std::string_view bytes);
std::string encode_certificate_answer(const std::vector<std::string>& chain);

}  // namespace weft::xds
