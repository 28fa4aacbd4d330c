#include "proxy/retry/asked_retries.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using decide::RetryOn;

TEST(AskedRetries, are_the_routes_own_where_the_request_says_nothing) {
  http::Headers headers;
  headers.add("accept", "*/*");
  EXPECT_EQ(take_asked_retries(headers, {}), nullptr);
  EXPECT_EQ(take_asked_timeout(headers), std::nullopt);
}

TEST(AskedRetries, add_to_what_the_route_says_and_leave_the_request) {
  decide::RetryPolicy route;
  route.add_conditions("reset");
  route.retries_max = 2;
  http::Headers headers;
  headers.add("x-envoy-retry-on", "5xx,retriable-status-codes, unheard-of");
  headers.add("x-envoy-retry-grpc-on", "unavailable");
  headers.add("x-envoy-max-retries", "7");
  headers.add("x-envoy-retriable-status-codes", "418, x, 425, 4294967296");
  headers.add("x-envoy-retriable-header-names", "X-Again,x-more");
  headers.add("x-envoy-upstream-rq-per-try-timeout-ms", "250");
  const auto asked = take_asked_retries(headers, route);
  ASSERT_NE(asked, nullptr);
  for (const RetryOn one : {RetryOn::reset, RetryOn::server_error, RetryOn::status_codes, RetryOn::grpc_unavailable}) {
    EXPECT_TRUE(asked->has(one));
  }
  EXPECT_EQ(asked->retries_max, 7u);
  EXPECT_EQ(asked->status_codes, (std::vector<uint16_t>{418, 425}));
  ASSERT_EQ(asked->response_headers.size(), 2u);
  EXPECT_EQ(asked->response_headers[0].name, "x-again");
  EXPECT_EQ(asked->per_try_timeout, std::chrono::milliseconds(250));
  EXPECT_TRUE(headers.empty());
}

TEST(AskedRetries, keep_the_routes_numbers_where_theirs_are_none) {
  decide::RetryPolicy route;
  route.retries_max = 2;
  route.per_try_timeout = std::chrono::seconds(1);
  http::Headers headers;
  headers.add("x-envoy-max-retries", "-1");
  headers.add("x-envoy-upstream-rq-per-try-timeout-ms", "soon");
  const auto asked = take_asked_retries(headers, route);
  EXPECT_EQ(asked->retries_max, 2u);
  EXPECT_EQ(asked->per_try_timeout, std::chrono::seconds(1));
}

TEST(AskedTimeout, may_be_any_number_of_milliseconds_and_0_is_for_ever) {
  const auto asked = [](const char* text) {
    http::Headers headers;
    headers.add("x-envoy-upstream-rq-timeout-ms", text);
    const auto timeout = take_asked_timeout(headers);
    EXPECT_TRUE(headers.empty());
    return timeout;
  };
  EXPECT_EQ(asked("1500"), std::chrono::milliseconds(1500));
  EXPECT_EQ(asked("0"), Duration::zero());
  EXPECT_EQ(asked("18446744073709551615"), std::chrono::hours(24 * 365 * 100));
  EXPECT_EQ(asked("1.5"), std::nullopt);
}

}  // namespace
}  // namespace weft::proxy
