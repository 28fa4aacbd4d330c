#include "http/h2/hpack/encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/h2/hpack/decoder.h"
#include "http/h2/hpack/vectors_test.h"

namespace weft::http::h2::hpack {
namespace {

using testing::ElementsAre;

class EncoderTest : public testing::Test {
 protected:
  std::string section(const Headers& headers, std::string_view path = "/") {
    ByteBuffer out;
    encoder_.begin(out);
    encoder_.add(out, Pseudo::method, "GET");
    encoder_.add(out, Pseudo::path, path);
    for (const Field& field : headers) encoder_.add(out, field);
    return std::string(out.readable());
  }
  FieldList decoded(const std::string& bytes) {
    FieldList list;
    EXPECT_TRUE(decoder_.decode(bytes, list));
    return list;
  }
  static Headers one(std::string_view name, std::string_view value) {
    Headers headers;
    headers.add(name, value);
    return headers;
  }
  // What a field costs when it is sent for the third time: one byte if it is indexed.
  size_t third_time(std::string_view name, std::string_view value) {
    decoded(section({}));
    const size_t empty = section({}).size();
    size_t size = 0;
    for (int i = 0; i < 3; ++i) {
      const std::string bytes = section(one(name, value));
      EXPECT_EQ(decoded(bytes).lines.back(), std::string(name) + ": " + std::string(value));
      size = bytes.size() - empty;
    }
    return size;
  }

  Encoder encoder_;
  Decoder decoder_;
};

TEST_F(EncoderTest, UsesTheStaticTable) {
  EXPECT_EQ(section({}), from_hex("8284"));
  EXPECT_EQ(section(one("accept-encoding", "gzip, deflate")), from_hex("8284 90"));
  ByteBuffer out;
  encoder_.add(out, Pseudo::status, "404");
  encoder_.add(out, Pseudo::scheme, "https");
  EXPECT_EQ(out.readable(), from_hex("8d87"));
}

TEST_F(EncoderTest, IndexesAFieldWhenItIsMetAgain) {
  const Headers headers = one("x-app", "weft");
  EXPECT_EQ(section(headers), from_hex("8284 00 05782d617070 04") + "weft");
  const std::string second = section(headers);
  EXPECT_EQ(second.substr(2, 1), from_hex("40"));
  EXPECT_EQ(section(headers), from_hex("8284 be"));
  EXPECT_EQ(encoder_.table().count(), 1u);
}

TEST_F(EncoderTest, NeverLetsWhatDiffersInEveryMessageIn) {
  for (int i = 0; i < 1000; ++i) decoded(section(one("x-request-id", std::to_string(i * 7919))));
  EXPECT_LE(encoder_.table().count(), 5u);  // hashes of sixteen bits: a few are taken for one another
}

TEST_F(EncoderTest, IndexesEveryKindOfName) {
  EXPECT_EQ(third_time("content-type", "application/grpc"), 1u);  // known, in the static table
  EXPECT_EQ(third_time("traceparent", "00-1234"), 1u);            // known, not in it
  EXPECT_EQ(third_time("accept-language", "en"), 1u);             // not known, in it
  EXPECT_EQ(third_time("x-of-my-own", "1"), 1u);
}

TEST_F(EncoderTest, RefersToANameWhoseValueIsAnother) {
  third_time("x-of-my-own", "first");
  EXPECT_EQ(section(one("x-of-my-own", "other")), from_hex("8284 0f2f 05") + "other");
}

TEST_F(EncoderTest, NeverIndexesSecrets) {
  Headers headers;
  headers.add("authorization", "Bearer t");
  headers.add("cookie", "short=1");
  headers.add("proxy-authorization", "Basic x");
  headers.add_parsed({"x-key", "k", HeaderId::other, Indexing::never});
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(decoded(section(headers)).indexing, ElementsAre(Indexing::allowed, Indexing::allowed, Indexing::never,
                                                                Indexing::never, Indexing::never, Indexing::never));
  EXPECT_EQ(encoder_.table().count(), 0u);
  EXPECT_EQ(third_time("cookie", "session=0123456789abcdef"), 1u);
}

TEST_F(EncoderTest, StaysWithinTheSizeThePeerAllows) {
  encoder_.limit_table(64);
  EXPECT_THAT(decoded(section(one("a", "1"))).lines, ElementsAre(":method: GET", ":path: /", "a: 1"));
  EXPECT_EQ(decoder_.table().size_max(), 64u);
  EXPECT_EQ(third_time("a", "1"), 1u);
  EXPECT_GT(third_time("a", std::string(30, 'x')), 30u);  // more than three quarters of the table
  encoder_.limit_table(0);
  decoded(section({}));
  EXPECT_EQ(decoder_.table().count(), 0u);
  encoder_.limit_table(4096);
  EXPECT_EQ(third_time("a", "1"), 1u);
}

TEST_F(EncoderTest, TellsTheSmallestAndTheLastOfSeveralSizes) {
  encoder_.limit_table(0);
  encoder_.limit_table(100);
  EXPECT_EQ(section({}), from_hex("20 3f45 8284"));
  EXPECT_EQ(section({}), from_hex("8284"));
}

TEST_F(EncoderTest, NeverUsesMoreThanItsOwnLimit) {
  encoder_.limit_table(UINT32_MAX);
  EXPECT_EQ(section({}), from_hex("8284"));
  EXPECT_EQ(encoder_.table().size_max(), Encoder::kTableSizeMax);
}

TEST_F(EncoderTest, CarriesLongAndEmptyValues) {
  const std::string value(20'000, 'v');
  EXPECT_EQ(decoded(section(one("x", value))).lines.back(), "x: " + value);
  EXPECT_EQ(decoded(section(one("x", ""))).lines.back(), "x: ");
  EXPECT_EQ(decoded(section(one("x", ""))).lines.back(), "x: ");
  EXPECT_EQ(decoded(section({}, "/a/long/path?with=a&query=of%20some")).lines[1],
            ":path: /a/long/path?with=a&query=of%20some");
}

TEST_F(EncoderTest, AgreesWithTheDecoderOverManyMessages) {
  for (uint32_t i = 0; i < 5000; ++i) {
    Headers headers;
    const uint32_t mixed = i * 2654435761u;
    headers.add("x-" + std::to_string(mixed >> 28), std::string(mixed >> 25, 'a'));
    headers.add("server", std::to_string(mixed >> 27));
    headers.add("etag", std::to_string(mixed >> 26));
    const FieldList list = decoded(section(headers, "/" + std::to_string(mixed >> 29)));
    ASSERT_EQ(list.lines.size(), 5u);
    size_t at = 2;
    for (const Field& field : headers)
      ASSERT_EQ(list.lines[at++], std::string(field.name) + ": " + std::string(field.value));
    ASSERT_EQ(encoder_.table().size(), decoder_.table().size());
  }
}

}  // namespace
}  // namespace weft::http::h2::hpack
