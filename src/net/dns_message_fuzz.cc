// Any bytes as query and as response: no crash; what parses can be answered, and the answer parses and fits.
#include <cstdint>

#include "base/assert.h"
#include "net/dns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::net;
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  if (const auto query = parse_dns_query(message)) {
    const DnsRecord record{.type = DnsType::a, .ttl_s = 5, .data = std::string(4, '\1')};
    const std::vector<DnsRecord> records(64, record);
    const auto answer = dns_answer(*query, DnsCode::ok, records, query->udp_size_max);
    WEFT_ASSERT(answer.size() <= query->udp_size_max);
    const auto read = parse_dns_response(answer);
    WEFT_ASSERT(read && read->id == query->id && read->name == query->name);
  } else {
    const auto answer = dns_error_answer(message, DnsCode::format_error);
    WEFT_ASSERT(answer.empty() || answer.size() == 12);
  }
  (void)parse_dns_response(message);
  return 0;
}
