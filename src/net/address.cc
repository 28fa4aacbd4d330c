#include "net/address.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/strings.h"

namespace weft::net {

IpAddress IpAddress::v4(uint32_t host_order) {
  IpAddress ip;
  const uint32_t network_order = htonl(host_order);
  std::memcpy(ip.bytes.data(), &network_order, sizeof network_order);
  return ip;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  IpAddress ip;
  if (text.contains('\0')) return fail(Reason::malformed, "an IP address holds no byte 0");  // inet_pton() stops there
  if (inet_pton(AF_INET, terminated.c_str(), ip.bytes.data()) == 1) return ip;
  ip.is_v6 = true;
  if (inet_pton(AF_INET6, terminated.c_str(), ip.bytes.data()) == 1) return ip;
  return fail(Reason::malformed, "'" + terminated + "' is not an IP address");
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
}

bool IpAddress::is_loopback() const {
  if (!is_v6) return bytes[0] == 127;
  static constexpr std::array<uint8_t, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes == kLoopback;
}

Result<IpRange> IpRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  WEFT_TRY(IpAddress base, IpAddress::parse(text.substr(0, slash)));
  const uint8_t longest = base.is_v6 ? 128 : 32;
  if (slash == std::string_view::npos) return IpRange{base, longest};
  const auto bits = parse_unsigned(text.substr(slash + 1));
  if (!bits || *bits > longest)
    return fail(Reason::malformed, "'" + std::string(text) + "' has no valid prefix length");
  return IpRange{base, static_cast<uint8_t>(*bits)};
}

bool IpRange::contains(const IpAddress& address) const {
  if (address.is_v6 != base.is_v6) return false;
  const size_t whole = prefix_bits / 8;
  if (std::memcmp(address.bytes.data(), base.bytes.data(), whole) != 0) return false;
  if (prefix_bits % 8 == 0) return true;
  const int shift = 8 - prefix_bits % 8;
  return (address.bytes[whole] >> shift) == (base.bytes[whole] >> shift);
}

std::string IpRange::to_string() const {
  return base.to_string() + "/" + std::to_string(prefix_bits);
}

Address Address::unix_path(std::string path) {
  Address address;
  address.path_ = std::move(path);
  return address;
}

Result<Address> Address::parse(std::string_view text) {
  if (text.starts_with("unix:") && text.size() > 5) return unix_path(std::string(text.substr(5)));
  const auto colon = text.rfind(':');
  const auto port = colon == std::string_view::npos ? std::nullopt : parse_unsigned(text.substr(colon + 1));
  if (!port || *port > 65535)
    return fail(Reason::malformed, "'" + std::string(text) + "' is not ADDRESS:PORT or unix:PATH");
  std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  WEFT_TRY(const IpAddress ip, IpAddress::parse(host));
  // "fd00::5:80" may as well be an address whose port was forgotten (RFC 3986 3.2.2).
  if (ip.is_v6 != is_bracketed)
    return fail(Reason::malformed, "'" + std::string(text) + "' is not ADDRESS:PORT with an IPv6 address in brackets");
  return Address(ip, static_cast<uint16_t>(*port));
}

Address Address::from_sockaddr(const sockaddr_storage& storage, socklen_t size) {
  IpAddress ip;
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    std::memcpy(ip.bytes.data(), &v4.sin_addr, 4);
    return {ip, ntohs(v4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    ip.is_v6 = true;
    std::memcpy(ip.bytes.data(), &v6.sin6_addr, 16);
    return {ip, ntohs(v6.sin6_port)};
  }
  const auto& path = reinterpret_cast<const sockaddr_un&>(storage);
  const size_t longest = size > offsetof(sockaddr_un, sun_path) ? size - offsetof(sockaddr_un, sun_path) : 0;
  const bool is_abstract = longest > 1 && path.sun_path[0] == '\0';
  if (is_abstract) return unix_path("@" + std::string(path.sun_path + 1, longest - 1));
  return unix_path(std::string(path.sun_path, strnlen(path.sun_path, longest)));
}

std::string Address::to_string() const {
  if (is_unix()) return "unix:" + path_;
  const std::string host = ip_.is_v6 ? "[" + ip_.to_string() + "]" : ip_.to_string();
  return host + ":" + std::to_string(port_);
}

Result<SocketAddress> SocketAddress::of(const Address& address) {
  SocketAddress result;
  if (address.is_unix()) {
    WEFT_CHECK(result.set_path(address.path()));
  } else if (address.ip().is_v6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(result.storage_);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port());
    std::memcpy(&v6.sin6_addr, address.ip().bytes.data(), 16);
    result.size_ = sizeof v6;
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(result.storage_);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port());
    std::memcpy(&v4.sin_addr, address.ip().bytes.data(), 4);
    result.size_ = sizeof v4;
  }
  return result;
}

Result<> SocketAddress::set_path(const std::string& path) {
  auto& un = reinterpret_cast<sockaddr_un&>(storage_);
  un.sun_family = AF_UNIX;
  if (path.starts_with('@')) return set_abstract(path.substr(1));
  std::string reachable = path;
  if (reachable.size() >= sizeof un.sun_path) {
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    folder_fd_ = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd_ < 0) return fail(system_error("opening " + folder, errno));
    reachable = "/proc/self/fd/" + std::to_string(folder_fd_) + "/" + path.substr(slash + 1);
    if (reachable.size() >= sizeof un.sun_path)
      return fail(Reason::too_large, "file name of socket " + path + " is too long");
  }
  std::memcpy(un.sun_path, reachable.c_str(), reachable.size() + 1);
  size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + reachable.size() + 1);
  return {};
}

Result<> SocketAddress::set_abstract(std::string_view name) {
  auto& un = reinterpret_cast<sockaddr_un&>(storage_);
  if (name.size() >= sizeof un.sun_path) return fail(Reason::too_large, "the name of an abstract socket is too long");
  std::memcpy(un.sun_path + 1, name.data(), name.size());  // behind a 0; its size is its end
  size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return {};
}

SocketAddress::SocketAddress(SocketAddress&& other) noexcept
    : storage_(other.storage_), size_(other.size_), folder_fd_(std::exchange(other.folder_fd_, -1)) {}

SocketAddress::~SocketAddress() {
  if (folder_fd_ >= 0) close(folder_fd_);
}

}  // namespace weft::net
