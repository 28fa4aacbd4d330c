#include "decide/address.h"

#include <arpa/inet.h>

#include "base/strings.h"

namespace weft::decide {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress masked(IpAddress address, unsigned bits) {
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned keep = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0;
    address.bytes[i] &= static_cast<uint8_t>(0xff00U >> keep);
  }
  return address;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::memcmp(bytes.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

uint32_t IpAddress::v4() const {
  uint32_t address;
  std::memcpy(&address, bytes.data() + 12, sizeof address);
  return address;
}

IpAddress IpAddress::from_v4(uint32_t network_order) {
  IpAddress address;
  std::memcpy(address.bytes.data(), kMappedPrefix.data(), kMappedPrefix.size());
  std::memcpy(address.bytes.data() + 12, &network_order, sizeof network_order);
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  in_addr v4;
  if (inet_pton(AF_INET, terminated, &v4) == 1) return from_v4(v4.s_addr);
  IpAddress v6;
  if (inet_pton(AF_INET6, terminated, v6.bytes.data()) == 1) return v6;
  return std::nullopt;
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN];
  const bool v4_form = is_v4();
  inet_ntop(v4_form ? AF_INET : AF_INET6, bytes.data() + (v4_form ? 12 : 0), text, sizeof text);
  return text;
}

std::string SocketAddress::to_string() const {
  const std::string host = ip.to_string();
  return (ip.is_v4() ? host : '[' + host + ']') + ':' + std::to_string(port);
}

std::string EndpointAddress::to_string() const {
  return is_socket_file() ? "unix://" + socket_file : SocketAddress{ip, port}.to_string();
}

bool IpRange::contains(const IpAddress& address) const {
  return masked(address, prefix_bits) == base;
}

std::optional<IpRange> IpRange::make(const IpAddress& address, uint32_t length) {
  const uint32_t family_bits = address.is_v4() ? 32 : 128;
  if (length > family_bits) return std::nullopt;
  const uint32_t bits = 128 - family_bits + length;
  return IpRange{masked(address, bits), static_cast<uint8_t>(bits)};
}

std::optional<IpRange> IpRange::parse(std::string_view cidr) {
  const size_t slash = cidr.find('/');
  const auto address = IpAddress::parse(cidr.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return make(*address, address->is_v4() ? 32 : 128);
  const auto length = parse_unsigned(cidr.substr(slash + 1));
  if (!length || *length > 128) return std::nullopt;
  const auto bits = static_cast<uint32_t>(*length);
  // "::ffff:10.0.0.0/104" is 10.0.0.0/8 in the writing of IPv6, and counts its bits.
  const bool is_mapped = address->is_v4() && cidr.substr(0, slash).contains(':');
  return is_mapped ? IpRange{masked(*address, bits), static_cast<uint8_t>(bits)} : make(*address, bits);
}

}  // namespace weft::decide
