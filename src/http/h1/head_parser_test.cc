#include "http/h1/head_parser.h"

#include <gtest/gtest.h>

#include "http/h1/serialize.h"

namespace weft::http::h1 {
namespace {

using namespace std::string_literals;

struct ParsedRequest {
  Progress progress = Progress::need_more;
  RequestHead head;
  Framing framing;
  uint16_t status = 0;
  size_t consumed = 0;
};

// Parses the text as a connection would, given in steps of `step` bytes.
ParsedRequest parse_request(std::string_view text, size_t step = SIZE_MAX, Limits limits = {}) {
  ParsedRequest parsed;
  RequestParser parser(limits);
  for (size_t given = 0; parsed.progress == Progress::need_more && given < text.size();) {
    given += std::min(step, text.size() - given);
    const std::string moved(text.substr(0, given));  // elsewhere in memory each time, and no byte beyond is readable
    parsed.progress = parser.parse(moved, parsed.head);
  }
  parsed.framing = parser.framing();
  parsed.status = parser.violation().status;
  if (parsed.progress == Progress::done) parsed.consumed = parser.consumed();
  return parsed;
}

struct ParsedResponse {
  Progress progress = Progress::need_more;
  ResponseHead head;
  Framing framing;
  uint16_t status = 0;
};

ParsedResponse parse_response(std::string_view text, std::string_view method = "GET", size_t step = SIZE_MAX) {
  ParsedResponse parsed;
  const Limits limits;
  ResponseParser parser(limits);
  for (size_t given = 0; parsed.progress == Progress::need_more && given < text.size();) {
    given += std::min(step, text.size() - given);
    const std::string moved(text.substr(0, given));
    parsed.progress = parser.parse(moved, method, parsed.head);
  }
  parsed.framing = parser.framing();
  parsed.status = parser.violation().status;
  return parsed;
}

std::string lines(const Headers& headers) {
  ByteBuffer out;
  headers.append_lines(out);
  return std::string(out.readable());
}

TEST(RequestParser, ReadsAUsualRequest) {
  const auto text =
      "GET /a/b?c=d HTTP/1.1\r\nHost: nodejs-api:3000\r\nUser-Agent:curl/8\r\nX-Empty:\r\nAccept: \t*/* \t\r\n\r\nrest"s;
  const ParsedRequest parsed = parse_request(text);
  ASSERT_EQ(parsed.progress, Progress::done);
  EXPECT_EQ(parsed.consumed, text.size() - 4);
  EXPECT_EQ(parsed.head.method, "GET");
  EXPECT_EQ(parsed.head.path, "/a/b?c=d");
  EXPECT_EQ(parsed.head.path_without_query(), "/a/b");
  EXPECT_EQ(parsed.head.authority, "nodejs-api:3000");
  EXPECT_EQ(parsed.head.version, Version::http11);
  EXPECT_EQ(lines(parsed.head.headers), "user-agent: curl/8\r\nx-empty: \r\naccept: */*\r\n");
  EXPECT_TRUE(parsed.framing.keep_alive);
  EXPECT_EQ(parsed.framing.body, BodyLength::none());
}

TEST(RequestParser, GivesTheSameResultWhereverTheBytesAreCut) {
  const auto text =
      "\r\nPOST http://a.svc:80?q HTTP/1.1\r\nHost: A.svc:80\r\nContent-Length: 0012\r\nConnection: keep-alive, X-Y\r\n"
      "X-Some-Quite-Long-Header-Name-Of-Forty-Bytes: value with spaces and \xc3\xbc\r\n\r\n"s;
  for (size_t step = 1; step <= text.size(); ++step) {
    const ParsedRequest parsed = parse_request(text, step);
    ASSERT_EQ(parsed.progress, Progress::done) << step;
    EXPECT_EQ(parsed.consumed, text.size());
    EXPECT_EQ(parsed.head.path, "/?q");
    EXPECT_EQ(parsed.head.authority, "a.svc:80");
    EXPECT_EQ(parsed.framing.body, BodyLength::known(12));
    EXPECT_EQ(lines(parsed.head.headers),
              "content-length: 12\r\nconnection: keep-alive, X-Y\r\n"
              "x-some-quite-long-header-name-of-forty-bytes: value with spaces and \xc3\xbc\r\n");
  }
}

struct Refusal {
  const char* rule;  // the row of the framing rules that it shows
  std::string text;
  uint16_t status;
};

class RefusedRequests : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedRequests, AreRefusedWithTheSameStatusWhereverTheyAreCut) {
  const Refusal& refusal = GetParam();
  for (size_t step = 1; step <= refusal.text.size(); ++step) {
    const ParsedRequest parsed = parse_request(refusal.text, step);
    ASSERT_EQ(parsed.progress, Progress::failed) << refusal.rule << " in steps of " << step;
    ASSERT_EQ(parsed.status, refusal.status) << refusal.rule << " in steps of " << step;
  }
}

std::string post(const std::string& fields, const std::string& version = "1.1") {
  return "POST / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n\r\n0\r\n\r\nX";
}

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
}

