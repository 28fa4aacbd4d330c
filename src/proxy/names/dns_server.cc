#include "proxy/names/dns_server.h"

#include "proxy/names/framed_message.h"

namespace weft::proxy {
namespace {

// How long accepting pauses when descriptors have run out.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

// A few addresses more than a client will try; the start is drawn, so that clients spread over them.
std::vector<net::DnsRecord> records_of(net::DnsType type, const std::vector<std::string>& addresses, uint32_t ttl_s,
                                       Random& random) {
  std::vector<net::DnsRecord> records;
  if (addresses.empty()) return records;
  const size_t first = random.below(addresses.size());
  for (size_t i = 0; i < std::min<size_t>(addresses.size(), net::kDnsAnswersMax); ++i) {
    records.push_back({type, ttl_s, addresses[(first + i) % addresses.size()]});
  }
  return records;
}

}  // namespace

Result<std::unique_ptr<DnsServer>> DnsServer::listen(runtime::Reactor& reactor, net::ListeningSockets& sockets,
                                                     const net::Address& at, Resolver* resolver, Random& random,
                                                     DnsServerOptions options) {
  WEFT_TRY(auto datagrams, sockets.datagram(at));
  auto udp = std::make_unique<net::DatagramSocket>(reactor, std::move(datagrams));
  WEFT_TRY(auto stream, sockets.stream(udp->local_address(), {}));
  auto tcp = std::make_unique<net::Listener>(reactor, std::move(stream));
  return std::unique_ptr<DnsServer>(new DnsServer(reactor, std::move(udp), std::move(tcp), resolver, random, options));
}

DnsServer::DnsServer(runtime::Reactor& reactor, std::unique_ptr<net::DatagramSocket> udp,
                     std::unique_ptr<net::Listener> tcp, Resolver* resolver, Random& random, DnsServerOptions options)
    : reactor_(&reactor),
      udp_(std::move(udp)),
      tcp_(std::move(tcp)),
      random_(&random),
      options_(options),
      forwarder_(resolver == nullptr ? nullptr : std::make_unique<Forwarder>(reactor, *resolver, random)),
      gate_(reactor),
      closing_(reactor) {}

DnsServer::~DnsServer() = default;

void DnsServer::start() {
  spawn(gate_, serve_datagrams());
  spawn(gate_, serve_streams());
}

runtime::Task<void> DnsServer::serve_datagrams() {
  std::string buffer(net::kDnsMessageMax, '\0');
  while (!closing_.is_set()) {
    net::Address client;
    const net::Io io = udp_->try_receive(buffer, &client);
    if (io.done() && queries_ < options_.queries_max) spawn(gate_, answer_datagram(buffer.substr(0, io.size), client));
    // A failed receive reports an earlier answer that its client did not want; the socket goes on.
    if (io.would_block() && co_await udp_->readable() != runtime::Wait::ready) co_return;
  }
}

runtime::Task<void> DnsServer::answer_datagram(std::string message, net::Address client) {
  ++queries_;
  const std::string answered = co_await answer(message, Transport::udp);
  --queries_;
  if (!answered.empty()) (void)udp_->try_send(answered, client);
}

runtime::Task<void> DnsServer::serve_streams() {
  while (!closing_.is_set()) {
    auto accepted = co_await tcp_->accept();
    if (accepted && connections_ < options_.connections_max) {
      spawn(gate_, serve_stream(*std::move(accepted)));
    } else if (!accepted) {
      co_await closing_.wait(reactor_->now() + kAcceptPause);
    }
  }
  tcp_.reset();  // a successor's reactor is to be woken, not this one
}

runtime::Task<void> DnsServer::serve_stream(std::unique_ptr<net::SocketStream> stream) {
  ++connections_;
  TcpClient client(*stream);
  clients_.push_back(client);
  ByteBuffer received;
  for (;;) {
    const Time deadline = reactor_->now() + options_.tcp_idle_timeout;
    const auto message = co_await read_framed(*stream, received, deadline);
    if (!message || !*message) break;
    const std::string answered = co_await answer(**message, Transport::tcp);
    if (answered.empty() || !co_await write_framed(*stream, answered, deadline)) break;
  }
  --connections_;
}

runtime::Task<std::string> DnsServer::answer(std::string_view message, Transport transport) {
  ++counts_.queries;
  const auto query = net::parse_dns_query(message);
  if (!query) {
    const bool unknown = query.error().reason == Reason::unsupported;
    co_return net::dns_error_answer(message, unknown ? net::DnsCode::not_implemented : net::DnsCode::format_error);
  }
  const NameAddresses* known = names_ ? names_->find(query->name) : nullptr;
  if (known == nullptr) co_return co_await forward(*query, message, transport);
  if (known->is_elsewhere) co_return co_await answer_elsewhere(*query, known->alias_of, transport);
  ++counts_.answered_here;
  co_return answer_from_table(*query, *known, transport);
}

// A name that the mesh knows has the addresses of the table and nothing else: other types get an empty answer (NODATA),
// so that no client asks the host's resolver for what is the mesh's.
std::string DnsServer::answer_from_table(const net::DnsQuery& query, const NameAddresses& addresses,
                                         Transport transport) {
  std::vector<net::DnsRecord> records;
  if (query.type == net::DnsType::a) records = records_of(query.type, addresses.v4, options_.ttl_s, *random_);
  if (query.type == net::DnsType::aaaa) records = records_of(query.type, addresses.v6, options_.ttl_s, *random_);
  const size_t room = size_max(query, transport);
  if (addresses.alias_of.empty()) return net::dns_answer(query, net::DnsCode::ok, records, room);
  const net::DnsAlias alias{addresses.alias_of, options_.ttl_s};
  auto answer = net::dns_alias_answer(query, alias, net::DnsCode::ok, records, room);
  return answer ? *std::move(answer) : net::dns_answer(query, net::DnsCode::server_failure, {}, room);
}

size_t DnsServer::size_max(const net::DnsQuery& query, Transport transport) const {
  return transport == Transport::udp ? query.udp_size_max : net::kDnsMessageMax;
}

runtime::Task<std::string> DnsServer::forward(const net::DnsQuery& query, std::string_view message,
                                              Transport transport) {
  auto answered = co_await resolve(query, message, transport);
  if (answered) co_return *std::move(answered);
  ++counts_.failed;
  co_return net::dns_answer(query, net::DnsCode::server_failure, {}, query.udp_size_max);
}

// `alias_of` is a copy: the table may be another one by the time that the host's resolver answers.
runtime::Task<std::string> DnsServer::answer_elsewhere(const net::DnsQuery& query, std::string alias_of,
                                                       Transport transport) {
  auto answer = co_await resolve_alias(query, std::move(alias_of), transport);
  if (answer) co_return *std::move(answer);
  ++counts_.failed;
  co_return net::dns_answer(query, net::DnsCode::server_failure, {}, size_max(query, transport));
}

// The name that a name of the mesh stands for, and where the host's resolver says that it is: what a cluster's DNS
// answers for a Service of type ExternalName.
runtime::Task<Result<std::string>> DnsServer::resolve_alias(const net::DnsQuery& query, std::string alias_of,
                                                            Transport transport) {
  WEFT_CO_TRY(const std::string message, net::dns_query_message(query.id, alias_of, query.type));
  WEFT_CO_TRY(const net::DnsQuery asked, net::parse_dns_query(message));
  WEFT_CO_TRY(std::string answered, co_await resolve(asked, message, transport));
  WEFT_CO_TRY(net::DnsResponse resolved, net::parse_dns_response(answered));
  if (resolved.is_truncated) {
    WEFT_CO_TRY(answered, co_await resolve(asked, message, Transport::tcp));
    WEFT_CO_TRY(resolved, net::parse_dns_response(answered));
  }
  co_return net::dns_alias_answer(query, {alias_of, options_.ttl_s}, std::move(resolved), size_max(query, transport));
}

runtime::Task<Result<std::string>> DnsServer::resolve(const net::DnsQuery& query, std::string_view message,
                                                      Transport transport) {
  if (!forwarder_) co_return fail(Reason::unavailable, "there is no resolver");
  ++counts_.forwarded;
  co_return transport == Transport::udp ? co_await forwarder_->ask(query, message)
                                        : co_await forwarder_->ask_over_tcp(message);
}

std::vector<net::OfferedSocket> DnsServer::sockets() const {
  return {{net::SocketKind::datagram, local_address(), udp_->fd()},
          {net::SocketKind::stream, local_address(), tcp_->fd()}};
}

void DnsServer::stop_listening() {
  closing_.set();
  udp_->cancel();
  if (tcp_) tcp_->cancel();
}

runtime::Task<void> DnsServer::close() {
  stop_listening();
  while (!clients_.empty()) clients_.pop_front().stream->cancel();
  if (forwarder_) co_await forwarder_->close();
  co_await gate_.close();
}

}  // namespace weft::proxy
