#include "control/jwks/dns_lookup.h"

#include <algorithm>
#include <fstream>
#include <memory>

#include "base/random.h"
#include "base/strings.h"
#include "net/datagram_socket.h"
#include "net/dns_message.h"

namespace weft::control {
namespace {

constexpr Duration kAskAgainAfter = std::chrono::seconds(1);

net::IpAddress to_address(const net::DnsRecord& record) {
  net::IpAddress address{.is_v6 = record.type == net::DnsType::aaaa};
  std::copy_n(record.data.begin(), std::min(record.data.size(), address.bytes.size()), address.bytes.begin());
  return address;
}

// Only the answer to this very question counts: others may send to the port, too.
bool is_answer(const net::DnsResponse& response, uint16_t id, const std::string& name, net::DnsType type) {
  return response.id == id && response.name == name && response.type == type;
}

runtime::Task<Result<std::vector<net::IpAddress>>> ask(runtime::Reactor& reactor, net::Address nameserver,
                                                       std::string name, net::DnsType type, Time deadline) {
  const auto any_port = net::Address(nameserver.ip().is_v6 ? net::IpAddress{.is_v6 = true} : net::IpAddress(), 0);
  WEFT_CO_TRY(const auto socket, net::DatagramSocket::bind(reactor, any_port));
  const auto id = static_cast<uint16_t>(seed_from_kernel());
  WEFT_CO_TRY(const std::string query, net::dns_query_message(id, name, type));
  std::string buffer(net::kDnsMessageMax, '\0');
  while (reactor.now() < deadline) {
    (void)socket->try_send(query, nameserver);
    const Time again = std::min(deadline, reactor.now() + kAskAgainAfter);
    while (co_await socket->readable(again) == runtime::Wait::ready) {
      net::Address from;
      const net::Io io = socket->try_receive(buffer, &from);
      if (!io.done() || from != nameserver) continue;
      const auto response = net::parse_dns_response(std::string_view(buffer).substr(0, io.size));
      if (!response || !is_answer(*response, id, name, type)) continue;
      std::vector<net::IpAddress> addresses;
      for (const auto& record : response->answers) {
        if (record.type == type) addresses.push_back(to_address(record));
      }
      co_return addresses;
    }
  }
  co_return fail(Reason::timed_out, "DNS did not answer about " + name);
}

}  // namespace

net::Address system_nameserver() {
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view kWord = "nameserver";
    if (!line.starts_with(kWord)) continue;
    if (auto ip = net::IpAddress::parse(trim(std::string_view(line).substr(kWord.size())))) return {*ip, 53};
  }
  return {net::IpAddress::v4(0x7f000001), 53};
}

runtime::Task<Result<std::vector<net::IpAddress>>> look_up(runtime::Reactor& reactor, net::Address nameserver,
                                                           std::string name, Time deadline) {
  WEFT_CO_TRY(auto addresses, co_await ask(reactor, nameserver, name, net::DnsType::a, deadline));
  if (addresses.empty()) {
    WEFT_CO_TRY(addresses, co_await ask(reactor, nameserver, name, net::DnsType::aaaa, deadline));
  }
  if (addresses.empty()) co_return fail(Reason::not_found, "there is no host " + name);
  co_return addresses;
}

}  // namespace weft::control
