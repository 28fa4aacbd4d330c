#include "decide/address.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

TEST(IpAddress, prints_what_it_parsed) {
  for (const char* text : {"10.244.0.7", "0.0.0.0", "::1", "fd00::7"})
    EXPECT_EQ(IpAddress::parse(text)->to_string(), text);
}

TEST(IpAddress, refuses_what_is_no_address) {
  for (const char* text : {"", "10.0.0", "10.0.0.256", "localhost", "[::1]", "fe80::1%eth0"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, knows_a_mapped_address_as_the_ipv4_one) {
  EXPECT_EQ(*IpAddress::parse("::ffff:10.0.0.1"), *IpAddress::parse("10.0.0.1"));
}

TEST(IpRange, holds_exactly_its_prefix) {
  const IpRange range = *IpRange::parse("10.244.0.0/16");
  EXPECT_TRUE(range.contains(*IpAddress::parse("10.244.255.255")));
  EXPECT_FALSE(range.contains(*IpAddress::parse("10.245.0.0")));
  EXPECT_FALSE(range.contains(*IpAddress::parse("::1")));
}

TEST(IpRange, clears_the_bits_behind_its_prefix) {
  EXPECT_EQ(IpRange::parse("10.1.2.3/8"), IpRange::parse("10.0.0.0/8"));
}

TEST(IpRange, of_zero_bits_holds_its_whole_family) {
  EXPECT_TRUE(IpRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(IpRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("fd00::1")));
}

TEST(IpRange, refuses_a_prefix_longer_than_its_family) {
  EXPECT_FALSE(IpRange::parse("10.0.0.0/33"));
}

TEST(SocketAddress, prints_with_brackets_where_they_are_needed) {
  EXPECT_EQ((SocketAddress{*IpAddress::parse("10.0.0.1"), 80}).to_string(), "10.0.0.1:80");
  EXPECT_EQ((SocketAddress{*IpAddress::parse("::1"), 80}).to_string(), "[::1]:80");
}

TEST(EndpointAddress, prints_as_what_it_is) {
  EXPECT_EQ(EndpointAddress(SocketAddress{*IpAddress::parse("::1"), 80}).to_string(), "[::1]:80");
  EXPECT_EQ((EndpointAddress{.socket_file = "/run/a"}).to_string(), "unix:///run/a");
  EXPECT_EQ((EndpointAddress{.socket_file = "@a"}).to_string(), "unix://@a");
}

TEST(EndpointAddress, is_told_apart_by_its_socket_file) {
  const EndpointAddress one{.socket_file = "/run/a"};
  const EndpointAddress other{.socket_file = "/run/b"};
  EXPECT_NE(one, other);
  EXPECT_NE(one, EndpointAddress());
  EXPECT_NE(std::hash<EndpointAddress>{}(one), std::hash<EndpointAddress>{}(other));
}

}  // namespace
TEST(IpRange, of_a_mapped_address_counts_the_bits_of_IPv6) {
  EXPECT_EQ(IpRange::parse("::ffff:10.0.0.0/104"), IpRange::parse("10.0.0.0/8"));
  EXPECT_EQ(IpRange::parse("::ffff:10.1.2.3/128"), IpRange::parse("10.1.2.3"));
  EXPECT_TRUE(IpRange::parse("::ffff:0:0/96")->contains(*IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(IpRange::parse("::ffff:10.0.0.0/129"));
}

}  // namespace weft::decide
