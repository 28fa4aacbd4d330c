#include "http/h2/frame_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weft::http::h2 {
namespace {

// Writes down what it is given.
class Frames final : public FrameSink {
 public:
  Verdict on_frame(const FrameHead& head, std::string_view payload) override {
    note("frame", head, payload);
    return verdict;
  }
  Verdict on_data_begin(const FrameHead& head, uint32_t padding) override {
    note("data", head, std::to_string(padding));
    return {};
  }
  void on_data_piece(std::string_view piece) override { data += piece; }
  Verdict on_data_end(const FrameHead&) override {
    lines.push_back("end " + std::exchange(data, ""));
    return {};
  }
  std::vector<std::string> lines;
  std::string data;
  Verdict verdict;

 private:
  void note(const char* what, const FrameHead& head, std::string_view text) {
    lines.push_back(std::string(what) + " " + std::to_string(static_cast<int>(head.type)) + " " +
                    std::to_string(head.flags) + " " + std::to_string(head.stream) + " " + std::string(text));
  }
};

std::string frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string bytes(kFrameHeadBytes, '\0');
  write_frame_head(bytes.data(), {static_cast<uint32_t>(payload.size()), type, flags, stream});
  return bytes.append(payload);
}

std::string several() {
  return frame(FrameType::ping, 0, 0, "12345678") + frame(FrameType::data, kEndStream, 3, "hello") +
         frame(FrameType::data, kPadded, 5, std::string("\2", 1) + "abc" + std::string(2, '\0')) +
         frame(FrameType::data, 0, 7, "") + frame(FrameType::settings, kAck, 0, "");
}

const std::vector<std::string> kSeveral = {
    "frame 6 0 0 12345678", "data 0 1 3 0", "end hello",   "data 0 8 5 3", "end abc",
    "data 0 0 7 0",         "end ",         "frame 4 1 0 "};

TEST(FrameReader, cuts_bytes_into_frames) {
  Frames frames;
  FrameReader reader{""};
  EXPECT_FALSE(reader.read(several(), frames));
  EXPECT_EQ(frames.lines, kSeveral);
  EXPECT_TRUE(reader.is_between_frames());
}

TEST(FrameReader, reads_the_same_however_the_bytes_are_cut) {
  const std::string bytes = several();
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    Frames frames;
    FrameReader reader{""};
    EXPECT_FALSE(reader.read(std::string_view(bytes).substr(0, cut), frames));
    EXPECT_FALSE(reader.read(std::string_view(bytes).substr(cut), frames));
    EXPECT_EQ(frames.lines, kSeveral) << "cut at " << cut;
  }
  Frames frames;
  FrameReader reader{""};
  for (const char byte : bytes) EXPECT_FALSE(reader.read({&byte, 1}, frames));
  EXPECT_EQ(frames.lines, kSeveral);
}

TEST(FrameReader, drops_the_reserved_bit_of_stream_ids) {
  Frames frames;
  FrameReader reader{""};
  std::string bytes = frame(FrameType::ping, 0, 0, "");
  bytes[5] = '\x80';
  EXPECT_FALSE(reader.read(bytes, frames));
  EXPECT_EQ(frames.lines, std::vector<std::string>{"frame 6 0 0 "});
}

TEST(FrameReader, wants_the_preface_first) {
  Frames frames;
  FrameReader good{"PRI"};
  EXPECT_FALSE(good.read("P", frames));
  EXPECT_FALSE(good.read("RI" + several(), frames));
  EXPECT_EQ(frames.lines, kSeveral);
  FrameReader bad{"PRI"};
  EXPECT_EQ(bad.read("PRX", frames)->code, ErrorCode::protocol_error);
}

TEST(FrameReader, refuses_frames_over_the_largest_size) {
  Frames frames;
  FrameReader reader{""};
  const std::string largest = frame(FrameType::ping, 0, 0, std::string(kFrameBytesDefault, 'x'));
  EXPECT_FALSE(reader.read(largest, frames));
  const std::string larger = frame(FrameType::ping, 0, 0, std::string(kFrameBytesDefault + 1, 'x'));
  EXPECT_EQ(reader.read(larger.substr(0, kFrameHeadBytes), frames)->code, ErrorCode::frame_size_error);
}

TEST(FrameReader, refuses_padding_that_does_not_fit) {
  for (const std::string_view payload : {std::string_view("\4abc", 4), std::string_view("\1", 1)}) {
    Frames frames;
    FrameReader reader{""};
    EXPECT_EQ(reader.read(frame(FrameType::data, kPadded, 1, payload), frames)->code, ErrorCode::protocol_error);
  }
  Frames frames;
  FrameReader reader{""};
  EXPECT_EQ(reader.read(frame(FrameType::data, kPadded, 1, ""), frames)->code, ErrorCode::frame_size_error);
}

TEST(FrameReader, stops_at_a_breach) {
  Frames frames;
  frames.verdict = Breach{ErrorCode::internal_error, "enough"};
  FrameReader reader{""};
  EXPECT_EQ(reader.read(several(), frames)->why, "enough");
  EXPECT_EQ(frames.lines.size(), 1u);
}

}  // namespace
}  // namespace weft::http::h2
