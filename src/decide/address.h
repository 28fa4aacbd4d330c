// IpAddress, SocketAddress, EndpointAddress, IpRange: addresses as decisions need them: compared, hashed, masked,
// printed. IPv4 addresses are kept in their IPv4-mapped IPv6 form, so one comparison serves both families.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace weft::decide {

// One host's address. A plain value; the default is `::`.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  bool is_v4() const;
  // The four bytes of an IPv4 address in network order, as in_addr holds them.
  uint32_t v4() const;
  std::string to_string() const;

  static IpAddress from_v4(uint32_t network_order);
  static std::optional<IpAddress> parse(std::string_view text);

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

struct EndpointAddress;

// An address and a port: a client, an original destination. A plain value.
struct SocketAddress {
  IpAddress ip;
  uint16_t port = 0;

  // Whatever has an address and a port can be where connections are taken.
  operator EndpointAddress() const;

  // "10.0.0.1:80" or "[::1]:80".
  std::string to_string() const;

  friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

// Where an endpoint, or a listener of ours, takes connections: an address and a port, or a socket file, of which the
// other two are zero. A plain value that allocates for socket files alone.
struct EndpointAddress {
  IpAddress ip;
  uint16_t port = 0;
  std::string socket_file{};  // an absolute path, or @ and the name of an abstract socket; empty: by IP

  bool is_socket_file() const { return !socket_file.empty(); }
  // As of a SocketAddress, else "unix:///run/app.sock" or "unix://@app", as Istio writes them.
  std::string to_string() const;

  friend auto operator<=>(const EndpointAddress&, const EndpointAddress&) = default;
};

inline SocketAddress::operator EndpointAddress() const {
  return {ip, port};
}

// A CIDR block; bits below the prefix are zero. A plain value.
struct IpRange {
  IpAddress base;
  uint8_t prefix_bits = 0;  // of 128; an IPv4 /8 is 104 here

  bool contains(const IpAddress& address) const;

  // `length` counts the bits of the address's own family; nothing if it is longer than the family allows.
  static std::optional<IpRange> make(const IpAddress& address, uint32_t length);
  static std::optional<IpRange> parse(std::string_view cidr);

  friend bool operator==(const IpRange&, const IpRange&) = default;
};

}  // namespace weft::decide

// So that addresses are keys of unordered maps: cheap, since tables are asked for every connection.
template <>
struct std::hash<weft::decide::SocketAddress> {
  size_t operator()(const weft::decide::SocketAddress& address) const {
    uint64_t high, low;
    std::memcpy(&high, address.ip.bytes.data(), 8);
    std::memcpy(&low, address.ip.bytes.data() + 8, 8);
    const uint64_t mixed = (high ^ (low + address.port)) * 0x9e3779b97f4a7c15ULL;
    return mixed ^ (mixed >> 29);
  }
};

// Of an address of IP as of its own kind; of a socket file its path.
template <>
struct std::hash<weft::decide::EndpointAddress> {
  size_t operator()(const weft::decide::EndpointAddress& address) const {
    if (address.is_socket_file()) return std::hash<std::string>{}(address.socket_file);
    return std::hash<weft::decide::SocketAddress>{}({address.ip, address.port});
  }
};
