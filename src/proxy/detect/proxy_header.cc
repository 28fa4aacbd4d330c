#include "proxy/detect/proxy_header.h"

#include <array>
#include <cstring>
#include <string>

#include "base/strings.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kText = "PROXY ";
constexpr std::string_view kBinary("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kTextBytesMax = 107;  // 2.1, CR LF included
constexpr size_t kBinaryHeadBytes = 16;
constexpr uint8_t kChecksum = 0x03;  // PP2_TYPE_CRC32C

// What the second half of a binary header says (2.2).
enum class Family : uint8_t { unspecified = 0, v4 = 1, v6 = 2, local = 3 };

std::unexpected<Error> bad_header(std::string_view what) {
  return fail(Reason::malformed, "PROXY protocol: " + std::string(what), Side::client);
}

// The text up to the next space, which must be there unless it is the last word.
std::string_view take_word(std::string_view& line) {
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::optional<uint16_t> to_port(std::string_view text) {
  const auto number = parse_unsigned(text);
  const bool is_plain = number && *number <= UINT16_MAX && (text.size() == 1 || text.front() != '0');
  return is_plain ? std::optional(static_cast<uint16_t>(*number)) : std::nullopt;
}

// "TCP4 192.0.2.1 192.0.2.9 4711 443", or "UNKNOWN" and anything.
Result<std::optional<ProxyHeader::Addresses>> read_line(std::string_view line) {
  const std::string_view family = take_word(line);
  if (family == "UNKNOWN") return std::nullopt;
  if (family != "TCP4" && family != "TCP6") return bad_header("an unknown family");
  ProxyHeader::Addresses addresses;
  for (auto* ip : {&addresses.source.ip, &addresses.destination.ip}) {
    const std::string_view word = take_word(line);
    const auto parsed = decide::IpAddress::parse(word);
    if (!parsed || word.contains(':') != (family == "TCP6")) return bad_header("not an address of its family");
    *ip = *parsed;
  }
  const auto source = to_port(take_word(line));
  const auto destination = to_port(line);  // the last word: nothing may follow
  if (!source || !destination) return bad_header("not a port");
  addresses.source.port = *source;
  addresses.destination.port = *destination;
  return addresses;
}

Result<std::optional<ProxyHeader>> read_text(std::string_view bytes) {
  const std::string_view within = bytes.substr(0, kTextBytesMax);
  const size_t end = within.find('\r');
  if (end == within.npos || end + 1 == within.size()) {
    if (within.size() == kTextBytesMax) return fail(Reason::too_large, "PROXY protocol: a line over 107 bytes");
    return std::nullopt;
  }
  if (within[end + 1] != '\n') return bad_header("a line that does not end with CR LF");
  ProxyHeader header{.version = 1, .size = end + 2};
  WEFT_TRY(header.addresses, read_line(within.substr(kText.size(), end - kText.size())));
  return header;
}

uint8_t byte_at(std::string_view bytes, size_t at) {
  return static_cast<uint8_t>(bytes[at]);
}
uint16_t number_at(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

decide::IpAddress ip_at(std::string_view bytes, Family family) {
  if (family == Family::v4) {
    uint32_t v4;
    std::memcpy(&v4, bytes.data(), sizeof v4);
    return decide::IpAddress::from_v4(v4);
  }
  decide::IpAddress ip;
  std::memcpy(ip.bytes.data(), bytes.data(), ip.bytes.size());
  return ip;
}

// CRC32C as of RFC 3720 B.4, over the header with zeros in the checksum's place.
uint32_t checksum_of(std::string_view header, size_t zeros_at) {
  uint32_t crc = ~uint32_t{0};
  for (size_t at = 0; at < header.size(); ++at) {
    const bool is_zeroed = at >= zeros_at && at < zeros_at + 4;
    crc ^= is_zeroed ? uint8_t{0} : byte_at(header, at);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0x82F63B78 & (0 - (crc & 1)));
  }
  return ~crc;
}

// From `at` on there are TLVs, none of which may reach past the end.
Result<> check_tlvs(std::string_view header, size_t at) {
  constexpr size_t kTlvHeadBytes = 3;
  while (at < header.size()) {
    if (header.size() - at < kTlvHeadBytes) return bad_header("a TLV that is cut off");
    const size_t size = number_at(header, at + 1);
    const size_t value = at + kTlvHeadBytes;
    if (header.size() - value < size) return bad_header("a TLV past the end of its header");
    if (byte_at(header, at) == kChecksum) {
      if (size != 4) return bad_header("a checksum of a wrong size");
      const uint32_t told = uint32_t{number_at(header, value)} << 16 | number_at(header, value + 2);
      if (told != checksum_of(header, value)) return bad_header("a checksum that does not fit");
    }
    at = value + size;
  }
  return {};
}

// How many bytes the addresses of a stream of this family take (2.2); nothing for what no stream has.
std::optional<size_t> address_bytes(uint8_t family_and_protocol) {
  switch (family_and_protocol) {
    case 0x00:
      return 0;
    case 0x11:
      return 12;
    case 0x21:
      return 36;
    case 0x31:
      return 216;
    default:
      return std::nullopt;
  }
}

ProxyHeader::Addresses addresses_at(std::string_view bytes, Family family) {
  const size_t size = family == Family::v4 ? 4 : 16;
  return {.source = {.ip = ip_at(bytes, family), .port = number_at(bytes, 2 * size)},
          .destination = {.ip = ip_at(bytes.substr(size), family), .port = number_at(bytes, 2 * size + 2)}};
}

Result<std::optional<ProxyHeader>> read_binary(std::string_view bytes) {
  if (bytes.size() < kBinaryHeadBytes) return std::nullopt;
  const uint8_t version = byte_at(bytes, 12) >> 4;
  const uint8_t command = byte_at(bytes, 12) & 0xF;
  if (version != 2 || command > 1) return bad_header("a version or command that does not exist");
  ProxyHeader header{.version = 2, .size = kBinaryHeadBytes + number_at(bytes, 14)};
  if (header.size > kProxyHeaderBytesMax) return fail(Reason::too_large, "PROXY protocol: a header over 16 KiB");
  if (bytes.size() < header.size) return std::nullopt;
  if (command == 0) return header;  // LOCAL: what follows means nothing
  const auto size = address_bytes(byte_at(bytes, 13));
  if (!size) return bad_header("a family or protocol that no TCP connection has");
  const std::string_view whole = bytes.substr(0, header.size);
  if (whole.size() < kBinaryHeadBytes + *size) return bad_header("addresses that are cut off");
  const auto family = static_cast<Family>(byte_at(bytes, 13) >> 4);
  if (family == Family::unspecified) return header;  // the rest is to be skipped, whatever it is
  WEFT_CHECK(check_tlvs(whole, kBinaryHeadBytes + *size));
  if (family != Family::local) header.addresses = addresses_at(whole.substr(kBinaryHeadBytes), family);
  return header;
}

// The bytes are this signature as far as they go.
bool begins_like(std::string_view bytes, std::string_view signature) {
  return signature.starts_with(bytes.substr(0, signature.size()));
}

}  // namespace

Result<std::optional<ProxyHeader>> read_proxy_header(std::string_view bytes) {
  for (const std::string_view signature : {kText, kBinary}) {
    if (!begins_like(bytes, signature)) continue;
    if (bytes.size() < signature.size()) return std::nullopt;
    return signature == kText ? read_text(bytes) : read_binary(bytes);
  }
  return ProxyHeader();
}

}  // namespace weft::proxy
