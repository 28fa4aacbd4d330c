// Address: where a socket is or connects to: IPv4, IPv6 or a Unix path. A plain value, 32 bytes and no pointer for the
// IP kinds, comparable and hashable.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"

namespace weft::net {

// An IPv4 or IPv6 address without port, in network order; IPv4 uses the first 4 bytes.
struct IpAddress {
  bool is_v6 = false;
  std::array<uint8_t, 16> bytes{};

  static IpAddress v4(uint32_t host_order);
  static Result<IpAddress> parse(std::string_view text);
  std::string to_string() const;
  bool is_loopback() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// An address range, "10.244.0.0/16". Also a single address, "10.1.2.3".
struct IpRange {
  IpAddress base;
  uint8_t prefix_bits = 0;

  static Result<IpRange> parse(std::string_view text);
  bool contains(const IpAddress& address) const;
  std::string to_string() const;
  friend bool operator==(const IpRange&, const IpRange&) = default;
};

// IP and port, or a Unix path; @NAME is an abstract socket's (unix(7)). The IP parts of a Unix address are zero.
class Address {
 public:
  Address() = default;
  Address(IpAddress ip, uint16_t port) : ip_(ip), port_(port) {}
  static Address unix_path(std::string path);

  // "127.0.0.1:80", "[::1]:80" or "unix:/path". No names: those are resolved elsewhere.
  static Result<Address> parse(std::string_view text);
  static Address from_sockaddr(const sockaddr_storage& storage, socklen_t size);

  bool is_unix() const { return !path_.empty(); }
  const IpAddress& ip() const { return ip_; }
  uint16_t port() const { return port_; }
  const std::string& path() const { return path_; }
  std::string to_string() const;

  friend auto operator<=>(const Address&, const Address&) = default;

 private:
  IpAddress ip_;
  uint16_t port_ = 0;
  std::string path_;
};

// The form that system calls take. A Unix path longer than sun_path (107 bytes) is reached through a descriptor of its
// folder in /proc/self/fd, which this object keeps open.
class SocketAddress {
 public:
  static Result<SocketAddress> of(const Address& address);
  SocketAddress(SocketAddress&& other) noexcept;
  SocketAddress& operator=(SocketAddress&&) = delete;
  ~SocketAddress();

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }

 private:
  SocketAddress() = default;
  Result<> set_path(const std::string& path);
  Result<> set_abstract(std::string_view name);

  sockaddr_storage storage_{};
  socklen_t size_ = 0;
  int folder_fd_ = -1;
};

}  // namespace weft::net

// So that both are keys of unordered maps; any thread.
template <>
struct std::hash<weft::net::IpAddress> {
  size_t operator()(const weft::net::IpAddress& ip) const {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size()});
  }
};
// Unix paths count, too.
template <>
struct std::hash<weft::net::Address> {
  size_t operator()(const weft::net::Address& address) const {
    const size_t ip = std::hash<weft::net::IpAddress>{}(address.ip());
    return ip * 31 + address.port() + (address.is_unix() ? std::hash<std::string>{}(address.path()) : 0);
  }
};
