#include "proxy/restart/messages.h"

#include <gtest/gtest.h>

namespace weft::proxy::restart {
namespace {

using net::SocketKind;

TEST(RestartMessages, NameSocketsOfEveryKind) {
  for (const auto kind : {SocketKind::stream, SocketKind::datagram, SocketKind::messages}) {
    for (const char* at : {"127.0.0.1:15001", "[::]:15006", "unix:/run/a folder/admin.sock"}) {
      const SocketName name{kind, *net::Address::parse(at)};
      const auto parsed = parse_socket(to_message(name));
      ASSERT_TRUE(parsed) << at;
      EXPECT_EQ(*parsed, name);
    }
  }
  EXPECT_EQ(to_message({SocketKind::stream, *net::Address::parse("127.0.0.1:15001")}), "socket stream 127.0.0.1:15001");
}

TEST(RestartMessages, CarryTheEpoch) {
  EXPECT_EQ(complete_message(41), "complete 41");
  EXPECT_EQ(*parse_complete("complete 41"), 41u);
  EXPECT_EQ(*parse_complete(complete_message(4294967295)), 4294967295u);
}

TEST(RestartMessages, AreRefusedWhereTheyMeanNothing) {
  for (const char* text :
       {"", "socket", "socket ", "socket stream", "socket stream ", "socket stream nowhere",
        "socket streams 127.0.0.1:1", "socket raw 127.0.0.1:1", "complete 1", "Socket stream 127.0.0.1:1"}) {
    EXPECT_FALSE(parse_socket(text)) << text;
  }
  for (const char* text :
       {"", "complete", "complete ", "complete x", "complete 1 2", "complete -1", "complete 4294967296"}) {
    EXPECT_FALSE(parse_complete(text)) << text;
  }
}

}  // namespace
}  // namespace weft::proxy::restart
