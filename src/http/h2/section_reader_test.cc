#include "http/h2/section_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/h2/quiet_stream_test.h"

namespace weft::http::h2 {
namespace {

// Takes fields, except those that it is told not to.
struct Taker final : QuietStream {
  bool on_field(const hpack::DecodedField& field) override {
    lines.push_back(std::string(field.name) + ": " + std::string(field.value));
    return field.name != unwanted;
  }
  std::vector<std::string> lines;
  std::string unwanted;
};

using Lines = std::vector<std::pair<std::string, std::string>>;

class SectionReaderTest : public testing::Test {
 protected:
  SectionOutcome read(SectionKind kind, const Lines& fields) {
    taker_.lines.clear();
    reader_.begin(kind, &taker_, most_, connect_);
    for (const auto& [name, value] : fields) reader_.on_field({name, value, hpack::kind_of(name, value)});
    return reader_.end();
  }
  // A request with these fields besides the ones that every request has.
  SectionOutcome request_with(const Lines& more) {
    Lines fields = kGet;
    fields.insert(fields.end(), more.begin(), more.end());
    return read(SectionKind::request, fields);
  }
  // The usual request, but with this value of one pseudo field.
  SectionOutcome request_but(const std::string& name, const std::string& value) {
    Lines fields = kGet;
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
    return read(SectionKind::request, fields);
  }

