// SecureDoor: TLS in front of the API for other machines. weftd shows a certificate of the mesh's authority; clients
// may show one, too.
#pragma once

#include <string>
#include <vector>

#include "control/ca/authority.h"
#include "http/service/server.h"
#include "tls/context.h"

namespace weft::control {

// Owned by the ApiServer; control thread; outlives its server. The certificate is renewed at half of its life and when
// the mesh's roots change, with the next connection that comes.
class SecureDoor final : public http::Doorkeeper {
 public:
  // Who is let in, and under which names. A value.
  struct Options {
    std::vector<std::string> names;  // under which clients know this weftd: addresses and host names
    std::string client_roots;        // PEM: who may issue clients' certificates; empty: the mesh's authority
  };

  SecureDoor(runtime::Reactor& reactor, Authority& authority, Options options)
      : reactor_(&reactor), authority_(&authority), options_(std::move(options)) {}

  // To be called first. Fails when no certificate can be had, or `client_roots` are none.
  Result<> open() { return renew(client_roots()); }

  std::unique_ptr<net::Stream> dress(std::unique_ptr<net::Stream> accepted) override;
  // Closes connections whose handshake fails or takes too long; plain HTTP is told why.
  runtime::Task<bool> admit(net::Stream& dressed) override;

 private:
  std::string client_roots();
  Result<> renew(std::string client_roots);

  runtime::Reactor* reactor_;
  Authority* authority_;
  Options options_;
  tls::ContextPtr context_;
  std::string used_roots_;
  WallTime renew_after_{};
};

// The certificate that a client of such a connection has shown and that holds; nothing: none.
std::optional<tls::Certificate> shown_certificate(net::Stream& dressed);

}  // namespace weft::control
