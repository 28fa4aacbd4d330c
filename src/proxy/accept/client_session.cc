#include "proxy/accept/client_session.h"

#include <algorithm>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "proxy/accept/acquaintance.h"
#include "proxy/accept/tcp_relay.h"
#include "proxy/inbound/stack.h"
#include "proxy/outbound/stack.h"
#include "runtime/detached.h"

namespace weft::proxy {

// One client's connection, from its first byte to its last. While it is visited, a coroutine serves it, with whatever
// it needs; between visits it rests, and this record is all that there is of it.
class ClientSession final : public Cuttable, public Drainable, public runtime::Sleeper {
 public:
  ClientSession(ClientSessions& all, const AcceptedAt& accepted_at, net::Fd socket, ClientCounts::Place place);

  // From the bytes that wait to be read until the connection is over or rests.
  runtime::Detached serve();

  // A resting connection in its shard's drain: a request may be on its way until the time is over.
  void drain() override {}
  void end_idle() override;
  // The shard's time is over, or its memory short: whatever the connection waits for.
  void cut() override;
  size_t untaken_bytes() const override;

 private:
  runtime::Task<Afterwards> visit();
  runtime::Task<bool> get_acquainted(Shard& shard, const decide::Snapshot& snapshot, const decide::Listener& accepting);
  decide::ConnectionFacts connection() const;
  void rest();
  void woken(runtime::Wait outcome) override;

  ClientSessions* all_;
  runtime::Gate::Pass pass_;
  ClientCounts::Place place_;
  net::SocketStream client_;
  Acquaintance known_;
  ConnectionHistory history_;
  AcceptedAt accepted_at_;
};

// What a connection costs that waits for its next request; bench/RESULTS.md compares it with others'.
static_assert(sizeof(ClientSession) <= 472);

namespace {

// Closes with a reset: nobody serves this client.
Afterwards turn_away(net::Stream& client) {
  client.reset_on_close();
  return Afterwards::over;
}

}  // namespace

ClientSession::ClientSession(ClientSessions& all, const AcceptedAt& accepted_at, net::Fd socket,
                             ClientCounts::Place place)
    : all_(&all),
      pass_(all.inside_->enter()),
      place_(std::move(place)),
      client_(all.service_.shard.reactor, std::move(socket), runtime::Watching::until_closed),
      history_{.opened = all.service_.shard.reactor.now()},
      accepted_at_(accepted_at) {
  all.service_.shard.sessions.push_back(*this);
}

runtime::Detached ClientSession::serve() {
  if (co_await visit() == Afterwards::rests) {
    rest();
  } else {
    all_->end(*this);
  }
}

runtime::Task<Afterwards> ClientSession::visit() {
  HttpService service = all_->service_;
  Shard& shard = service.shard;
  SnapshotRef snapshot = shard.snapshot;
  const decide::Listener* accepting = snapshot->listener_at(*accepted_at_);
  if (accepting == nullptr) co_return Afterwards::over;  // removed meanwhile
  const bool is_new = !known_.facts;
  if (is_new && !co_await get_acquainted(shard, *snapshot, *accepting)) co_return turn_away(client_);
  ClientFacts& facts = *known_.facts;
  const decide::Listener& listener = *snapshot->listener_for(*accepting, facts.destination);
  facts.direction = listener.direction;
  const decide::ConnectionFacts about = connection();
  const decide::FilterChain* chain = listener.chain_for(about);
  if (chain == nullptr) co_return turn_away(client_);
  if (chain->tls && !known_.secured) {
    known_.secured = is_new ? co_await shake_hands(shard, *chain, client_) : nullptr;
    if (!known_.secured) co_return Afterwards::over;
    facts.is_encrypted = true;
    facts.peer = known_.secured->peer ? &*known_.secured->peer : nullptr;
  }
  if (!chain->tls && known_.secured) co_return Afterwards::over;  // what was encrypted is so no more
  if (is_new) service.sink.opened(facts);
  net::Stream& stream = known_.secured ? static_cast<net::Stream&>(known_.secured->stream) : client_;
  if (const auto* tcp = std::get_if<decide::TcpChain>(&chain->action)) {
    co_await relay_tcp(shard, stream, *tcp, std::move(snapshot), facts, service.sink);
    co_return Afterwards::over;
  }
  service.stack = facts.direction == decide::Direction::inbound ? inbound_stack() : outbound_stack();
  ChainFollower follower(shard, std::move(snapshot), listener, *chain, about);
  co_return co_await serve_http_connection(service, stream, std::move(follower), facts, history_);
}

// Who it is and what it speaks, which is found out once. False: nobody that is served here.
runtime::Task<bool> ClientSession::get_acquainted(Shard& shard, const decide::Snapshot& snapshot,
                                                  const decide::Listener& accepting) {
  ClientFacts& facts = known_.facts.emplace(facts_of(client_, accepting));
  if (accepting.proxy_protocol && !co_await learn_addresses(shard, accepting, client_, facts)) co_return false;
  const decide::Listener& listener = *snapshot.listener_for(accepting, facts.destination);
  auto detected = co_await inspect(shard, listener, client_, facts.destination.port);
  if (!detected) co_return false;
  known_.detected = *std::move(detected);
  facts.server_name = known_.detected.server_name();
  co_return true;
}

// What filter chains are chosen by.
decide::ConnectionFacts ClientSession::connection() const {
  const bool is_tls = known_.detected.protocol == Protocol::tls;
  return {.source = known_.facts->address,
          .destination = known_.facts->destination,
          .server_name = known_.facts->server_name,
          .transport_protocol = is_tls ? "tls" : "raw_buffer",
          .application_protocols = known_.detected.application_protocols()};
}

void ClientSession::rest() {
  if (known_.secured) known_.secured->stream.rest();
  all_->service_.shard.connections.push_back(*this);
  client_.readiness().sleep_until_readable(*this, history_.rests_until);
}

void ClientSession::woken(runtime::Wait outcome) {
  all_->service_.shard.connections.erase(*this);
  if (outcome != runtime::Wait::ready || client_.readiness().is_cancelled()) return all_->end(*this);
  serve();
}

void ClientSession::end_idle() {
  history_.is_ending = true;
  client_.readiness().mark_readable();
}

void ClientSession::cut() {
  client_.readiness().mark_hung_up();  // also ends the wait for an endpoint
  client_.cancel();
}

size_t ClientSession::untaken_bytes() const {
  int size = 0;
  return ioctl(client_.fd(), SIOCOUTQ, &size) == 0 ? static_cast<size_t>(std::max(size, 0)) : 0;
}

ClientSessions::ClientSessions(const HttpService& service, runtime::Gate& inside, runtime::Signal& room)
    : service_(service), inside_(&inside), room_(&room), records_(sizeof(ClientSession)) {}

void ClientSessions::begin(const AcceptedAt& accepted_at, net::Fd socket, ClientCounts::Place place) {
  (::new (records_.allocate()) ClientSession(*this, accepted_at, std::move(socket), std::move(place)))->serve();
}

void ClientSessions::end(ClientSession& session) {
  session.~ClientSession();
  records_.release(&session);
  room_->set();
}

}  // namespace weft::proxy
