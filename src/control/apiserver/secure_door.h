// SecureDoor: TLS in front of the API. weftd shows a certificate of the mesh's authority; clients may show one, too.
#pragma once

#include <string>
#include <vector>

#include "control/ca/authority.h"
#include "http/service/server.h"
#include "tls/context.h"

namespace weft::control {

// What becomes of clients that begin in plain text: told to use TLS, or served.
enum class PlainText : uint8_t { refused, served };

// Owned by the ApiServer; control thread; outlives its server. The certificate is renewed at half of its life and when
// the mesh's roots change, with the next connection that comes.
class SecureDoor final : public http::Doorkeeper {
 public:
  // Who is let in, and under which names. A value.
  struct Options {
    std::vector<std::string> names;  // under which clients know this weftd: addresses and host names
    std::string client_roots;        // PEM: who may issue clients' certificates; empty: the mesh's authority
    PlainText plain_text = PlainText::refused;
  };

  SecureDoor(runtime::Reactor& reactor, Authority& authority, Options options)
      : reactor_(&reactor), authority_(&authority), options_(std::move(options)) {}

  // To be called first. Fails when no certificate can be had, or `client_roots` are none.
  Result<> open() { return renew(client_roots()); }

  // Puts TLS on connections that begin with a handshake. Closes those whose handshake fails or takes too long; plain
  // HTTP that is not served is told why.
  runtime::Task<bool> admit(std::unique_ptr<net::Stream>& stream) override;

 private:
  std::string client_roots();
  Result<> renew(std::string client_roots);
  void renew_if_due();

  runtime::Reactor* reactor_;
  Authority* authority_;
  Options options_;
  tls::ContextPtr context_;
  std::string used_roots_;
  WallTime renew_after_{};
};

// The certificate that the client of a connection has shown and that holds; nothing: none, or no TLS.
std::optional<tls::Certificate> shown_certificate(net::Stream& stream);

}  // namespace weft::control
