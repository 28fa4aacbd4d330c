#include "http/h1/serialize.h"

#include <gtest/gtest.h>

#include "http/h1/head_parser.h"
#include "http/h1/hop_by_hop.h"

namespace weft::http::h1 {
namespace {

RequestHead request(std::string_view path) {
  RequestHead head;
  head.path = path;
  head.authority = "a.svc:80";
  return head;
}

std::string written(const RequestHead& head, BodyLength body, Persistence persistence = Persistence::silent) {
  ByteBuffer out;
  append_request_head(out, head, body, persistence);
  return std::string(out.readable());
}

std::string written(const ResponseHead& head, BodyLength body, Persistence persistence = Persistence::silent) {
  ByteBuffer out;
  append_response_head(out, head, body, persistence);
  return std::string(out.readable());
}

TEST(Serialize, WritesARequestWithItsFraming) {
  RequestHead head = request("/x?y");
  head.headers.add("X-A", "1");
  EXPECT_EQ(written(head, BodyLength::none()), "GET /x?y HTTP/1.1\r\nhost: a.svc:80\r\nx-a: 1\r\n\r\n");
  EXPECT_EQ(written(head, BodyLength::known(0)),
            "GET /x?y HTTP/1.1\r\nhost: a.svc:80\r\nx-a: 1\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(written(head, BodyLength::chunked(), Persistence::close),
            "GET /x?y HTTP/1.1\r\nhost: a.svc:80\r\nx-a: 1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
}

TEST(Serialize, WritesExactlyOneFramingFieldWhateverTheHeadHolds) {
  ResponseHead head;
  head.headers.add("content-length", "7");
  head.headers.add("transfer-encoding", "chunked");
  head.headers.add("x", "y");
  EXPECT_EQ(written(head, BodyLength::known(3)), "HTTP/1.1 200 OK\r\nx: y\r\ncontent-length: 3\r\n\r\n");
  EXPECT_EQ(written(head, BodyLength::chunked()), "HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n");
  EXPECT_EQ(written(head, BodyLength::until_close()), "HTTP/1.1 200 OK\r\nx: y\r\n\r\n");
  EXPECT_EQ(written(head, BodyLength::none()), "HTTP/1.1 200 OK\r\ncontent-length: 7\r\nx: y\r\n\r\n");
  head.headers.remove("transfer-encoding");
  EXPECT_EQ(written(head, BodyLength::known(7)), "HTTP/1.1 200 OK\r\ncontent-length: 7\r\nx: y\r\n\r\n");
}

TEST(Serialize, KeepsAnUpgradeWithItsConnectionField) {
  ResponseHead head;
  head.status = 101;
  head.headers.add("Upgrade", "websocket");
  EXPECT_EQ(written(head, BodyLength::none()),
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n");
}

TEST(Serialize, WritesStatusLinesWithoutAKnownPhrase) {
  ResponseHead head;
  head.status = 599;
  EXPECT_EQ(written(head, BodyLength::none(), Persistence::keep_alive),
            "HTTP/1.1 599 \r\nconnection: keep-alive\r\n\r\n");
}

TEST(Serialize, WritesChunksAndTrailers) {
  ByteBuffer out;
  append_chunk(out, "hello world, hello");
  Headers trailers;
  trailers.add("X-Sum", "1");
  append_last_chunk(out, trailers);
  EXPECT_EQ(out.readable(), "12\r\nhello world, hello\r\n0\r\nx-sum: 1\r\n\r\n");
}

TEST(Serialize, WhatIsParsedAgainIsTheSame) {
  RequestHead head = request("/a/b");
  head.method = "POST";
  head.headers.add("accept", "*/*");
  head.headers.add("x-many", "1");
  head.headers.add("x-many", "2");
  const std::string text = written(head, BodyLength::known(42));
  const Limits limits;
  RequestParser parser(limits);
  RequestHead again;
  ASSERT_EQ(parser.parse(text, again), Progress::done);
  EXPECT_EQ(written(again, parser.framing().body), text);
}

std::string left_after_removal(std::initializer_list<std::pair<std::string_view, std::string_view>> fields,
                               Upgrades upgrades) {
  Headers headers;
  for (const auto& [name, value] : fields) headers.add(name, value);
  remove_hop_by_hop(headers, upgrades);
  ByteBuffer out;
  headers.append_lines(out);
  return std::string(out.readable());
}

TEST(HopByHop, RemovesTheConnectionFieldsAndWhatTheyName) {
  EXPECT_EQ(left_after_removal({{"Connection", "close, X-Gone"},
                                {"Keep-Alive", "timeout=5"},
                                {"X-Gone", "1"},
                                {"Proxy-Connection", "x"},
                                {"TE", "gzip"},
                                {"Transfer-Encoding", "chunked"},
                                {"x-stays", "1"},
                                {"Connection", "x-forwarded-client-cert"},
                                {"x-forwarded-client-cert", "forged"}},
                               Upgrades::keep),
            "x-stays: 1\r\n");
}

TEST(HopByHop, KeepsTeTrailersAndWhatConnectionMustNotTakeAway) {
  EXPECT_EQ(left_after_removal({{"Connection", "content-length, te"}, {"Content-Length", "5"}, {"TE", "trailers"}},
                               Upgrades::strip),
            "content-length: 5\r\nte: trailers\r\n");
}

TEST(HopByHop, PassesUpgradesByChoiceAndNeverH2c) {
  EXPECT_EQ(left_after_removal({{"Connection", "upgrade"}, {"Upgrade", "websocket"}}, Upgrades::keep),
            "upgrade: websocket\r\n");
  EXPECT_EQ(left_after_removal({{"Connection", "upgrade"}, {"Upgrade", "websocket"}}, Upgrades::strip), "");
  EXPECT_EQ(
      left_after_removal({{"Connection", "Upgrade, HTTP2-Settings"}, {"Upgrade", "h2c"}, {"HTTP2-Settings", "AAMA"}},
                         Upgrades::keep),
      "");
}

}  // namespace
}  // namespace weft::http::h1
