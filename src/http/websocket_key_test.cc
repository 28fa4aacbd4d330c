#include "http/websocket_key.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

// The examples of RFC 6455 1.3 and 4.2.2 share this key.
TEST(WebsocketKey, is_answered_as_the_rfc_has_it) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

// 19 + 36 bytes still fit into one block with their length, 20 + 36 do not.
TEST(WebsocketKey, may_have_any_length) {
  EXPECT_EQ(websocket_accept(""), "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=");
  EXPECT_EQ(websocket_accept(std::string(19, 'x')), "qQsxh2Nb/vsnD9od6HBiP6Igif0=");
  EXPECT_EQ(websocket_accept(std::string(20, 'x')), "7jD6MP55bPPoLSNhT1mD/AE8sjc=");
  EXPECT_EQ(websocket_accept(std::string(200, 'x')), "2/xdrRDawKrkzT3zWJGBWn134JI=");
}

TEST(WebsocketKey, is_new_each_time_and_sixteen_bytes_long) {
  Random random(1);
  const std::string first = new_websocket_key(random);
  EXPECT_EQ(first.size(), 24);
  EXPECT_TRUE(first.ends_with("=="));
  EXPECT_NE(first, new_websocket_key(random));
}

}  // namespace
}  // namespace weft::http
