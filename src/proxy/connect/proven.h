// Connections that stand on certificates: that which the peer has proven to own, and ours. They outlive the handshake,
// so what becomes of the certificates later must end them, too.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "net/stream.h"
#include "runtime/intrusive_list.h"
#include "tls/engine.h"

namespace weft::proxy {

// One of them, from its handshake on; beside the stream that it can end, on the same shard.
class ProvenConnection : public runtime::Link<ProvenConnection> {
 public:
  ProvenConnection(net::Stream& stream, const tls::Engine& engine);

  // Whoever waits for the stream is told that it is gone.
  void end();
  bool has_ended() const { return has_ended_; }

  const std::string& peer_serial() const { return peer_serial_; }  // empty: the peer has shown none
  // We have shown our identity in the mesh, and not some server's certificate.
  bool shows_identity() const { return shows_identity_; }

 private:
  net::Stream* stream_;
  std::string peer_serial_;
  bool shows_identity_;
  bool has_ended_ = false;
};

// How many have been ended. A value.
struct EndedConnections {
  uint64_t revoked = 0;  // the peer's certificate is accepted no more
  uint64_t expired = 0;  // ours has expired, and there is no other

  EndedConnections& operator+=(const EndedConnections& other) {
    revoked += other.revoked;
    expired += other.expired;
    return *this;
  }
};

// Those of one side of a shard.
class ProvenConnections {
 public:
  using Serials = std::set<std::string, std::less<>>;

  void add(ProvenConnection& connection) { members_.push_back(connection); }

  // Ends those whose peer's certificate is among these.
  void revoke(const Serials& revoked);
  // Ends those that stand on our identity. A peer whose own has expired ends its connections itself; one that does not
  // is what revocation is for.
  void expire();

  const EndedConnections& ended() const { return ended_; }

 private:
  template <class Fits>
  uint64_t end_those(Fits fits);

  runtime::IntrusiveList<ProvenConnection> members_;
  EndedConnections ended_;
};

}  // namespace weft::proxy
