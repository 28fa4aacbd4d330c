#include "net/address.h"

#include <gtest/gtest.h>

namespace weft::net {
namespace {

TEST(Address, PrintsWhatItParses) {
  for (const auto* text : {"127.0.0.1:80", "[::1]:443", "unix:/run/weft.sock", "0.0.0.0:0"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(Address, RefusesWhatIsNoAddress) {
  for (const auto* text :
       {"", "localhost:80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3:80", "1.2.3.4:-1", "unix:"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
}

// "fd00::5:80", an address, was port 80 of another one.
TEST(Address, WantsAddressesOfVersion6InBracketsAndNoOthers) {
  for (const auto* text :
       {"::1", "::1:80", "2001:db8::1", "[127.0.0.1]:80", "[]:80", "[::1:80", "::1]:80", "[::1]80"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
  EXPECT_EQ(Address::parse("fd00::5:80").error().detail,
            "'fd00::5:80' is not ADDRESS:PORT with an IPv6 address in brackets");
}

TEST(Address, OfASocketIsAnyPath) {
  EXPECT_TRUE(Address::parse("unix:@abstract")->is_unix());
  EXPECT_EQ(Address::parse("unix:a:80")->path(), "a:80");
}

TEST(IpAddress, IsTheWholeText) {
  for (const auto* text : {"10.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::ff", "::ffff:10.0.0.1"}) {
    const auto ip = IpAddress::parse(text);
    ASSERT_TRUE(ip) << text;
    EXPECT_EQ(ip->to_string(), text);
  }
  for (const auto& text : {std::string(), std::string("10.0.0"), std::string("10.0.0.256"), std::string("010.0.0.1"),
                           std::string("0x0a.0.0.1"), std::string("10.0.0.1 "), std::string(" 10.0.0.1"),
                           std::string("10.0.0.1.2"), std::string("1:2:3:4:5:6:7:8:9"), std::string("::1%lo"),
                           std::string("[::1]"), std::string(":::"), std::string("10.0.0.1\0x", 10)}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpRange, IsAnAddressWithItsPrefix) {
  EXPECT_EQ(IpRange::parse("10.0.0.1")->to_string(), "10.0.0.1/32");
  EXPECT_EQ(IpRange::parse("::1")->to_string(), "::1/128");
  for (const auto* text : {"", "/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "10.0.0.0/ 8", "a/8"})
    EXPECT_FALSE(IpRange::parse(text)) << text;
}

TEST(IpRange, ContainsUpToItsLastBit) {
  const std::pair<const char*, std::pair<const char*, const char*>> bounds[] = {
      // range, the last in and the first out
      {"10.0.0.0/31", {"10.0.0.1", "10.0.0.2"}},
      {"10.0.0.5/32", {"10.0.0.5", "10.0.0.6"}},
      {"10.0.0.0/9", {"10.127.255.255", "10.128.0.0"}},
      {"fd00::/8", {"fdff::", "fe00::"}},
      {"::2/127", {"::3", "::4"}},
      {"0.0.0.0/1", {"127.255.255.255", "128.0.0.0"}}};
  for (const auto& [range, edge] : bounds) {
    EXPECT_TRUE(IpRange::parse(range)->contains(*IpAddress::parse(edge.first))) << range;
    EXPECT_FALSE(IpRange::parse(range)->contains(*IpAddress::parse(edge.second))) << range;
  }
  EXPECT_FALSE(IpRange::parse("::/0")->contains(*IpAddress::parse("10.0.0.1")));
}

TEST(Address, RangesContainByPrefix) {
  const auto range = IpRange::parse("10.244.0.0/14");
  ASSERT_TRUE(range);
  EXPECT_TRUE(range->contains(*IpAddress::parse("10.247.255.255")));
  EXPECT_FALSE(range->contains(*IpAddress::parse("10.248.0.0")));
  EXPECT_FALSE(range->contains(*IpAddress::parse("::1")));
  EXPECT_TRUE(IpRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("255.1.2.3")));
  EXPECT_FALSE(IpRange::parse("10.0.0.0/33"));
}

}  // namespace
}  // namespace weft::net