const Refusal kRefusals[] = {
    {"A1 both lengths", post("Content-Length: 6\r\nTransfer-Encoding: chunked"), 400},
    {"A1 both lengths, other order", post("Transfer-Encoding: chunked\r\nContent-Length: 6"), 400},
    {"A2 differing lengths", post("Content-Length: 1\r\nContent-Length: 0"), 400},
    {"A2 repeated length", post("Content-Length: 5\r\nContent-Length: 5"), 400},
    {"A2 list of lengths", post("Content-Length: 5, 5"), 400},
    {"A3 plus", post("Content-Length: +5"), 400},
    {"A3 minus", post("Content-Length: -1"), 400},
    {"A3 hexadecimal", post("Content-Length: 0x10"), 400},
    {"A3 underscore", post("Content-Length: 1_0"), 400},
    {"A3 two numbers", post("Content-Length: 5 5"), 400},
    {"A3 empty", post("Content-Length: "), 400},
    {"A3 empty, then a real one", post("Content-Length: \r\nContent-Length: 43"), 400},
    {"A3 20 digits", post("Content-Length: 18446744073709551616"), 400},
    {"A3 64 bits", post("Content-Length: 9223372036854775808"), 400},
    {"A4 leading comma", post("Transfer-Encoding: ,chunked\r\nContent-Length: 5"), 400},
    {"A4 leading comma alone", post("Transfer-Encoding: ,chunked"), 501},
    {"A4 chunked twice", post("Transfer-Encoding: chunked,chunked"), 501},
    {"A4 identity", post("Transfer-Encoding: identity"), 501},
    {"A4 another coding first", post("Transfer-Encoding: gzip, chunked"), 501},
    {"A4 xchunked", post("Transfer-Encoding: xchunked"), 501},
    {"A4 parameter", post("Transfer-Encoding: chunked;a"), 501},
    {"A4 quoted", post("Transfer-Encoding: \"chunked\""), 501},
    {"A4 empty", post("Transfer-Encoding: "), 501},
    {"A4 vertical tab",
     post("Transfer-Encoding: \x0b"
          "chunked"),
     400},
    {"A4 non-breaking space",
     post("Transfer-Encoding: \xa0"
          "chunked"),
     501},
    {"A4 0xff around",
     post("Transfer-Encoding: \xff"
          "chunked\xff"),
     501},
    {"A4 repeated field", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
    {"A4 repeated field, second odd", post("Transfer-Encoding: chunked\r\nTransfer-encoding: cow"), 400},
    {"A5 in HTTP/1.0", post("Transfer-Encoding: chunked", "1.0"), 400},
    {"A6 folded line", post("Transfer-Encoding:\r\n chunked"), 400},
    {"A6 folded with a tab", get("A: b\r\n\tc"), 400},
    {"A7 bare CR in a value", get("A: b\rC: d"), 400},
    {"A7 bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A7 CR before Z at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\rZ\r\n\r\n", 400},
    {"A8 bare LF in the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"A8 bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"A8 bare LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"A12 space before the colon", post("Content-Length : 4"), 400},
    {"A12 tab before the colon", post("Content-Length\t: 4"), 400},
    {"A12 empty name", get(": x"), 400},
    {"A12 no colon", get("abc"), 400},
    {"A12 non-token byte", get("a(b: c"), 400},
    {"A12 byte above 0x7f in a name",
     get("a\xe9"
         "b: c"),
     400},
    {"A12 NUL in a name", get("a\0b: c"s), 400},
    {"A12 space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"A13 NUL in a value", get("X: a\0b"s), 400},
    {"A13 control character in a value",
     get("X: a\x01"
         "b"),
     400},
    {"A13 DEL in a value",
     get("X: a\x7f"
         "b"),
     400},
    {"A14 no version", "GET /\r\n\r\n", 400},
    {"A14 quote in the method", "G=\"x\" / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A14 two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A14 two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A14 tab as a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A14 space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"A14 leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A14 HTTP/1.32", "GET / HTTP/1.32\r\nHost: a\r\n\r\n", 400},
    {"A14 HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
    {"B16 the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
    {"A14 HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"A14 HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"A14 lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"A14 overlong target", "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
    {"A16 CONNECT without a port", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A16 CONNECT with an empty port", "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A16 CONNECT without a host", "CONNECT :443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A16 CONNECT with a path", "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"A16 CONNECT with a URL", "CONNECT http://a:443/ HTTP/1.1\r\nHost: a:443\r\n\r\n", 400},
    {"A16 CONNECT to somebody else", "CONNECT a:443 HTTP/1.1\r\nHost: b:443\r\n\r\n", 400},
    {"A16 CONNECT with content", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 1\r\n\r\n", 400},
    {"A16 CONNECT with chunks", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"A17 two expectations", post("Content-Length: 1\r\nExpect: 100-continue, x"), 417},
    {"A17 unknown expectation", post("Content-Length: 1\r\nExpect: 200-ok"), 417},
    {"C5 fragment", "GET /admin#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"C8 user info in Host", "GET / HTTP/1.1\r\nHost: a@admin\r\n\r\n", 400},
    {"C8 zone id in Host", "GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n", 400},
    {"C8 port that is no number", "GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n", 400},
    {"C8 slash in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"C9 target and Host differ", "GET http://admin/ HTTP/1.1\r\nHost: public\r\n\r\n", 400},
    {"C9 user info in the target", "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", 400},
    {"no Host in HTTP/1.1", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400},
    {"two Hosts", get("Host: a"), 400},
    {"a relative target", "GET admin HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"* with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
};

INSTANTIATE_TEST_SUITE_P(FramingRules, RefusedRequests, testing::ValuesIn(kRefusals));

TEST(RequestParser, AcceptsWhatIsUnusualButSafe) {
  EXPECT_EQ(parse_request(post("Transfer-Encoding: ChUnKeD")).framing.body, BodyLength::chunked());
  EXPECT_EQ(parse_request(post("Content-Length: 9223372036854775807")).framing.body.bytes, 9223372036854775807u);
  EXPECT_EQ(parse_request("GET https://a/b HTTP/1.1\r\nHost: a\r\n\r\n").head.scheme, "http");
  EXPECT_EQ(parse_request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").head.path, "*");
  EXPECT_EQ(parse_request("GET / HTTP/1.1\r\nHost:\r\n\r\n").progress, Progress::done);
  EXPECT_EQ(parse_request("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").head.authority, "[::1]:80");
  EXPECT_EQ(parse_request("GET /\xc3\xbc HTTP/1.1\r\nHost: a\r\n\r\n").head.path, "/\xc3\xbc");
  EXPECT_EQ(parse_request(get("X: a\x80\xff"
                              "b"))
                .head.headers.get("x"),
            "a\x80\xff"
            "b");
}

TEST(RequestParser, AsksForMoreWhileTheHeadIsNotComplete) {
  const auto text = get("A: b");
  for (size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_EQ(parse_request(text.substr(0, size)).progress, Progress::need_more) << size;
  }
}

TEST(RequestParser, EnforcesTheLimitsOfSizeAndCount) {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "a: b\r\n";
  EXPECT_EQ(parse_request(get(fields.substr(0, fields.size() - 2))).progress, Progress::done);
  EXPECT_EQ(parse_request(get(fields + "a: b")).status, 431);
  EXPECT_EQ(parse_request(get("A: " + std::string(60 * 1024, 'b')), 1000).status, 431);
  EXPECT_EQ(parse_request(get(std::string(2000, 'n') + ": v")).status, 431);
  EXPECT_EQ(parse_request("GET /" + std::string(9000, 'x'), 100).status, 414);
  Limits strict;
  strict.underscores = Underscores::refuse;
  EXPECT_EQ(parse_request(get("content_length: 0"), SIZE_MAX, strict).status, 400);
  EXPECT_EQ(parse_request(get("content_length: 0")).progress, Progress::done);
}

TEST(RequestParser, DecidesPersistenceByVersionAndConnection) {
  EXPECT_FALSE(parse_request(get("Connection: close")).framing.keep_alive);
  EXPECT_FALSE(parse_request(get("Connection: x, CLOSE")).framing.keep_alive);
  EXPECT_FALSE(parse_request("GET / HTTP/1.0\r\n\r\n").framing.keep_alive);
  EXPECT_TRUE(parse_request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").framing.keep_alive);
  EXPECT_FALSE(parse_request("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").framing.keep_alive);
}

TEST(RequestParser, NoticesExpectationsAndUpgrades) {
  EXPECT_TRUE(parse_request(post("Content-Length: 1\r\nExpect: 100-Continue")).framing.expects_continue);
  EXPECT_FALSE(parse_request(get("Expect: 100-continue")).framing.expects_continue);
  EXPECT_FALSE(parse_request(post("Content-Length: 1\r\nExpect: 100-continue", "1.0")).framing.expects_continue);
  EXPECT_TRUE(parse_request(get("Connection: Upgrade\r\nUpgrade: websocket")).framing.wants_upgrade);
  EXPECT_FALSE(parse_request(get("Upgrade: websocket")).framing.wants_upgrade);
  EXPECT_FALSE(parse_request(get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c")).framing.wants_upgrade);
}

TEST(RequestParser, ReadsConnectWhichHasAnAuthorityAndNoPath) {
  for (const char* host : {"a:443", "A", "A:443"}) {
    const ParsedRequest parsed = parse_request("CONNECT a:443 HTTP/1.1\r\nHost: "s + host + "\r\n\r\n");
    ASSERT_EQ(parsed.progress, Progress::done) << host;
    EXPECT_EQ(parsed.head.path, "");
    EXPECT_EQ(parsed.framing.body, BodyLength::none());
  }
  const auto v6 = parse_request("CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(v6.progress, Progress::done);
}

TEST(RequestParser, StartsAnewForTheNextPipelinedRequest) {
  const std::string text = "GET /1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\nGET /2 HTTP/1.0\r\n\r\n";
  const Limits limits;
  RequestParser parser(limits);
  RequestHead head;
  ASSERT_EQ(parser.parse(text, head), Progress::done);
  const std::string rest = text.substr(parser.consumed());
  parser.reset();
  ASSERT_EQ(parser.parse(rest, head), Progress::done);
  EXPECT_EQ(head.path, "/2");
  EXPECT_EQ(head.authority, "");
  EXPECT_TRUE(head.headers.empty());
  EXPECT_EQ(parser.consumed(), rest.size());
}

TEST(ResponseParser, ReadsUsualResponses) {
  const ParsedResponse parsed = parse_response("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nServer: x\r\n\r\n");
  ASSERT_EQ(parsed.progress, Progress::done);
  EXPECT_EQ(parsed.head.status, 404);
  EXPECT_EQ(parsed.framing.body, BodyLength::known(5));
  EXPECT_TRUE(parsed.framing.keep_alive);
  EXPECT_EQ(parse_response("HTTP/1.1 200\r\n\r\n").head.status, 200);
  EXPECT_EQ(parse_response("HTTP/1.1 200 \r\n\r\n").head.status, 200);
}

TEST(ResponseParser, EndsABodyWithoutLengthAtTheClose) {
  const ParsedResponse parsed = parse_response("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(parsed.framing.body, BodyLength::until_close());
  EXPECT_FALSE(parsed.framing.keep_alive);
}

TEST(ResponseParser, KnowsTheResponsesWithoutABody) {
  const ParsedResponse head = parse_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD");
  EXPECT_EQ(head.framing.body, BodyLength::none());
  EXPECT_EQ(head.head.headers.get(HeaderId::content_length), "5");
  EXPECT_TRUE(head.framing.keep_alive);
  const ParsedResponse not_modified = parse_response("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(not_modified.framing.body, BodyLength::none());
  EXPECT_TRUE(not_modified.framing.keep_alive);
  const ParsedResponse chunked_head = parse_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD");
  EXPECT_EQ(chunked_head.framing.body, BodyLength::none());
  EXPECT_TRUE(chunked_head.head.headers.empty());
}

TEST(ResponseParser, DoesNotReuseAfterABodylessResponseThatAnnouncesABody) {
  const ParsedResponse parsed =
      parse_response("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n");
  ASSERT_EQ(parsed.progress, Progress::done);
  EXPECT_EQ(parsed.framing.body, BodyLength::none());
  EXPECT_FALSE(parsed.framing.keep_alive);
  EXPECT_FALSE(parsed.head.headers.has(HeaderId::content_length));
  EXPECT_FALSE(parse_response("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n").framing.keep_alive);
  EXPECT_TRUE(parse_response("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n").framing.keep_alive);
}

TEST(ResponseParser, Takes101AsASwitchOfProtocols) {
  const auto text = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"s;
  EXPECT_TRUE(parse_response(text).framing.wants_upgrade);
  EXPECT_FALSE(
      parse_response("HTTP/1.1 200 OK\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n").framing.wants_upgrade);
}

TEST(ResponseParser, FindsNoBodyInASuccessfulAnswerToConnect) {
  const ParsedResponse granted = parse_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "CONNECT");
  EXPECT_EQ(granted.framing.body, BodyLength::none());
  EXPECT_TRUE(granted.head.headers.empty());
  EXPECT_EQ(parse_response("HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\n", "CONNECT").framing.body,
            BodyLength::known(5));
}

TEST(ResponseParser, RefusesAmbiguousAndMalformedResponses) {
  const std::string refused[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
      "HTTP/1.1 200 OK\nA: b\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1  200 OK\r\n\r\n",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.3 200 OK\r\n\r\n",
      "HTTP/1.1 200 O\0K\r\n\r\n"s,
      "220 smtp.example.com ESMTP\r\n",
      "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
  };
  for (const std::string& text : refused) {
    for (size_t step = 1; step <= text.size(); ++step) {
      EXPECT_EQ(parse_response(text, "GET", step).progress, Progress::failed) << text << " in steps of " << step;
    }
  }
}

}  // namespace
}  // namespace weft::http::h1
