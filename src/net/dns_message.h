// DNS messages (RFC 1035, EDNS(0) size of RFC 6891) for the small responders of sidecar and node agent: queries in,
// answers out, and answers of a resolver read back. Pure functions on bytes; strict and bounded, since anyone may send
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::net {

// Record types that Weft acts on; any other number travels as it is.
enum class DnsType : uint16_t { a = 1, cname = 5, soa = 6, ptr = 12, aaaa = 28, srv = 33, opt = 41, any = 255 };

// RCODE (RFC 1035 4.1.1).
enum class DnsCode : uint8_t {
  ok = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,
  not_implemented = 4,
  refused = 5
};

// One well-formed query with exactly one question. A value.
struct DnsQuery {
  uint16_t id = 0;
  bool recursion_desired = false;
  std::string name;  // lower case, no final dot ("" is the root); bytes outside 0x21-0x7e, '.' and '\' as \DDD
  DnsType type = DnsType::a;
  std::string question;  // the question section as it came, so that an answer can repeat the client's spelling
  bool has_edns = false;
  uint16_t udp_size_max = 512;  // what the client takes over UDP, bytes
};

// One record of an answer. `data` is RDATA: 4 bytes for A, 16 for AAAA, the unpacked name's text for CNAME and PTR.
struct DnsRecord {
  DnsType type = DnsType::a;
  uint32_t ttl_s = 0;
  std::string data;
};

// What a resolver answered: the records of its answer section, in order. A value.
struct DnsResponse {
  uint16_t id = 0;
  DnsCode code = DnsCode::ok;
  bool is_truncated = false;
  std::string name;  // of the question, as in DnsQuery
  DnsType type = DnsType::a;
  std::vector<DnsRecord> answers;
};

// Messages longer than this are refused unread; RFC 1035 4.2.2 allows 65,535 over TCP.
inline constexpr size_t kDnsMessageMax = 65'535;
// Answer records read of one response; more are an error (no real name has so many addresses).
inline constexpr size_t kDnsAnswersMax = 256;

// A query that came in. Fails with `malformed`, or `unsupported` for an opcode or class that Weft does not speak; then
// the first 12 bytes, if there, suffice for dns_error_answer().
Result<DnsQuery> parse_dns_query(std::string_view message);

// The answer with these records (all owned by the question's name; a CNAME may not be among them). What does not fit in
// `size_max` bytes is left out and the TC bit set. Pass query.udp_size_max for UDP, kDnsMessageMax for TCP.
std::string dns_answer(const DnsQuery& query, DnsCode code, std::span<const DnsRecord> records, size_t size_max);

// The same for a name that stands for another (RFC 1034 3.6.2): a CNAME of this time to live, then the records, which
// are the other name's; `code` is that of the other name (RFC 6604). Fails as dns_query_message().
struct DnsAlias {
  std::string_view name;
  uint32_t ttl_s = 0;
};
Result<std::string> dns_alias_answer(const DnsQuery& query, const DnsAlias& alias, DnsCode code,
                                     std::span<const DnsRecord> records, size_t size_max);

// The same with what a resolver said of the other name. Names that stand between the other name and its addresses are
// left out: clients want to know where to go.
Result<std::string> dns_alias_answer(const DnsQuery& query, const DnsAlias& alias, DnsResponse resolved,
                                     size_t size_max);

// An answer to bytes that did not parse: only the header, with the id found in them. Empty when there is no header to
// answer.
std::string dns_error_answer(std::string_view message, DnsCode code);

// A query to send; fails with `invalid` where the name has an empty or overlong label.
Result<std::string> dns_query_message(uint16_t id, std::string_view name, DnsType type);

// A resolver's answer. Fails with `malformed` or `too_large`.
Result<DnsResponse> parse_dns_response(std::string_view message);

}  // namespace weft::net
