#include "proxy/names/host_lookup.h"

#include <algorithm>
#include <cstring>

namespace weft::proxy {
namespace {

using decide::AddressFamily;
using net::DnsType;

decide::IpAddress to_address(const net::DnsRecord& record) {
  decide::IpAddress address;
  if (record.type == DnsType::aaaa) {
    std::memcpy(address.bytes.data(), record.data.data(), address.bytes.size());
    return address;
  }
  uint32_t v4;
  std::memcpy(&v4, record.data.data(), sizeof v4);
  return decide::IpAddress::from_v4(v4);
}

void collect(const net::DnsResponse& response, HostAddresses& found) {
  for (const net::DnsRecord& record : response.answers) {
    const size_t size = response.type == DnsType::aaaa ? 16 : 4;
    if (record.type != response.type || record.data.size() != size) continue;  // a CNAME on the way
    found.ttl_s = found.addresses.empty() ? record.ttl_s : std::min(found.ttl_s, record.ttl_s);
    found.addresses.push_back(to_address(record));
  }
}

runtime::Task<Result<>> look_up(Forwarder& forwarder, const std::string& name, DnsType type, HostAddresses& found) {
  WEFT_CO_TRY(const std::string message, net::dns_query_message(0, name, type));
  WEFT_CO_TRY(const net::DnsQuery query, net::parse_dns_query(message));
  WEFT_CO_TRY(std::string answer, co_await forwarder.ask(query, message));
  WEFT_CO_TRY(net::DnsResponse response, net::parse_dns_response(answer));
  if (response.is_truncated) {
    WEFT_CO_TRY(answer, co_await forwarder.ask_over_tcp(message));
    WEFT_CO_TRY(response, net::parse_dns_response(answer));
  }
  const bool is_answer = response.code == net::DnsCode::ok || response.code == net::DnsCode::name_error;
  if (!is_answer || response.type != type) {
    co_return fail(Reason::unavailable, "the resolver answered with code " + std::to_string(int(response.code)));
  }
  collect(response, found);
  co_return Result<>();
}

}  // namespace

runtime::Task<Result<HostAddresses>> look_up_host(Forwarder& forwarder, std::string name, AddressFamily family) {
  const bool begins_with_v6 = family == AddressFamily::v6 || family == AddressFamily::v6_else_v4;
  const bool asks_once = family == AddressFamily::v6 || family == AddressFamily::v4;
  const DnsType first = begins_with_v6 ? DnsType::aaaa : DnsType::a;
  HostAddresses found;
  WEFT_CO_CHECK(co_await look_up(forwarder, name, first, found));
  if (asks_once || (!found.addresses.empty() && family != AddressFamily::both)) co_return found;
  HostAddresses others;
  WEFT_CO_CHECK(co_await look_up(forwarder, name, begins_with_v6 ? DnsType::a : DnsType::aaaa, others));
  if (!others.addresses.empty())
    found.ttl_s = found.addresses.empty() ? others.ttl_s : std::min(found.ttl_s, others.ttl_s);
  std::ranges::copy(others.addresses, std::back_inserter(found.addresses));
  co_return found;
}

}  // namespace weft::proxy
