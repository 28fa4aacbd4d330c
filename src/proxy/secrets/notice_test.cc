#include "proxy/secrets/notice.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

TEST(CertificateNotice, is_read_whole_or_not_at_all) {
  const auto notice = read_notice(R"({"replace":["0a"],"revoked":["0b","0c"]})");
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->replace, Serials{"0a"});
  EXPECT_EQ(notice->revoked, (Serials{"0b", "0c"}));
  EXPECT_TRUE(read_notice("{}")->revoked.empty());
  for (const auto* broken : {"", "[]", "{", R"({"revoked":"0b"})", R"({"replace":[1]})"})
    EXPECT_FALSE(read_notice(broken)) << broken;
}

}  // namespace
}  // namespace weft::proxy
