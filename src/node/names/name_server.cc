#include "node/names/name_server.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

#include "node/broker/host_resolver.h"
#include "runtime/signal.h"

namespace weft::node {
namespace {

using net::DnsCode;
using net::DnsQuery;
using net::DnsRecord;
using net::DnsType;

// Service addresses hardly ever change, endpoints of headless ones do: CoreDNS' default of 5 s for both.
constexpr uint32_t kTtlSeconds = 5;
constexpr Duration kForwardLimit = std::chrono::seconds(5);
// Questions under way for one pod; more are not answered, and resolvers ask again.
constexpr uint32_t kPendingMax = 256;

std::string bytes_of(const net::IpAddress& ip) {
  return {reinterpret_cast<const char*>(ip.bytes.data()), ip.is_v6 ? size_t{16} : size_t{4}};
}

Result<std::unique_ptr<net::DatagramSocket>> connect_to_resolver(runtime::Reactor& reactor) {
  WEFT_TRY(const auto address, net::SocketAddress::of(host_resolver()));
  net::Fd socket(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return fail(system_error("making a socket", errno));
  if (connect(socket.get(), address.get(), address.size()) != 0) return fail(system_error("connecting", errno));
  return std::make_unique<net::DatagramSocket>(reactor, std::move(socket));
}

// Passes the query on as it is, over a socket (and so a port) of its own: nobody else can answer in the resolver's
// place.
runtime::Task<Result<std::string>> forward(runtime::Reactor& reactor, std::string query) {
  const Time deadline = reactor.now() + kForwardLimit;
  WEFT_CO_TRY(const auto socket, connect_to_resolver(reactor));
  const auto sent = socket->try_send(query);
  if (!sent.done()) co_return fail(system_error("asking the host's resolver", sent.error));
  std::string answer(net::kDnsMessageMax, '\0');
  for (;;) {
    const auto received = socket->try_receive(answer, nullptr);
    if (received.done() && received.size >= 2 && answer.compare(0, 2, query, 0, 2) == 0) {
      answer.resize(received.size);
      co_return answer;
    }
    if (received.done()) continue;
    if (!received.would_block()) co_return fail(system_error("asking the host's resolver", received.error));
    const auto outcome = co_await socket->readable(deadline);
    if (outcome != runtime::Wait::ready) co_return fail(net::wait_error(outcome, "asking the host's resolver"));
  }
}

// One message behind its length (RFC 1035 4.2.2).
runtime::Task<Result<std::string>> read_message(net::Stream& stream, Time deadline) {
  std::string message(2, '\0');
  for (size_t have = 0; have < message.size();) {
    WEFT_CO_TRY(const size_t size, co_await net::read_some(stream, std::span(message).subspan(have), deadline));
    if (size == 0) co_return fail(Reason::closed, "the client has closed");
    const bool had_length = have >= 2;
    have += size;
    if (had_length || have < 2) continue;
    const size_t length = static_cast<size_t>(static_cast<uint8_t>(message[0])) << 8 | static_cast<uint8_t>(message[1]);
    message.resize(2 + length);
  }
  co_return message.substr(2);
}

}  // namespace

std::string answer_from(const NameAnswer& found, const DnsQuery& query, size_t size_max) {
  const DnsCode code = found.kind == NameAnswer::Kind::known ? DnsCode::ok : DnsCode::name_error;
  std::vector<DnsRecord> records;
  for (const auto& ip : found.addresses) {
    const DnsType type = ip.is_v6 ? DnsType::aaaa : DnsType::a;
    if (query.type == type || query.type == DnsType::any) records.push_back({type, kTtlSeconds, bytes_of(ip)});
  }
  if (found.alias_of.empty()) return net::dns_answer(query, code, records, size_max);
  auto answer = net::dns_alias_answer(query, {found.alias_of, kTtlSeconds}, code, records, size_max);
  return answer ? *std::move(answer) : net::dns_answer(query, DnsCode::server_failure, {}, size_max);
}

NameServer::NameServer(runtime::Reactor& reactor, net::Fd datagrams, net::Fd listening, const ServiceTable& table)
    : reactor_(&reactor),
      datagrams_(reactor, std::move(datagrams)),
      listener_(reactor, std::move(listening)),
      table_(&table),
      gate_(reactor) {}

void NameServer::start() {
  runtime::spawn(gate_, serve_datagrams());
  runtime::spawn(gate_, accept_all());
}

runtime::Task<void> NameServer::stop() {
  is_stopping_ = true;
  datagrams_.cancel();
  listener_.cancel();
  co_await gate_.close();
}

runtime::Task<void> NameServer::serve_datagrams() {
  std::array<char, 4096> buffer{};
  while (!is_stopping_) {
    net::Address from;
    const auto received = datagrams_.try_receive(buffer, &from);
    if (received.done() && gate_.inside() < kPendingMax) {
      runtime::spawn(gate_, answer_datagram(std::string(buffer.data(), received.size), from));
    } else if (received.would_block()) {
      if (co_await datagrams_.readable() != runtime::Wait::ready) co_return;
    } else if (!received.done()) {
      co_return;
    }
  }
}

runtime::Task<void> NameServer::answer_datagram(std::string query, net::Address from) {
  const auto parsed = net::parse_dns_query(query);
  const std::string reply = co_await answer(std::move(query), parsed ? parsed->udp_size_max : 512);
  if (!reply.empty()) (void)datagrams_.try_send(reply, from);
}

runtime::Task<void> NameServer::accept_all() {
  while (!is_stopping_) {
    auto accepted = co_await listener_.accept();
    if (!accepted && accepted.error().reason != Reason::overflow) co_return;
    if (!accepted) {
      co_await runtime::sleep_for(*reactor_, std::chrono::milliseconds(50));
    } else if (gate_.inside() < kPendingMax) {
      runtime::spawn(gate_, serve_stream(std::move(*accepted)));
    }
  }
}

runtime::Task<void> NameServer::serve_stream(std::unique_ptr<net::SocketStream> client) {
  while (!is_stopping_) {
    auto query = co_await read_message(*client, reactor_->now() + kForwardLimit);
    if (!query) co_return;
    std::string reply = co_await answer(std::move(*query), net::kDnsMessageMax);
    const std::string length{static_cast<char>(reply.size() >> 8), static_cast<char>(reply.size() & 0xff)};
    if (reply.empty() || !co_await net::write_all(*client, length + reply, reactor_->now() + kForwardLimit)) co_return;
  }
}

runtime::Task<std::string> NameServer::answer(std::string query, size_t size_max) {
  const auto parsed = net::parse_dns_query(query);
  if (!parsed) {
    const bool is_strange = parsed.error().reason == Reason::unsupported;
    co_return net::dns_error_answer(query, is_strange ? DnsCode::not_implemented : DnsCode::format_error);
  }
  auto found = table_->look_up(parsed->name);
  if (found.kind != NameAnswer::Kind::foreign) co_return answer_from(found, *parsed, size_max);
  if (!found.alias_of.empty()) co_return co_await answer_for_alias(*parsed, std::move(found.alias_of), size_max);
  auto forwarded = co_await forward(*reactor_, query);
  co_return forwarded ? *std::move(forwarded) : net::dns_error_answer(query, DnsCode::server_failure);
}

runtime::Task<std::string> NameServer::answer_for_alias(DnsQuery query, std::string alias_of, size_t size_max) {
  const auto failure = [&]() { return net::dns_answer(query, DnsCode::server_failure, {}, size_max); };
  const auto question = net::dns_query_message(query.id, alias_of, query.type);
  if (!question) co_return failure();
  const auto forwarded = co_await forward(*reactor_, *question);
  if (!forwarded) co_return failure();
  auto resolved = net::parse_dns_response(*forwarded);
  if (!resolved) co_return failure();
  auto answer = net::dns_alias_answer(query, {alias_of, kTtlSeconds}, *std::move(resolved), size_max);
  co_return answer ? *std::move(answer) : failure();
}

}  // namespace weft::node
