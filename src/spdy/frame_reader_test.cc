#include "spdy/frame_reader.h"

#include <gtest/gtest.h>

#include "spdy/frames.h"
#include "spdy/numbers.h"

namespace weft::spdy {
namespace {

std::string control(uint16_t type, const std::string& body, uint8_t flags = 0) {
  std::string frame;
  append_number(frame, uint32_t{0x8003} << 16 | type);
  append_number(frame, uint32_t{flags} << 24 | static_cast<uint32_t>(body.size()));
  return frame + body;
}

std::string syn_stream(uint32_t stream, const HeaderBlock& headers, HeaderWriter& writer, uint8_t flags = 0) {
  std::string body;
  append_number(body, stream);
  body += std::string(6, '\0');
  return control(1, body + writer.write(headers), flags);
}

TEST(SpdyFrameReader, ReadsStreamsWithHeadersOfOneCompression) {
  HeaderWriter writer;
  FrameReader reader;
  reader.append(syn_stream(1, {{"streamtype", "error"}}, writer));
  reader.append(syn_stream(3, {{"streamtype", "stdin"}, {"port", "80"}}, writer, 1));
  const auto first = reader.next().value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->what, Event::What::opened);
  EXPECT_EQ(first->stream, 1u);
  EXPECT_FALSE(first->is_last);
  EXPECT_EQ(first->headers.at("streamtype"), "error");
  const auto second = reader.next().value();
  EXPECT_TRUE(second->is_last);
  EXPECT_EQ(second->headers, (HeaderBlock{{"port", "80"}, {"streamtype", "stdin"}}));
  EXPECT_FALSE(reader.next().value());
}

TEST(SpdyFrameReader, ReadsDataWhateverPiecesItComesIn) {
  FrameReader reader;
  const std::string frame = data_frame(5, "hello", Fin::yes);
  for (size_t i = 0; i + 1 < frame.size(); ++i) {
    reader.append(frame.substr(i, 1));
    EXPECT_FALSE(reader.next().value());
  }
  reader.append(frame.substr(frame.size() - 1));
  const auto event = reader.next().value();
  EXPECT_EQ(event->what, Event::What::data);
  EXPECT_EQ(event->stream, 5u);
  EXPECT_EQ(event->data, "hello");
  EXPECT_TRUE(event->is_last);
}

TEST(SpdyFrameReader, ReadsWhatElseAClientMaySay) {
  FrameReader reader;
  reader.append(control(4, std::string(4, '\0')));  // SETTINGS, of no use here
  reader.append(ping_frame(7));
  reader.append(refusal_frame(9));
  reader.append(control(7, std::string(8, '\0')));
  const auto ping = reader.next().value();
  EXPECT_EQ(ping->what, Event::What::ping);
  EXPECT_EQ(ping->stream, 7u);
  const auto reset = reader.next().value();
  EXPECT_EQ(reset->what, Event::What::reset);
  EXPECT_EQ(reset->stream, 9u);
  EXPECT_EQ(reader.next().value()->what, Event::What::left);
}

TEST(SpdyFrameReader, RefusesWhatIsNoSpdy) {
  HeaderWriter writer;
  for (const std::string& bytes :
       {control(1, "short"), control(2, std::string(8, 'x')), control(3, ""), control(6, "abc"), control(8, "x"),
        control(1, std::string(10, '\0') + "not zlib"), std::string("\x80\x02\x00\x01\x00\x00\x00\x00", 8),
        std::string("\x00\x00\x00\x01\x00\xff\xff\xff", 8)}) {
    FrameReader reader;
    reader.append(bytes);
    EXPECT_FALSE(reader.next()) << testing::PrintToString(bytes);
  }
}

TEST(SpdyHeaderBlock, IsRefusedWhenItExpandsTooFar) {
  HeaderWriter writer;
  HeaderReader reader;
  EXPECT_EQ(reader.read(writer.write({{"a", std::string(2 * kHeaderBlockMax, 'x')}})).error().reason,
            Reason::too_large);
}

TEST(SpdyHeaderBlock, IsRefusedWhenItsCountsLie) {
  for (const HeaderBlock& block : {HeaderBlock{}, HeaderBlock{{"name", "value"}}}) {
    HeaderWriter writer;
    const std::string whole = writer.write(block);
    HeaderReader reader;
    EXPECT_EQ(reader.read(whole).value(), block);
    HeaderReader other;
    EXPECT_FALSE(other.read(whole.substr(0, whole.size() / 2)));
  }
}

}  // namespace
}  // namespace weft::spdy
