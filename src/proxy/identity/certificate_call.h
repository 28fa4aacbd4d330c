// The call by which a proxy gets a certificate for its key (istio.v1.auth.IstioCertificateService).
#pragma once

#include <string>

#include "net/address.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::proxy {

// Whom to ask, and what proves who asks.
struct CertificateAuthority {
  net::Address server;
  std::string token_file;  // read for each call, sent as "authorization: Bearer ..."
  Duration timeout = std::chrono::seconds(10);
};

// The certificate for the request's key with what it was signed by, as PEM: the leaf first. Fails as dialling does, and
// with the authority's own words where it refuses.
runtime::Task<Result<std::string>> request_certificate(runtime::Reactor& reactor, const CertificateAuthority& authority,
                                                       std::string signing_request);

}  // namespace weft::proxy
