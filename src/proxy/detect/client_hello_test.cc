#include "proxy/detect/client_hello.h"

#include <gtest/gtest.h>

#include "proxy/detect/client_hello_for_test.h"

namespace weft::proxy {
namespace {

using Strings = std::vector<std::string>;

ClientHello read(std::string_view bytes) {
  const auto hello = read_client_hello(bytes);
  EXPECT_TRUE(hello) << hello.error().detail;
  EXPECT_TRUE(hello && *hello);
  return hello && *hello ? **hello : ClientHello();
}
std::string problem_of(std::string_view bytes) {
  const auto hello = read_client_hello(bytes);
  if (!hello) return hello.error().detail.substr(hello.error().detail.find("hello") + 6);
  return *hello ? "none" : "incomplete";
}
bool is_incomplete(std::string_view bytes) {
  const auto hello = read_client_hello(bytes);
  return hello && !*hello;
}

TEST(ClientHello, tells_server_name_and_protocols_in_the_clients_order) {
  const auto hello = read(
      hello_with(extension(10, "x") + server_name_extension("Shop.Example.com") + alpn_extension({"h2", "http/1.1"})));
  EXPECT_EQ(hello.server_name, "shop.example.com");
  EXPECT_EQ(hello.protocols, (Strings{"h2", "http/1.1"}));
}

TEST(ClientHello, may_ask_for_nothing) {
  EXPECT_EQ(read(hello_with("")).server_name, "");
  std::string old = hello_message("");
  old.resize(old.size() - 2);  // before TLS 1.2 the extensions themselves may be missing
  old.replace(1, 3, number_of(old.size() - 4, 3));
  EXPECT_EQ(read(record(old)).protocols, Strings{});
}

TEST(ClientHello, is_waited_for_byte_by_byte) {
  const std::string whole = hello_with(server_name_extension("a.test"));
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_TRUE(is_incomplete(whole.substr(0, size))) << size;
  EXPECT_EQ(read(whole).server_name, "a.test");
  EXPECT_EQ(read(whole + "early data").server_name, "a.test");
}

TEST(ClientHello, is_put_together_from_records_of_one_byte) {
  std::string bytes;
  for (const char byte : hello_message(server_name_extension("a.test"))) bytes += record({&byte, 1});
  EXPECT_EQ(read(bytes).server_name, "a.test");
  EXPECT_TRUE(is_incomplete(bytes.substr(0, bytes.size() - 1)));
}

TEST(ClientHello, passes_over_a_name_that_is_no_host_name) {
  for (const std::string_view name :
       {std::string_view("a\r\nX: y"), std::string_view("a\0b", 3), std::string_view("\"q\""), std::string_view("a..b"),
        std::string_view(".a"), std::string_view("a."), std::string_view("b\xc3\xbc.test"), std::string_view("::1"),
        std::string_view("")}) {
    EXPECT_EQ(read(hello_with(server_name_extension(name))).server_name, "") << name;
  }
  EXPECT_EQ(read(hello_with(server_name_extension(std::string(254, 'a')))).server_name, "");
  EXPECT_EQ(read(hello_with(server_name_extension("outbound_.80_.v1_.b.svc"))).server_name, "outbound_.80_.v1_.b.svc");
}

TEST(ClientHello, passes_over_names_of_other_kinds) {
  const std::string names = "\x07" + sized(2, "other") + std::string(1, '\0') + sized(2, "a.test");
  EXPECT_EQ(read(hello_with(extension(0, sized(2, names)))).server_name, "a.test");
}

TEST(ClientHello, is_refused_where_a_length_does_not_fit) {
  EXPECT_EQ(problem_of(hello_with(extension(0, number_of(100, 2) + "abc"))), "has a broken server name");
  EXPECT_EQ(problem_of(hello_with(extension(0, sized(2, "") + "more"))), "has a broken server name");
  EXPECT_EQ(problem_of(hello_with(extension(16, sized(2, "\x09h2")))), "has a broken list of protocols");
  EXPECT_EQ(problem_of(hello_with(alpn_extension({"h2", ""}))), "has an empty protocol name");
  EXPECT_EQ(problem_of(hello_with(number_of(0, 2) + number_of(9, 2))), "has a broken extension");
  EXPECT_EQ(problem_of(record("\x01" + sized(3, std::string(40, 'x')))), "has broken parameters");
  EXPECT_EQ(problem_of(record("\x01" + sized(3, std::string(34, 'x') + sized(1, std::string(33, 's'))))),
            "has a long session id");
}

TEST(ClientHello, is_refused_where_it_says_a_thing_twice) {
  const std::string name = server_name_extension("a.test");
  EXPECT_EQ(problem_of(hello_with(name + name)), "has two extensions of server names");
  const std::string alpn = alpn_extension({"h2"});
  EXPECT_EQ(problem_of(hello_with(alpn + alpn)), "has two extensions of protocols");
  const std::string one = std::string(1, '\0') + sized(2, "a.test");
  EXPECT_EQ(problem_of(hello_with(extension(0, sized(2, one + one)))), "has two server names");
}

TEST(ClientHello, is_refused_when_records_are_not_of_its_kind) {
  EXPECT_EQ(problem_of("\x16\x03\x01" + sized(2, "") + "x"), "has a record of a forbidden size");
  EXPECT_EQ(problem_of("\x16\x03\x01\x40\x01x"), "has a record of a forbidden size");
  EXPECT_EQ(problem_of(record("\x02xxx")), "has another message in its place");
  EXPECT_EQ(problem_of(record("\x01") + "\x17\x03\x03" + sized(2, "data")), "has a record of another kind inside");
  EXPECT_EQ(problem_of("\x15\x03\x01" + sized(2, "\x02\x28")), "has a record of another kind inside");
}

TEST(ClientHello, may_fill_16_KiB_and_no_more) {
  const auto padded = [](size_t padding) {
    const std::string message =
        hello_message(server_name_extension("a.test") + extension(21, std::string(padding, '\0')));
    return record(message.substr(0, 16000)) + (message.size() > 16000 ? record(message.substr(16000)) : "");
  };
  const size_t rest = padded(16000).size() - 16000;
  EXPECT_EQ(read(padded(kClientHelloBytesMax - rest)).server_name, "a.test");
  EXPECT_EQ(problem_of(padded(kClientHelloBytesMax - rest + 1)), "is too large");
  EXPECT_EQ(problem_of(record("\x01" + number_of(kClientHelloBytesMax + 1, 3))), "is too large");
  std::string endless;
  while (endless.size() < kClientHelloBytesMax) endless += record(endless.empty() ? "\x01" : std::string(1, '\0'));
  EXPECT_NE(problem_of(endless), "incomplete");
}

TEST(ClientHello, keeps_a_bounded_number_of_protocols) {
  const std::vector<std::string_view> many(100, "h2");
  EXPECT_EQ(read(hello_with(alpn_extension(many))).protocols.size(), kClientHelloProtocolsMax);
}

}  // namespace
}  // namespace weft::proxy