  const Lines kGet = {{":method", "GET"}, {":scheme", "http"}, {":authority", "web"}, {":path", "/a?b"}};
  Taker taker_;
  SectionReader reader_;
  SectionReader::Most most_{1000, 10};
  ExtendedConnect connect_ = ExtendedConnect::unknown;
};

TEST_F(SectionReaderTest, hands_on_a_request_as_it_is) {
  EXPECT_EQ(request_with({{"accept", "*/*"}, {"te", "trailers"}, {"content-length", "5"}}), SectionOutcome::good);
  EXPECT_EQ(taker_.lines, (std::vector<std::string>{":method: GET", ":scheme: http", ":authority: web", ":path: /a?b",
                                                    "accept: */*", "te: trailers", "content-length: 5"}));
  EXPECT_EQ(reader_.content_length(), 5);
  EXPECT_FALSE(reader_.is_interim());
}

// RFC 9113 8.3.1; HAProxy's cases of HTTP/2 desynchronisation among them.
TEST_F(SectionReaderTest, refuses_requests_with_wrong_pseudo_fields) {
  for (const auto& [name, value] : Lines{{":method", ""},
                                         {":method", "GE T"},
                                         {":method", "GET?"},
                                         {":method", "G\r\nX: y"},
                                         {":scheme", ""},
                                         {":scheme", "http://h/?"},
                                         {":scheme", "1http"},
                                         {":path", ""},
                                         {":path", "hello"},
                                         {":path", "*"},
                                         {":path", "/a b"},
                                         {":path", "/a#b"},
                                         {":path", std::string("/\0", 2)},
                                         {":authority", ""},
                                         {":authority", "user@web"},
                                         {":authority", "web/x"}})
    EXPECT_EQ(request_but(name, value), SectionOutcome::malformed) << name << "=" << value;
  EXPECT_EQ(request_with({{":method", "GET"}}), SectionOutcome::malformed);  // twice
  EXPECT_EQ(request_with({{":status", "200"}}), SectionOutcome::malformed);
  EXPECT_EQ(request_with({{":x", "y"}}), SectionOutcome::malformed);
  EXPECT_EQ(request_with({{":protocol", "websocket"}}), SectionOutcome::malformed);
  EXPECT_EQ(read(SectionKind::request, {{"accept", "a"}, {":method", "GET"}}), SectionOutcome::malformed);
}

TEST_F(SectionReaderTest, refuses_requests_that_lack_a_pseudo_field) {
  for (size_t missing = 0; missing < kGet.size(); ++missing) {
    Lines fields = kGet;
    fields.erase(fields.begin() + static_cast<ptrdiff_t>(missing));
    EXPECT_EQ(read(SectionKind::request, fields), SectionOutcome::malformed) << kGet[missing].first;
  }
  Lines by_host = kGet;
  by_host.erase(by_host.begin() + 2);
  by_host.emplace_back("host", "web");
  EXPECT_EQ(read(SectionKind::request, by_host), SectionOutcome::good);
}

TEST_F(SectionReaderTest, knows_the_forms_of_options_and_connect) {
  const Lines star = {{":method", "OPTIONS"}, {":scheme", "http"}, {":authority", "web"}, {":path", "*"}};
  EXPECT_EQ(read(SectionKind::request, star), SectionOutcome::good);
  const Lines connect = {{":method", "CONNECT"}, {":authority", "web:80"}};
  EXPECT_EQ(read(SectionKind::request, connect), SectionOutcome::good);
  EXPECT_EQ(request_but(":method", "CONNECT"), SectionOutcome::malformed);  // with path and scheme
}

TEST_F(SectionReaderTest, reads_an_extended_connect_only_where_it_was_announced) {
  const Lines whole = {{":method", "CONNECT"},
                       {":protocol", "websocket"},
                       {":scheme", "http"},
                       {":authority", "web"},
                       {":path", "/chat"}};
  EXPECT_EQ(read(SectionKind::request, whole), SectionOutcome::malformed);
  connect_ = ExtendedConnect::taken;
  EXPECT_EQ(read(SectionKind::request, whole), SectionOutcome::good);
  for (size_t missing : {0u, 2u, 3u, 4u}) {
    Lines part = whole;
    part.erase(part.begin() + static_cast<long>(missing));
    EXPECT_EQ(read(SectionKind::request, part), SectionOutcome::malformed) << missing;
  }
  EXPECT_EQ(request_with({}), SectionOutcome::good);
  Lines by_get = whole;
  by_get[0].second = "GET";
  EXPECT_EQ(read(SectionKind::request, by_get), SectionOutcome::malformed);
}

TEST_F(SectionReaderTest, finds_no_content_behind_connect) {
  Lines connect = {{":method", "CONNECT"}, {":authority", "web:80"}, {"content-length", "0"}};
  EXPECT_EQ(read(SectionKind::request, connect), SectionOutcome::good);
  EXPECT_EQ(reader_.content_length(), -1);
  connect.back().second = "1";
  EXPECT_EQ(read(SectionKind::request, connect), SectionOutcome::malformed);
}

// What a downgrade to HTTP/1.1 would turn into framing or into other fields.
TEST_F(SectionReaderTest, refuses_fields_that_belong_to_a_connection_or_are_no_fields) {
  for (const auto& field : Lines{{"connection", "close"},
                                 {"proxy-connection", "x"},
                                 {"keep-alive", "1"},
                                 {"transfer-encoding", "chunked"},
                                 {"upgrade", "h2c"},
                                 {"te", "gzip"},
                                 {"te", "trailers, deflate"},
                                 {"X-Upper", "a"},
                                 {"a b", "c"},
                                 {"a: b", "c"},
                                 {"", "c"},
                                 {"x", "a\r\nContent-Length: 0"},
                                 {"x", std::string("a\0b", 3)},
                                 {"x", " a"},
                                 {"x", "a\t"},
                                 {"host", "we b"},
                                 {"content-length", "-1"},
                                 {"content-length", "1x"},
                                 {"content-length", ""},
                                 {"content-length", "99999999999999999999"}})
    EXPECT_EQ(request_with({field}), SectionOutcome::malformed) << field.first << "=" << field.second;
  EXPECT_EQ(request_with({{"content-length", "1"}, {"content-length", "1"}}), SectionOutcome::malformed);
}

TEST_F(SectionReaderTest, reads_responses) {
  EXPECT_EQ(read(SectionKind::response, {{":status", "204"}}), SectionOutcome::good);
  EXPECT_TRUE(reader_.forbids_body());
  EXPECT_EQ(read(SectionKind::response, {{":status", "103"}, {"link", "a"}}), SectionOutcome::good);
  EXPECT_TRUE(reader_.is_interim());
  for (const char* status : {"", "20", "2000", "2x0", "099", "101"})
    EXPECT_EQ(read(SectionKind::response, {{":status", status}}), SectionOutcome::malformed) << status;
  EXPECT_EQ(read(SectionKind::response, {{"server", "x"}}), SectionOutcome::malformed);
  EXPECT_EQ(read(SectionKind::response, {{":status", "200"}, {":path", "/"}}), SectionOutcome::malformed);
}

TEST_F(SectionReaderTest, takes_no_pseudo_fields_and_no_length_in_trailers) {
  EXPECT_EQ(read(SectionKind::trailers, {{"grpc-status", "0"}}), SectionOutcome::good);
  EXPECT_EQ(read(SectionKind::trailers, {}), SectionOutcome::good);
  EXPECT_EQ(read(SectionKind::trailers, {{":path", "/"}}), SectionOutcome::malformed);
  EXPECT_EQ(read(SectionKind::trailers, {{"content-length", "0"}}), SectionOutcome::malformed);
}

TEST_F(SectionReaderTest, counts_every_field_and_hands_none_on_beyond_the_limit) {
  most_ = {.bytes = 4 * 40 + 5, .fields = 100};  // ":method" "GET" are 42, and so on
  EXPECT_EQ(request_with({{"a", std::string(200, 'x')}, {"b", "c"}}), SectionOutcome::too_large);
  EXPECT_LE(taker_.lines.size(), 4u);
  most_ = {.bytes = 10'000, .fields = 5};
  EXPECT_EQ(request_with({{"a", "b"}}), SectionOutcome::good);
  EXPECT_EQ(request_with({{"a", "b"}, {"a", "b"}}), SectionOutcome::too_large);
}

TEST_F(SectionReaderTest, says_when_the_stream_does_not_want_a_field) {
  taker_.unwanted = "host";
  EXPECT_EQ(request_with({{"host", "elsewhere"}, {"a", "b"}}), SectionOutcome::unwanted);
  EXPECT_EQ(taker_.lines.back(), "host: elsewhere");
}

TEST_F(SectionReaderTest, passes_over_what_nobody_reads) {
  reader_.begin(SectionKind::request, nullptr, most_);
  reader_.on_field({"X", "a\n", hpack::kind_of("X", "a\n")});
  EXPECT_EQ(reader_.end(), SectionOutcome::good);
}

}  // namespace
}  // namespace weft::http::h2
