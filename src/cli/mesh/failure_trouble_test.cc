#include "cli/mesh/failure_trouble.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

FailedHop with(std::string trouble, std::string cluster = "outbound|80||reviews.books.svc.cluster.local") {
  FailedHop hop;
  hop.pod = "shop/front-1";
  hop.direction = "outbound";
  hop.method = "POST";
  hop.cluster = std::move(cluster);
  hop.endpoint = "10.0.0.1:80";
  hop.lasted = std::chrono::milliseconds(1500);
  hop.tried = {{.endpoint = hop.endpoint, .trouble = std::move(trouble), .lasted_ms = 200}};
  return hop;
}

struct Row {
  const char* trouble;
  const char* why;
  const char* fix;
};

class Troubles : public testing::TestWithParam<Row> {};

TEST_P(Troubles, HaveASentenceAndACommandOfTheirOwn) {
  const auto cause = cause_of_trouble(with(GetParam().trouble));
  ASSERT_TRUE(cause);
  EXPECT_EQ(cause->why, GetParam().why);
  EXPECT_EQ(cause->fix, GetParam().fix);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Troubles,
    testing::Values(
        Row{"no_endpoints", "reviews.books.svc.cluster.local has no endpoint: no ready pod is behind it",
            "weft get pods -n books"},
        Row{"unresolved", "the name of outbound|80||reviews.books.svc.cluster.local led to no address (DNS)",
            "weft pc endpoints front-1.shop"},
        Row{"all_ejected",
            "all endpoints of outbound|80||reviews.books.svc.cluster.local are ejected for their errors "
            "(outlierDetection of its DestinationRule)",
            "weft pc endpoints front-1.shop"},
        Row{"all_failing_checks",
            "all endpoints of outbound|80||reviews.books.svc.cluster.local fail their health checks",
            "weft pc endpoints front-1.shop"},
        Row{"none_ready",
            "no endpoint of outbound|80||reviews.books.svc.cluster.local may be used: they are not ready, or some are "
            "ejected and the others fail their checks",
            "weft pc endpoints front-1.shop"},
        Row{"requests_limit",
            "more requests were under way to outbound|80||reviews.books.svc.cluster.local than "
            "connectionPool.http.http2MaxRequests of its DestinationRule allows",
            "weft pc clusters front-1.shop"},
        Row{"pending_limit",
            "more requests waited for a connection to outbound|80||reviews.books.svc.cluster.local than "
            "connectionPool.http.http1MaxPendingRequests of its DestinationRule allows",
            "weft pc clusters front-1.shop"},
        Row{"connections_limit",
            "more connections were open to outbound|80||reviews.books.svc.cluster.local than "
            "connectionPool.tcp.maxConnections of its DestinationRule allows",
            "weft pc clusters front-1.shop"},
        Row{"connect_refused", "10.0.0.1:80 refused the connection: nothing listens on that port",
            "weft pc endpoints front-1.shop"},
        Row{"connect_timeout", "no connection to 10.0.0.1:80 came about within the connect timeout",
            "weft pc endpoints front-1.shop"},
        Row{"unreachable", "there is no way to 10.0.0.1:80", "weft pc endpoints front-1.shop"},
        Row{"tls_not_ready", "the proxy has no certificate or root for TLS to 10.0.0.1:80 (yet)",
            "weft pc secrets front-1.shop"},
        Row{"attempt_timeout",
            "10.0.0.1:80 did not answer within the time of one attempt, 200 ms (retries.perTryTimeout)",
            "weft pc routes front-1.shop"},
        Row{"route_timeout", "10.0.0.1:80 did not answer within the route's timeout (1500 ms in all)",
            "weft pc routes front-1.shop"},
        Row{"attempt_unconnected",
            "no connection to 10.0.0.1:80 came about within the time of one attempt, 200 ms (retries.perTryTimeout)",
            "weft pc endpoints front-1.shop"},
        Row{"route_unconnected", "no connection to 10.0.0.1:80 came about within the route's timeout (1500 ms in all)",
            "weft pc endpoints front-1.shop"},
        Row{"closed_plain_text",
            "10.0.0.1:80 closed a new connection without an answer: it crashed, or it wants TLS, and the connection "
            "was in plain text",
            "weft pc endpoints front-1.shop"},
        Row{"closed_unanswered", "10.0.0.1:80 closed a new connection without an answer: it crashed or refused us",
            "weft pc endpoints front-1.shop"},
        Row{"stream_reset",
            "10.0.0.1:80 reset the request's HTTP/2 stream before its response was there, and kept the connection",
            "weft pc endpoints front-1.shop"},
        Row{"stream_refused",
            "10.0.0.1:80 refused the request's HTTP/2 stream without looking at it: it is going away, or has too many "
            "at once",
            "weft pc endpoints front-1.shop"},
        Row{"closed_midway", "10.0.0.1:80 closed the connection within its response's head: it crashed",
            "weft pc endpoints front-1.shop"},
        Row{"refused_by_peer", "the proxy in front of 10.0.0.1:80 refused the request; it remembers no more why",
            "weft pc endpoints front-1.shop"}),
    [](const auto& row) { return std::string(row.param.trouble); });

