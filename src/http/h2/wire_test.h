// For tests of Framing: one end of a connection, to which the test sends raw frames, honest or not, and whose answers
// it reads as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/h2/framing.h"

namespace weft::http::h2 {

// A stream that writes down what happens to it. Reads at once unless told to hold back.
class NotedStream final : public FramedStream {
 public:
  explicit NotedStream(Framing*& framing) : framing_(&framing) {}

  bool on_field(const hpack::DecodedField& field) override {
    events.push_back(std::string(field.name) + "=" + std::string(field.value));
    return field.name != "unwanted";
  }
  void on_section_end() override { events.emplace_back("head"); }
  void on_data(std::string_view bytes) override {
    events.push_back("data " + std::to_string(bytes.size()));
    if (reads) (*framing_)->consumed(*this, bytes.size());
  }
  void on_end() override { events.emplace_back("end"); }
  void on_writable() override { pending.erase(0, (*framing_)->send(*this, pending, Part::last)); }
  void on_closed(ErrorCode code) override { events.push_back("closed " + std::to_string(static_cast<uint32_t>(code))); }
  void on_broken(Error why) override { events.push_back("broken: " + why.detail); }

  // Sends a whole body, as far as it goes at once; the rest when it can.
  void send(std::string bytes) {
    pending = std::move(bytes);
    on_writable();
  }

  std::vector<std::string> events;
  std::string pending;
  bool reads = true;

 private:
  Framing** framing_;
};

// See the head of this file. Time stands still until the test moves it.
class Wire final : public StreamSource {
 public:
  explicit Wire(Role role, Settings settings = {}) : framing_(std::make_unique<Framing>(role, settings, this)) {
    at_ = framing_.get();
  }

  Framing& framing() { return *framing_; }
  FramedStream* on_stream() override {
    if (refuses) return nullptr;
    return streams.emplace_back(std::make_unique<NotedStream>(at_)).get();
  }
  NotedStream& open(const RequestHead& head, MessageBody body) {
    auto& stream = *streams.emplace_back(std::make_unique<NotedStream>(at_));
    EXPECT_TRUE(framing_->submit(head, body, stream));
    return stream;
  }

  // false: the connection is over.
  bool send(std::string_view bytes) {
    sent += bytes.size();
    return framing_->receive(bytes, now).has_value();
  }
  // What comes before all else: preface and an empty SETTINGS.
  void greet(Role role) {
    EXPECT_TRUE(send(role == Role::server ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" : ""));
    EXPECT_TRUE(send(frame(FrameType::settings, 0, 0, "")));
    answers();
  }

  static std::string frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
    std::string bytes(kFrameHeadBytes, '\0');
    write_frame_head(bytes.data(), {static_cast<uint32_t>(payload.size()), type, flags, stream});
    return bytes.append(payload);
  }
  static std::string number(uint32_t value) {
    std::string bytes(4, '\0');
    write_u32(bytes.data(), value);
    return bytes;
  }
  // ":method GET, :scheme http, :path /" of the static table, and ":authority: a".
  static std::string get() {
    return std::string(
        "\x82\x86\x84\x01\x01"
        "a",
        6);
  }
  static std::string headers(uint32_t stream, uint8_t flags = kEndStream | kEndHeaders, std::string block = get()) {
    return frame(FrameType::headers, flags, stream, block);
  }
  static std::string literal(std::string_view name, std::string_view value) {
    std::string field("\0", 1);
    field.append(1, static_cast<char>(name.size())).append(name);
    return field.append(1, static_cast<char>(value.size())).append(value);
  }

  // The frames that it has to send, one word and its numbers each: "GOAWAY 1", "RST 3 8", "HEADERS 1", "DATA 1 5", ...
  std::vector<std::string> answers() {
    framing_->fill_output();
    std::vector<std::string> words;
    ByteBuffer& output = framing_->output();
    std::string_view bytes = output.readable();
    if (bytes.starts_with("PRI")) bytes.remove_prefix(24);
    while (!bytes.empty()) {
      const FrameHead head = read_frame_head(bytes.data());
      words.push_back(word_for(head, bytes.substr(kFrameHeadBytes, head.size)));
      bytes.remove_prefix(kFrameHeadBytes + head.size);
    }
    output.clear();
    return words;
  }

  std::vector<std::unique_ptr<NotedStream>> streams;
  Time now = Time{} + std::chrono::hours(1);
  size_t sent = 0;
  bool refuses = false;

 private:
  static std::string word_for(const FrameHead& head, std::string_view payload) {
    const std::string stream = std::to_string(head.stream);
    const std::string ends = head.has(kEndStream) ? " end" : "";
    switch (head.type) {
      case FrameType::data:
        return "DATA " + stream + " " + std::to_string(head.size) + ends;
      case FrameType::headers:
        return "HEADERS " + stream + ends;
      case FrameType::rst_stream:
        return "RST " + stream + " " + std::to_string(read_u32(payload.data()));
      case FrameType::settings:
        return head.has(kAck) ? "SETTINGS ack" : "SETTINGS";
      case FrameType::ping:
        return head.has(kAck) ? "PING ack" : "PING";
      case FrameType::goaway:
        return "GOAWAY " + std::to_string(read_u32(payload.data())) + " " +
               std::to_string(read_u32(payload.data() + 4));
      case FrameType::window_update:
        return "WINDOW " + stream + " " + std::to_string(read_u32(payload.data()));
      default:
        return "FRAME " + std::to_string(static_cast<int>(head.type)) + " " + stream;
    }
  }

  std::unique_ptr<Framing> framing_;
  Framing* at_ = nullptr;
};

}  // namespace weft::http::h2
