#include "proxy/accept/client_session.h"

#include <algorithm>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "base/log.h"
#include "net/listener.h"
#include "proxy/accept/peer.h"
#include "proxy/accept/tcp_relay.h"
#include "proxy/detect/detect.h"
#include "proxy/detect/take_proxy_header.h"
#include "proxy/inbound/stack.h"
#include "proxy/outbound/stack.h"
#include "tls/stream.h"

namespace weft::proxy {
namespace {

ClientFacts facts_of(const net::SocketStream& client, const decide::Listener& listener) {
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

Time detection_deadline(const Shard& shard, const decide::Listener& listener) {
  const Duration timeout = listener.detection_timeout;
  return timeout > Duration::zero() ? shard.reactor.now() + timeout : runtime::kNever;
}

// Whose connection it really is, where a load balancer says so. false: the connection is to be closed. Silence is no
// header: whoever must send one is not served without.
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

// What the client speaks, where the listener wants to know. Nothing: the connection is to be closed.
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

// What there is of an encrypted connection besides its socket, from its handshake on.
struct Secured {
  Secured(net::Stream& socket, tls::ContextPtr context) : stream(socket, std::move(context)) {}

  tls::Stream stream;
  std::optional<ProvenConnection> proven;  // of the socket, so that it ends whoever waits for it
  std::optional<decide::Peer> peer;
};

// Nothing: the two did not come to terms, and the connection is to be closed. Until then the client costs memory and
// computing time, and has proven nothing, so its time is short.
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

// Closes with a reset: nobody serves this client.
Afterwards turn_away(net::Stream& client) {
  client.reset_on_close();
  return Afterwards::over;
}

// What is known of a client from its first visit on.
struct Acquaintance {
  std::optional<ClientFacts> facts;
  Detected detected;                 // by which its chain was chosen, and is again after a rest
  std::unique_ptr<Secured> secured;  // null: plain text
};

// Cuts the connection when the shard's time to drain is over, whatever it waits for.
class SessionEntry final : public Cuttable {
 public:
  SessionEntry(Shard& shard, net::Stream& client) : client_(&client) { shard.sessions.push_back(*this); }
  void cut() override {
    client_->readiness().mark_hung_up();  // also ends the wait for an endpoint
    client_->cancel();
  }
  size_t untaken_bytes() const override {
    int size = 0;
    return ioctl(client_->fd(), SIOCOUTQ, &size) == 0 ? static_cast<size_t>(std::max(size, 0)) : 0;
  }

 private:
  net::Stream* client_;
};

// From the bytes that wait to be read until the connection is over or rests.
WEFT_OWN_FRAME runtime::Task<Afterwards> visit(HttpService service, const decide::SocketAddress& accepted_at,
                                               net::SocketStream& client, Acquaintance& known,
                                               ConnectionHistory& history) {
  Shard& shard = service.shard;
  SnapshotRef snapshot = shard.snapshot;
  const decide::Listener* accepting = snapshot->listener_at(accepted_at);
  if (accepting == nullptr) co_return Afterwards::over;  // removed meanwhile
  const bool is_new = !known.facts;
  if (is_new) known.facts = facts_of(client, *accepting);
  ClientFacts& facts = *known.facts;
  if (is_new && accepting->proxy_protocol && !co_await learn_addresses(shard, *accepting, client, facts))
    co_return turn_away(client);
  const decide::Listener& listener = *snapshot->listener_for(*accepting, facts.destination);
  facts.direction = listener.direction;

  if (is_new) {
    auto detected = co_await inspect(shard, listener, client, facts.destination.port);
    if (!detected) co_return turn_away(client);
    known.detected = *std::move(detected);
  }
  facts.server_name = known.detected.server_name;
  const bool is_tls = known.detected.protocol == Protocol::tls;
  const decide::ConnectionFacts connection{.source = facts.address,
                                           .destination = facts.destination,
                                           .server_name = facts.server_name,
                                           .transport_protocol = is_tls ? "tls" : "raw_buffer",
                                           .application_protocols = known.detected.application_protocols};
  const decide::FilterChain* chain = listener.chain_for(connection);
  if (chain == nullptr) co_return turn_away(client);
  if (chain->tls && !known.secured) {
    known.secured = is_new ? co_await shake_hands(shard, *chain, client) : nullptr;
    if (!known.secured) co_return Afterwards::over;
    facts.is_encrypted = true;
    facts.peer = known.secured->peer ? &*known.secured->peer : nullptr;
  }
  if (!chain->tls && known.secured) co_return Afterwards::over;  // what was encrypted is so no more
  if (is_new) service.sink.opened(facts);
  net::Stream& stream = known.secured ? static_cast<net::Stream&>(known.secured->stream) : client;
  if (const auto* tcp = std::get_if<decide::TcpChain>(&chain->action)) {
    co_await relay_tcp(shard, stream, *tcp, std::move(snapshot), facts, service.sink);
    co_return Afterwards::over;
  }
  service.stack = facts.direction == decide::Direction::inbound ? inbound_stack() : outbound_stack();
  ChainFollower follower(shard, std::move(snapshot), listener, *chain, connection);
  co_return co_await serve_http_connection(service, stream, std::move(follower), facts, history);
}

}  // namespace

runtime::Task<void> serve_client(const HttpService& service, const decide::SocketAddress& accepted_at, net::Fd socket) {
  Shard& shard = service.shard;
  net::SocketStream client(shard.reactor, std::move(socket), runtime::Watching::until_closed);
  Acquaintance known;
  const SessionEntry entry(shard, client);
  ConnectionHistory history{.opened = shard.reactor.now()};
  while (co_await visit(service, accepted_at, client, known, history) == Afterwards::rests) {
    if (known.secured) known.secured->stream.rest();
    const Rest rest(shard, client, history);
    if (co_await client.readable(history.rests_until) != runtime::Wait::ready) break;
  }
}

}  // namespace weft::proxy