TEST(Trouble, IsNotTheProxysToTellWhereItKnowsNoMoreThanTheFlag) {
  EXPECT_FALSE(cause_of_trouble(with("")));
  EXPECT_FALSE(cause_of_trouble(with("of_a_later_release")));
  EXPECT_FALSE(cause_of_trouble(FailedHop()));
}

TEST(Trouble, NamesTheSubsetWhoseLabelsNoPodHas) {
  const auto cause = cause_of_trouble(with("no_endpoints", "outbound|80|v3|reviews.books.svc.cluster.local"));
  EXPECT_EQ(cause->why,
            "reviews.books.svc.cluster.local has no endpoint in subset v3: no ready pod of it has the labels that the "
            "subset asks for");
  EXPECT_EQ(cause->fix, "weft get destinationrules -n books");
}

std::string tls_why(std::string failure) {
  auto hop = with("tls_failed");
  hop.transport_failure = std::move(failure);
  return cause_of_trouble(hop)->why;
}

TEST(TlsTrouble, SaysWhatIsWrongWithTheCertificate) {
  EXPECT_EQ(tls_why("TLS_error:|expired:certificate_verify_failed:TLS_error_end"),
            "the TLS certificate of 10.0.0.1:80 is not accepted: a certificate has expired");
  EXPECT_EQ(tls_why("TLS_error:|untrusted:x:TLS_error_end"),
            "the TLS certificate of 10.0.0.1:80 is not accepted: the chain leads to no trusted root");
  EXPECT_EQ(tls_why("TLS_error:|other_name:x:TLS_error_end"),
            "the TLS certificate of 10.0.0.1:80 is not accepted: none of the certificate's names is one that is "
            "accepted");
}

TEST(TlsTrouble, TellsWhoDidNotSpeakIt) {
  EXPECT_EQ(tls_why("TLS_error:|plain_text:x:TLS_error_end"),
            "10.0.0.1:80 does not speak TLS: it answered the handshake in plain text");
  EXPECT_EQ(tls_why("TLS_error:|closed:x:TLS_error_end"),
            "10.0.0.1:80 closed the connection within the TLS handshake: it does not speak TLS, or does not accept us");
  EXPECT_EQ(tls_why("TLS_error:|alert:x:TLS_error_end"),
            "10.0.0.1:80 refused our certificate or terms in the TLS handshake");
  EXPECT_EQ(tls_why("TLS_error:|timed_out:x:TLS_error_end"),
            "10.0.0.1:80 took the connection, but the TLS handshake did not end within the connect timeout: does it "
            "speak TLS?");
  EXPECT_EQ(tls_why("something else"), "the TLS handshake with 10.0.0.1:80 failed");
}

TEST(StaleConnection, TellsAnIdleRaceFromACrash) {
  auto hop = with("stale_connection");
  hop.tried.back().idle_ms = 5004;
  EXPECT_EQ(cause_of_trouble(hop)->why,
            "10.0.0.1:80 closed the reused connection while the request was being sent: it had been idle for 5.00 s, "
            "and the endpoint seems to close idle connections sooner than the pool does");
  hop.tried.back().idle_ms = 3;
  EXPECT_EQ(cause_of_trouble(hop)->why,
            "10.0.0.1:80 closed a connection that was in use before the request was answered: it crashed, or closes "
            "connections after so many requests");
}

TEST(Retries, ThatWereNotMadeHaveAReason) {
  auto hop = with("stale_connection");
  EXPECT_EQ(why_not_retried(hop), "");
  hop.not_retried = "not_repeatable";
  EXPECT_EQ(why_not_retried(hop), "POST is not safe to repeat and its bytes had been sent");
  hop.not_retried = "body_sent";
  EXPECT_EQ(why_not_retried(hop), "parts of its body had been sent and are not kept");
  hop.not_retried = "over_budget";
  EXPECT_EQ(why_not_retried(hop), "too many retries to the cluster were under way");
  hop.not_retried = "no_retries";
  EXPECT_EQ(why_not_retried(hop), "the route asks for none (retries)");
  hop.not_retried = "not_covered";
  EXPECT_EQ(why_not_retried(hop), "the route's retries.retryOn does not cover this");
  hop.not_retried = "used_up";  // the flag URX says so
  EXPECT_EQ(why_not_retried(hop), "");
}

}  // namespace
}  // namespace weft::cli
