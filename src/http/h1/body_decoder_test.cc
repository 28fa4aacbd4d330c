#include "http/h1/body_decoder.h"

#include <gtest/gtest.h>

namespace weft::http::h1 {
namespace {

using namespace std::string_literals;

struct Decoded {
  Progress progress = Progress::need_more;
  std::string data;
  std::string trailers;
  size_t consumed = 0;
  uint16_t status = 0;
};

// Decodes the text given in steps of `step` bytes.
Decoded decode(std::string_view text, BodyLength body, size_t step = SIZE_MAX) {
  BodyDecoder decoder{Limits{}};
  decoder.start(body);
  Decoded decoded;
  for (size_t given = 0; decoded.progress == Progress::need_more && given < text.size();) {
    given += std::min(step, text.size() - given);
    for (;;) {
      const std::string moved(text.substr(decoded.consumed, given - decoded.consumed));
      const BodyDecoder::Step taken = decoder.next(moved);
      decoded.data += taken.data;
      decoded.consumed += taken.consumed;
      decoded.progress = taken.progress;
      if (taken.progress != Progress::need_more || taken.consumed == 0) break;
    }
  }
  for (const Field& field : decoder.trailers())
    decoded.trailers += std::string(field.name) + "=" + std::string(field.value) + ";";
  decoded.status = decoder.violation().status;
  return decoded;
}

TEST(BodyDecoder, TakesExactlyTheKnownLength) {
  const Decoded decoded = decode("helloGET /", BodyLength::known(5));
  EXPECT_EQ(decoded.progress, Progress::done);
  EXPECT_EQ(decoded.data, "hello");
  EXPECT_EQ(decoded.consumed, 5u);
  BodyDecoder none{Limits{}};
  none.start(BodyLength::known(0));
  EXPECT_TRUE(none.is_done());
  EXPECT_EQ(none.next("GET /").consumed, 0u);
}

TEST(BodyDecoder, EndsAtTheCloseOnlyWhereThatIsTheFraming) {
  BodyDecoder decoder{Limits{}};
  decoder.start(BodyLength::until_close());
  EXPECT_EQ(decoder.next("all of it").data, "all of it");
  EXPECT_FALSE(decoder.is_done());
  EXPECT_TRUE(decoder.finish_at_close());
  decoder.start(BodyLength::known(3));
  decoder.next("ab");
  EXPECT_FALSE(decoder.finish_at_close());
  decoder.start(BodyLength::chunked());
  EXPECT_FALSE(decoder.finish_at_close());
}

TEST(BodyDecoder, DecodesChunksWithExtensionsAndTrailersWhereverTheyAreCut) {
  const auto text =
      "5\r\nhello\r\n00000000000001;a\r\n,\r\nA;a=b;c=\"d\\\"\t\xc3\xbc\"\r\n0123456789\r\n0;last\r\nX-Sum: 1\r\ngrpc-status:0\r\n\r\nGET"s;
  for (size_t step = 1; step <= text.size(); ++step) {
    const Decoded decoded = decode(text, BodyLength::chunked(), step);
    ASSERT_EQ(decoded.progress, Progress::done) << step;
    EXPECT_EQ(decoded.data, "hello,0123456789");
    EXPECT_EQ(decoded.trailers, "x-sum=1;grpc-status=0;");
    EXPECT_EQ(decoded.consumed, text.size() - 3);
  }
}

TEST(BodyDecoder, DropsTrailersThatWouldChangeFramingOrIdentity) {
  const auto text =
      "0\r\nContent-Length: 9\r\nAuthorization: x\r\nx-forwarded-client-cert: y\r\nTransfer-Encoding: chunked\r\nHost: "
      "b\r\n"
      "X-Envoy-Internal: true\r\nSet-Cookie: a=b\r\nX-Sum: 1\r\n\r\n"s;
  const Decoded decoded = decode(text, BodyLength::chunked());
  EXPECT_EQ(decoded.progress, Progress::done);
  EXPECT_EQ(decoded.trailers, "x-sum=1;");
}

struct BadChunk {
  const char* rule;
  std::string text;
};

class RefusedChunks : public testing::TestWithParam<BadChunk> {};

TEST_P(RefusedChunks, AreRefusedWhereverTheyAreCut) {
  const BadChunk& bad = GetParam();
  for (size_t step = 1; step <= std::min<size_t>(bad.text.size(), 64); ++step) {
    ASSERT_EQ(decode(bad.text, BodyLength::chunked(), step).progress, Progress::failed)
        << bad.rule << " in steps of " << step;
  }
}

const BadChunk kBadChunks[] = {
    {"A8 LF after the data", "5\r\nhello\n0\r\n\r\n"},
    {"A8 LF after an extension", "2;\nxx\r\n0\r\n\r\n"},
    {"A8 LF after the size", "5\nhello\r\n0\r\n\r\n"},
    {"A8 LF in the trailers", "0\r\nA: b\n\r\n"},
    {"A8 LF as the end", "0\r\n\n"},
    {"A9 0x", "0x3\r\nabc\r\n0\r\n\r\n"},
    {"A9 plus", "+3\r\nabc\r\n0\r\n\r\n"},
    {"A9 minus", "-0x0\r\n\r\n"},
    {"A9 leading space", " 3\r\nabc\r\n0\r\n\r\n"},
    {"A9 trailing space", "3 \r\nabc\r\n0\r\n\r\n"},
    {"A9 underscore", "3_0\r\nabc\r\n0\r\n\r\n"},
    {"A9 zero and underscore", "0_2e\r\n\r\n"},
    {"A9 empty", "\r\nabc\r\n0\r\n\r\n"},
    {"A9 17 digits", "FFFFFFFFFFFFFFFF0\r\n\r\n"},
    {"A9 17 digits of zero", "00000000000000000\r\n\r\n"},
    {"A10 CR in an extension", "5;a=\rX\r\nhello\r\n0\r\n\r\n"},
    {"A10 control byte", "5;a\x01\r\nhello\r\n0\r\n\r\n"},
    {"A10 NUL", "5;a\0\r\nhello\r\n0\r\n\r\n"s},
    {"A10 bare semicolon", "5;\r\nhello\r\n0\r\n\r\n"},
    {"A10 no value", "5;a=\r\nhello\r\n0\r\n\r\n"},
    {"A10 unclosed quote", "5;a=\"b\r\nhello\r\n0\r\n\r\n"},
    {"A10 space", "5; a\r\nhello\r\n0\r\n\r\n"},
    {"A10 a line of more than 4 KiB", "1;" + std::string(5000, 'a')},
    {"A11 data longer than its size", "5\r\nhello!\r\n0\r\n\r\n"},
    {"A11 two other bytes after the data", "5\r\nhelloXX0\r\n\r\n"},
    {"A11 a request where the end should be", "0\r\nGET / HTTP/1.1\r\n\r\n"},
    {"A11 space in a trailer's name", "0\r\nA : b\r\n\r\n"},
    {"A11 folded trailer", "0\r\nA: b\r\n c\r\n\r\n"},
    {"too large trailers", "0\r\nA: " + std::string(9000, 'a')},
};

INSTANTIATE_TEST_SUITE_P(FramingRules, RefusedChunks, testing::ValuesIn(kBadChunks));

TEST(BodyDecoder, NeedsTheFinalEmptyLine) {
  EXPECT_EQ(decode("5\r\nhello\r\n0\r\n", BodyLength::chunked()).progress, Progress::need_more);
  EXPECT_EQ(decode("0\r\nX:POST / HTTP/1.1\r\n", BodyLength::chunked()).progress, Progress::need_more);
  EXPECT_EQ(decode("0\r\n\r", BodyLength::chunked()).progress, Progress::need_more);
}

TEST(BodyDecoder, BoundsExtensionsOfAMessageAndCountOfTrailers) {
  std::string chunks;
  for (int i = 0; i < 5; ++i) chunks += "1;" + std::string(4000, 'a') + "\r\nx\r\n";
  EXPECT_EQ(decode(chunks, BodyLength::chunked()).progress, Progress::failed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 33; ++i) trailers += "a: b\r\n";
  EXPECT_EQ(decode(trailers + "\r\n", BodyLength::chunked()).status, 431);
}

TEST(BodyDecoder, TakesAChunkOf16DigitsWithoutOverflow) {
  const Decoded decoded = decode("FFFFFFFFFFFFFFFF\r\nabc", BodyLength::chunked());
  EXPECT_EQ(decoded.progress, Progress::need_more);
  EXPECT_EQ(decoded.data, "abc");
}

}  // namespace
}  // namespace weft::http::h1
