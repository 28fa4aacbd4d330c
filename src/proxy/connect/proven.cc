#include "proxy/connect/proven.h"

#include "base/log.h"

namespace weft::proxy {

ProvenConnection::ProvenConnection(net::Stream& stream, const tls::Engine& engine)
    : stream_(&stream), shows_identity_(engine.context().own_uri().starts_with("spiffe://")) {
  if (const auto peer = engine.peer_certificate()) peer_serial_ = peer->serial();
}

void ProvenConnection::end() {
  has_ended_ = true;
  stream_->readiness().mark_hung_up();  // also ends the wait for an endpoint
  stream_->cancel();
}

// Members leave the list in their own time, and new ones may come meanwhile.
template <class Fits>
uint64_t ProvenConnections::end_those(Fits fits) {
  uint64_t count = 0;
  runtime::IntrusiveList<ProvenConnection> left;
  left.take(members_);
  while (!left.empty()) {
    ProvenConnection& member = left.pop_front();
    members_.push_back(member);
    if (member.has_ended() || !fits(member)) continue;
    member.end();
    ++count;
  }
  return count;
}

void ProvenConnections::revoke(const Serials& revoked) {
  if (revoked.empty()) return;
  const uint64_t count = end_those([&](const ProvenConnection& one) {
    if (!revoked.contains(one.peer_serial())) return false;
    log::info("tls: a connection ends: the peer's certificate {} is revoked", one.peer_serial());
    return true;
  });
  ended_.revoked += count;
}

void ProvenConnections::expire() {
  const uint64_t count = end_those([](const ProvenConnection& one) { return one.shows_identity(); });
  if (count > 0) log::warn("tls: {} connections end: our certificate has expired, and there is no other", count);
  ended_.expired += count;
}

}  // namespace weft::proxy
