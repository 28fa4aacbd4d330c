#include "proxy/accept/acquaintance.h"

#include <netinet/in.h>

#include "base/log.h"
#include "net/listener.h"
#include "proxy/accept/peer.h"
#include "proxy/detect/take_proxy_header.h"

namespace weft::proxy {
namespace {

Time detection_deadline(const Shard& shard, const decide::Listener& listener) {
  const Duration timeout = listener.detection_timeout;
  return timeout > Duration::zero() ? shard.reactor.now() + timeout : runtime::kNever;
}

}  // namespace

ClientFacts facts_of(const net::SocketStream& client, const decide::Listener& listener) {
  if (listener.address.is_socket_file()) {
    const decide::SocketAddress here{.ip = decide::IpAddress::from_v4(htonl(INADDR_LOOPBACK))};
    return {.address = here, .destination = here, .direction = listener.direction};
  }
  ClientFacts facts{.address = to_decide(client.peer_address()), .direction = listener.direction};
  if (listener.hands_off || listener.reads_destination) {
    if (const auto original = net::original_destination(client.fd())) {
      facts.destination = to_decide(*original);
      return facts;
    }
  }
  facts.destination = to_decide(client.local_address());
  return facts;
}

WEFT_OWN_FRAME runtime::Task<bool> learn_addresses(Shard& shard, const decide::Listener& listener, net::Stream& client,
                                                   ClientFacts& facts) {
  const auto header = co_await take_proxy_header(client, detection_deadline(shard, listener));
  if (!header || !listener.proxy_protocol->takes(header->version)) co_return false;
  if (!header->addresses) co_return true;
  facts.relayed_by = facts.address.ip;
  facts.address = header->addresses->source;
  facts.destination = header->addresses->destination;
  co_return true;
}

WEFT_OWN_FRAME runtime::Task<std::optional<Detected>> inspect(Shard& shard, const decide::Listener& listener,
                                                              net::Stream& client, uint16_t port) {
  const Inspection inspection{.for_http = listener.http_inspector && listener.http_inspector->holds(port),
                              .for_tls = listener.tls_inspector && listener.tls_inspector->holds(port)};
  if (!inspection.is_needed()) co_return Detected();
  auto detected = co_await detect(client, inspection, detection_deadline(shard, listener));
  if (detected) co_return *std::move(detected);
  // A client that waits for its server to speak first is served as soon as it is plain that it waits.
  const bool is_silent = detected.error().reason == Reason::timed_out;
  co_return is_silent&& listener.continues_after_timeout ? std::optional(Detected()) : std::nullopt;
}

WEFT_OWN_FRAME runtime::Task<std::unique_ptr<Secured>> shake_hands(Shard& shard, const decide::FilterChain& chain,
                                                                   net::Stream& client) {
  constexpr Duration kHandshakeTime = std::chrono::seconds(10);
  auto context = shard.tls_contexts ? shard.tls_contexts->find(chain.tls->id) : nullptr;
  if (!context) {
    log::debug("a TLS client is turned away: a certificate or root is not there (yet)");
    co_return nullptr;
  }
  auto secured = std::make_unique<Secured>(client, std::move(context));
  const auto shaken = co_await secured->stream.handshake(shard.reactor.now() + kHandshakeTime);
  if (!shaken) {
    shard.handshakes.count_failed(secured->stream.engine());
    log::debug("a client is turned away: {}", shaken.error().detail);
    co_return nullptr;
  }
  shard.handshakes.count_done(secured->stream.engine());
  secured->proven.emplace(client, secured->stream.engine());
  shard.proven.add(*secured->proven);
  secured->peer = peer_of(secured->stream.engine(), certificate_parts(chain));
  co_return secured;
}

}  // namespace weft::proxy
