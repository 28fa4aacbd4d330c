#include "node/sandbox/route_socket.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include "base/assert.h"

namespace weft::node {
namespace {

// Builds one netlink request: a fixed header, then attributes, some of them nested (netlink(7)).
class Request {
 public:
  Request(uint16_t type, uint16_t flags) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    add_struct(header);
  }
  template <class T>
  void add_struct(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    align();
  }
  void add(uint16_t type, std::string_view data) {
    const rtattr head{static_cast<uint16_t>(RTA_LENGTH(data.size())), type};
    bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
    bytes_.append(data);
    align();
  }
  void add_text(uint16_t type, const std::string& text) { add(type, {text.c_str(), text.size() + 1}); }
  void add_u32(uint16_t type, uint32_t value) { add(type, {reinterpret_cast<const char*>(&value), sizeof value}); }

  size_t begin_nested(uint16_t type) {
    const size_t at = bytes_.size();
    add(type, {});
    return at;
  }
  void end_nested(size_t at) {
    const auto size = static_cast<uint16_t>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &size, sizeof size);
  }
  std::string& bytes() { return bytes_; }

 private:
  void align() { bytes_.resize(NLMSG_ALIGN(bytes_.size())); }

  std::string bytes_;
};

ifinfomsg link_message(int index, unsigned flags = 0) {
  ifinfomsg link{};
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = index;
  link.ifi_flags = flags;
  link.ifi_change = flags;
  return link;
}

std::string_view v4_bytes(const net::IpAddress& address) {
  WEFT_ASSERT(!address.is_v6);
  return {reinterpret_cast<const char*>(address.bytes.data()), 4};
}

// What one message of an answer says.
struct Verdict {
  bool is_final = false;
  int error = 0;
  int link_index = 0;
};

Verdict read_message(const nlmsghdr& header) {
  const char* const payload = reinterpret_cast<const char*>(&header) + NLMSG_HDRLEN;
  if (header.nlmsg_type == NLMSG_ERROR) {
    nlmsgerr error{};
    std::memcpy(&error, payload, sizeof error);
    return {.is_final = true, .error = -error.error};
  }
  if (header.nlmsg_type != RTM_NEWLINK) return {};
  ifinfomsg link{};
  std::memcpy(&link, payload, sizeof link);
  return {.link_index = link.ifi_index};
}

}  // namespace

Result<RouteSocket> RouteSocket::open() {
  net::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket.is_open()) return fail(system_error("opening a netlink socket", errno));
  return RouteSocket(std::move(socket));
}

Result<int> RouteSocket::ask(std::string& request, std::string_view doing) {
  auto* const header = reinterpret_cast<nlmsghdr*>(request.data());
  header->nlmsg_len = static_cast<uint32_t>(request.size());
  header->nlmsg_seq = ++sequence_;
  if (send(socket_.get(), request.data(), request.size(), 0) < 0) return fail(system_error(doing, errno));
  alignas(nlmsghdr) std::array<char, 16384> answer{};
  int link_index = 0;
  for (;;) {
    const ssize_t size = recv(socket_.get(), answer.data(), answer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(system_error(doing, errno));
    auto left = static_cast<unsigned>(size);
    for (auto* at = reinterpret_cast<nlmsghdr*>(answer.data()); NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
      const Verdict verdict = read_message(*at);
      if (verdict.link_index != 0) link_index = verdict.link_index;
      if (verdict.is_final && verdict.error != 0) return fail(system_error(doing, verdict.error));
      if (verdict.is_final) return link_index;
    }
  }
}

Result<> RouteSocket::add_bridge(const std::string& name) {
  Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  request.add_struct(link_message(0));
  request.add_text(IFLA_IFNAME, name);
  const size_t info = request.begin_nested(IFLA_LINKINFO);
  request.add_text(IFLA_INFO_KIND, "bridge");
  request.end_nested(info);
  WEFT_CHECK(ask(request.bytes(), "adding the bridge"));
  return {};
}

Result<> RouteSocket::add_veth(const VethPair& pair) {
  Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  request.add_struct(link_message(0));
  request.add_text(IFLA_IFNAME, pair.name);
  const size_t info = request.begin_nested(IFLA_LINKINFO);
  request.add_text(IFLA_INFO_KIND, "veth");
  const size_t data = request.begin_nested(IFLA_INFO_DATA);
  const size_t peer = request.begin_nested(VETH_INFO_PEER);
  request.add_struct(link_message(0));
  request.add_text(IFLA_IFNAME, pair.peer_name);
  request.add_u32(IFLA_NET_NS_FD, static_cast<uint32_t>(pair.peer_namespace));
  request.end_nested(peer);
  request.end_nested(data);
  request.end_nested(info);
  WEFT_CHECK(ask(request.bytes(), "adding a veth pair"));
  return {};
}

Result<int> RouteSocket::link_index(const std::string& name) {
  Request request(RTM_GETLINK, 0);
  request.add_struct(link_message(0));
  request.add_text(IFLA_IFNAME, name);
  WEFT_TRY(const int index, ask(request.bytes(), "looking for link " + name));
  if (index == 0) return fail(Reason::not_found, "no link " + name);
  return index;
}

Result<> RouteSocket::set_up(int link) {
  Request request(RTM_NEWLINK, 0);
  request.add_struct(link_message(link, IFF_UP));
  WEFT_CHECK(ask(request.bytes(), "setting a link up"));
  return {};
}

Result<> RouteSocket::set_up_in_bridge(int link, int bridge) {
  Request request(RTM_NEWLINK, 0);
  request.add_struct(link_message(link, IFF_UP));
  request.add_u32(IFLA_MASTER, static_cast<uint32_t>(bridge));
  WEFT_CHECK(ask(request.bytes(), "joining a link to the bridge"));
  return {};
}

Result<> RouteSocket::remove_link(int link) {
  Request request(RTM_DELLINK, 0);
  request.add_struct(link_message(link));
  WEFT_CHECK(ask(request.bytes(), "removing a link"));
  return {};
}

Result<> RouteSocket::add_address(int link, const net::IpAddress& address, uint8_t prefix_bits) {
  Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  ifaddrmsg message{};
  message.ifa_family = AF_INET;
  message.ifa_prefixlen = prefix_bits;
  message.ifa_index = static_cast<uint32_t>(link);
  request.add_struct(message);
  request.add(IFA_LOCAL, v4_bytes(address));
  request.add(IFA_ADDRESS, v4_bytes(address));
  WEFT_CHECK(ask(request.bytes(), "adding address " + address.to_string()));
  return {};
}

Result<> RouteSocket::add_default_route(const net::IpAddress& gateway) {
  Request request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  rtmsg message{};
  message.rtm_family = AF_INET;
  message.rtm_table = RT_TABLE_MAIN;
  message.rtm_protocol = RTPROT_STATIC;
  message.rtm_scope = RT_SCOPE_UNIVERSE;
  message.rtm_type = RTN_UNICAST;
  request.add_struct(message);
  request.add(RTA_GATEWAY, v4_bytes(gateway));
  WEFT_CHECK(ask(request.bytes(), "adding the default route"));
  return {};
}

}  // namespace weft::node
