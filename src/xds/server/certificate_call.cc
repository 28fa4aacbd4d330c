#include "xds/server/certificate_call.h"

#include <istio/v1/auth/ca.pb.h>

namespace weft::xds {
namespace {

// A request has some 4 KiB at most, with the metadata of Istio's agents.
constexpr size_t kQuestionSizeMax = 64 << 10;

}  // namespace

Result<CertificateQuestion> decode_certificate_question(std::string_view bytes) {
  istio::v1::auth::IstioCertificateRequest message;
  if (bytes.size() > kQuestionSizeMax || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(Reason::malformed, "a certificate request does not parse, or has more than 64 KiB", Side::client);
  return CertificateQuestion{
      .authorization = {}, .csr = message.csr(), .validity_seconds = message.validity_duration()};
}

std::string encode_certificate_answer(const std::vector<std::string>& chain) {
  istio::v1::auth::IstioCertificateResponse message;
  for (const auto& one : chain) message.add_cert_chain(one);
  return message.SerializeAsString();
}

}  // namespace weft::xds
