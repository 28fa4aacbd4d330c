#include "proxy/detect/protocol.h"

#include <string>

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

TEST(DetectProtocol, knows_http1_by_its_request_line) {
  EXPECT_EQ(detect_protocol("GET / HTTP/1.1\r\nHost: a\r\n"), Protocol::http11);
  EXPECT_EQ(detect_protocol("M-SEARCH * HTTP/1.1\r\n"), Protocol::http11);
  EXPECT_EQ(detect_protocol("GET / HTTP/1.0\r\n"), Protocol::http10);
}

TEST(DetectProtocol, waits_for_the_end_of_what_may_be_a_request_line) {
  for (const char* begun : {"G", "GET", "GET ", "GET /a?b HTTP/1.", "GET / HTTP/1.1", "GET / HTTP/1.1\r"}) {
    EXPECT_EQ(detect_protocol(begun), Protocol::undecided) << begun;
  }
}

TEST(DetectProtocol, knows_http2_by_its_preface) {
  EXPECT_EQ(detect_protocol("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x01"), Protocol::http2);
  EXPECT_EQ(detect_protocol("PRI * HTTP/2.0\r\n\r\nS"), Protocol::undecided);
}

TEST(DetectProtocol, knows_tls_by_a_record_that_begins_with_a_hello) {
  EXPECT_EQ(detect_protocol(std::string_view("\x16\x03\x01\x00\x10\x01", 6)), Protocol::tls);
  EXPECT_EQ(detect_protocol(std::string_view("\x16\x03\x01\x00\x10", 5)), Protocol::undecided);
  EXPECT_EQ(detect_protocol("\x16"), Protocol::undecided);
  EXPECT_EQ(detect_protocol("\x16\x04"), Protocol::opaque);
  EXPECT_EQ(detect_protocol(std::string_view("\x16\x03\x01\x00\x10\x02", 6)), Protocol::opaque);
}

TEST(DetectProtocol, takes_all_else_for_opaque_as_soon_as_it_can) {
  for (const char* other :
       {"hello\n", "\x01", "get / HTTP/1.1\r\n", "EHLO mail.test\r\n", "GET / HTTP/9.9\r\n", "AB\x02"}) {
    EXPECT_EQ(detect_protocol(other), Protocol::opaque) << other;
  }
}

TEST(DetectProtocol, gives_up_on_a_line_that_never_ends) {
  EXPECT_EQ(detect_protocol("GET /" + std::string(9000, 'a')), Protocol::opaque);
  EXPECT_EQ(detect_protocol(std::string(40, 'A')), Protocol::opaque);
}

TEST(DetectProtocol, names_protocols_as_filter_chains_do) {
  const auto names = [](Protocol protocol) {
    const auto some = application_protocols(protocol);
    return std::vector(some.begin(), some.end());
  };
  EXPECT_EQ(names(Protocol::http10), std::vector<std::string>{"http/1.0"});
  EXPECT_EQ(names(Protocol::http11), std::vector<std::string>{"http/1.1"});
  EXPECT_EQ(names(Protocol::http2), std::vector<std::string>{"h2c"});
  EXPECT_TRUE(names(Protocol::opaque).empty());
}

}  // namespace
}  // namespace weft::proxy
