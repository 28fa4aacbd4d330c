#include "http/authority.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

TEST(Authority, takes_hosts_addresses_and_ports) {
  for (const char* text : {"web", "web.ns.svc:80", "10.0.0.1:8080", "[::1]", "[::1]:80", "a_b~c", "web:"})
    EXPECT_TRUE(is_authority(text)) << text;
}

TEST(Authority, takes_nothing_else) {
  for (const char* text : {"", "a b", "user@web", "web:http", "web:123456", "[::1", "::1]", "[::1]x", "web/a", "web?a",
                           "a%20b", "web\t", "\xc3\xa4"})
    EXPECT_FALSE(is_authority(text)) << text;
}

}  // namespace
}  // namespace weft::http
