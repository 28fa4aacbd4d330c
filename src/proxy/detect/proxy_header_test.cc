#include "proxy/detect/proxy_header.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/socket_stream.h"
#include "proxy/detect/take_proxy_header.h"
#include "runtime/gate.h"

namespace weft::proxy {
namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

// "source > destination, size", "no addresses, size", "none", "more", or what is wrong.
std::string read(std::string_view bytes) {
  const auto read = read_proxy_header(bytes);
  if (!read) return read.error().detail;
  if (!*read) return "more";
  const ProxyHeader& header = **read;
  if (header.version == 0) return "none";
  const std::string size = ", " + std::to_string(header.size);
  if (!header.addresses) return "no addresses" + size;
  return header.addresses->source.to_string() + " > " + header.addresses->destination.to_string() + size;
}

std::string binary(char version_and_command, char family, const std::string& rest) {
  const std::string size = {static_cast<char>(rest.size() >> 8), static_cast<char>(rest.size())};
  return kSignature + version_and_command + family + size + rest;
}
const std::string kV4("\xc0\0\x02\x01\xc0\0\x02\x09\x12\x67\x01\xbb", 12);
std::string v4_with(const std::string& tlvs) {
  return binary('\x21', '\x11', kV4 + tlvs);
}

TEST(ProxyHeader, of_version_1_names_both_ends) {
  EXPECT_EQ(read("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\nGET /"), "192.0.2.1:4711 > 192.0.2.9:443, 41");
  EXPECT_EQ(read("PROXY TCP6 2001:db8::1 ::2 0 65535\r\n"), "[2001:db8::1]:0 > [::2]:65535, 36");
}

TEST(ProxyHeader, of_version_1_may_name_nobody) {
  EXPECT_EQ(read("PROXY UNKNOWN\r\nGET /"), "no addresses, 15");
  EXPECT_EQ(read("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"), "no addresses, 59");
}

TEST(ProxyHeader, of_version_1_is_refused_unless_it_is_spelled_out_right) {
  for (const char* line : {
           "PROXY TCP4 192.0.2.1 192.0.2.9 4711\r\n",
           "PROXY TCP4 192.0.2.1 192.0.2.9 4711 443 1\r\n",
           "PROXY TCP4 192.0.2.1 192.0.2.9 4711 443 \r\n",
           "PROXY TCP4  192.0.2.1 192.0.2.9 4711 443\r\n",
           "PROXY  TCP4 192.0.2.1 192.0.2.9 4711 443\r\n",
           "PROXY TCP4 192.0.2.1 192.0.2.9 4711 65536\r\n",
           "PROXY TCP4 192.0.2.1 192.0.2.9 4711 -1\r\n",
           "PROXY TCP4 192.0.2.1 192.0.2.9 04711 443\r\n",
           "PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\rX",
           "PROXY TCP4 192.0.2 192.0.2.9 4711 443\r\n",
           "PROXY TCP4 ::1 ::2 4711 443\r\n",
           "PROXY TCP6 192.0.2.1 192.0.2.9 4711 443\r\n",
           "PROXY TCP5 192.0.2.1 192.0.2.9 4711 443\r\n",
           "PROXY tcp4 192.0.2.1 192.0.2.9 4711 443\r\n",
           "PROXY \r\n",
       }) {
    EXPECT_TRUE(read(line).starts_with("PROXY protocol: ")) << line << read(line);
  }
  EXPECT_EQ(read("PROXY UNKNOWN " + std::string(93, 'x')), "PROXY protocol: a line over 107 bytes");
}

TEST(ProxyHeader, of_version_2_names_both_ends) {
  EXPECT_EQ(read(v4_with("") + "GET /"), "192.0.2.1:4711 > 192.0.2.9:443, 28");
  std::string v6(36, '\0');
  v6[15] = 1;
  v6[31] = 2;
  v6[35] = 80;
  EXPECT_EQ(read(binary('\x21', '\x21', v6)), "[::1]:0 > [::2]:80, 52");
}

TEST(ProxyHeader, of_version_2_may_name_nobody) {
  EXPECT_EQ(read(binary('\x20', '\0', "")), "no addresses, 16");             // LOCAL
  EXPECT_EQ(read(binary('\x20', '\x11', kV4 + "xyz")), "no addresses, 31");  // its rest means nothing
  EXPECT_EQ(read(binary('\x21', '\0', "anything")), "no addresses, 24");     // UNSPEC
  EXPECT_EQ(read(binary('\x21', '\x31', std::string(216, 'a'))), "no addresses, 232");
}

TEST(ProxyHeader, of_version_2_passes_over_tlvs_that_are_whole) {
  const std::string alpn("\x01\0\x02h2", 5);
  const std::string nothing("\xe0\0\0", 3);
  EXPECT_EQ(read(v4_with(alpn + nothing)), "192.0.2.1:4711 > 192.0.2.9:443, 36");
  EXPECT_EQ(read(v4_with(alpn.substr(0, 4))), "PROXY protocol: a TLV past the end of its header");
  EXPECT_EQ(read(v4_with(alpn + "\x04")), "PROXY protocol: a TLV that is cut off");
  EXPECT_EQ(read(v4_with(std::string("\x04\xff\xff", 3))), "PROXY protocol: a TLV past the end of its header");
}

// Worked out by another implementation of CRC32C.
TEST(ProxyHeader, of_version_2_is_held_to_its_checksum) {
  const std::string wrong("\x03\0\x04\0\0\0\0", 7);
  EXPECT_EQ(read(v4_with(wrong)), "PROXY protocol: a checksum that does not fit");
  EXPECT_EQ(read(v4_with(std::string("\x03\0\x04"
                                     "\x35\x7b\xb2\x9d",
                                     7))),
            "192.0.2.1:4711 > 192.0.2.9:443, 35");
  EXPECT_EQ(read(v4_with(std::string("\x03\0\x02\0\0", 5))), "PROXY protocol: a checksum of a wrong size");
}

TEST(ProxyHeader, of_version_2_is_refused_where_it_makes_no_sense) {
  EXPECT_NE(read(binary('\x11', '\x11', kV4)).find("does not exist"), std::string::npos);
  EXPECT_NE(read(binary('\x22', '\x11', kV4)).find("does not exist"), std::string::npos);
  EXPECT_NE(read(binary('\x21', '\x12', kV4)).find("no TCP connection"), std::string::npos);
  EXPECT_NE(read(binary('\x21', '\x41', kV4)).find("no TCP connection"), std::string::npos);
  EXPECT_NE(read(binary('\x21', '\x11', kV4.substr(1))).find("cut off"), std::string::npos);
  EXPECT_NE(read(binary('\x21', '\x21', kV4)).find("cut off"), std::string::npos);
  EXPECT_NE(read(kSignature + "\x21\x11\xff\xff").find("16 KiB"), std::string::npos);
}

TEST(ProxyHeader, waits_for_the_rest_wherever_it_is_cut) {
  for (const std::string& whole : {std::string("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n"), v4_with("")}) {
    for (size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(read(whole.substr(0, size)), "more") << size;
  }
}

TEST(ProxyHeader, is_not_seen_in_what_begins_otherwise) {
  EXPECT_EQ(read("GET / HTTP/1.1\r\n"), "none");
  EXPECT_EQ(read("PROXX"), "none");
  EXPECT_EQ(read("\r\n\r\nGET"), "none");
  EXPECT_EQ(read("\x16\x03"), "none");
}

// Takes headers off a socket.
class TakeProxyHeader : public testing::Test {
 protected:
  TakeProxyHeader() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    client_ = net::Fd(ends[0]);
    stream_ = std::make_unique<net::SocketStream>(reactor_, net::Fd(ends[1]));
    runtime::spawn(gate_, take());
    turn();
  }
  ~TakeProxyHeader() override {
    stream_->cancel();
    turn();
  }
  runtime::Task<void> take() { result_.emplace(co_await take_proxy_header(*stream_, reactor_.now() + kTime)); }
  void turn() {
    reactor_.turn({});
    reactor_.turn({});
  }
  void send(std::string_view bytes) {
    EXPECT_EQ(::send(client_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    turn();
  }

  static constexpr Duration kTime = std::chrono::seconds(15);
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  net::Fd client_;
  std::unique_ptr<net::SocketStream> stream_;
  std::optional<Result<ProxyHeader>> result_;
};

TEST_F(TakeProxyHeader, leaves_what_follows_to_be_read) {
  send("PROXY TCP4 192.0.2.1 192.0.2.9 ");
  EXPECT_FALSE(result_);
  send("4711 443\r\nGET / HTTP/1.1\r\n");
  ASSERT_TRUE(result_ && *result_);
  EXPECT_EQ((**result_).addresses->source.to_string(), "192.0.2.1:4711");
  EXPECT_TRUE(stream_->readiness().may_be_readable());
  char bytes[100];
  EXPECT_EQ(std::string_view(bytes, stream_->try_read(bytes).size), "GET / HTTP/1.1\r\n");
}

TEST_F(TakeProxyHeader, gives_up_in_time) {
  send("PROXY ");
  clock_.advance(kTime);
  turn();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().reason, Reason::timed_out);
}

TEST_F(TakeProxyHeader, notices_a_client_that_leaves_within_it) {
  send("PROXY ");
  shutdown(client_.get(), SHUT_WR);
  turn();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().reason, Reason::closed);
}

}  // namespace
}  // namespace weft::proxy
