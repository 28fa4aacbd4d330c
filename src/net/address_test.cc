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
