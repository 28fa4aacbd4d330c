// The operators that the API lets into header values are those that proxies fill in: of any other a proxy refuses the
// whole route configuration.
#include <gtest/gtest.h>

#include "api/text_checks.h"
#include "decide/routing/header_edit.h"

namespace weft::control::translate {
namespace {

TEST(HeaderOperators, AreTheSameToTheApiAndToProxies) {
  for (const char* text :
       {"%DOWNSTREAM_REMOTE_ADDRESS%", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", "%DOWNSTREAM_LOCAL_ADDRESS%",
        "%UPSTREAM_REMOTE_ADDRESS%", "%UPSTREAM_HOST%", "%PROTOCOL%", "%RESPONSE_CODE%", "%ROUTE_NAME%",
        "%UPSTREAM_CLUSTER%", "%HOSTNAME%", "%REQ(x-a)%", "%REQ(:authority)%", "%RESP(server)%", "a %% b",
        "%PROTOCOL%%HOSTNAME%", "", "%%%PROTOCOL%%%"}) {
    EXPECT_EQ(api::check_header_format(text), std::nullopt) << text;
    EXPECT_TRUE(decide::HeaderText::parse(text)) << text;
  }
  for (const char* text : {"%", "%START_TIMES%", "%protocol%", "% PROTOCOL%", "50% of 100%", "%PROTOCOL", "%REQ(a%",
                           "%REQ%", "%%%", "%FOO(a)%"}) {
    EXPECT_NE(api::check_header_format(text), std::nullopt) << text;
    EXPECT_FALSE(decide::HeaderText::parse(text)) << text;
  }
}

}  // namespace
}  // namespace weft::control::translate
