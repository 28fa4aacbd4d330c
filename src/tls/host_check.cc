#include "tls/host_check.h"

#include "net/address.h"
#include "tls/openssl.h"

namespace weft::tls {

bool is_for_host(const Certificate& certificate, const std::string& host) {
  if (net::IpAddress::parse(host)) return X509_check_ip_asc(certificate.native(), host.c_str(), 0) == 1;
  constexpr unsigned kFlags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(certificate.native(), host.data(), host.size(), kFlags, nullptr) == 1;
}

}  // namespace weft::tls
