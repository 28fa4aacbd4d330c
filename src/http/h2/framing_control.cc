// What the peer's frames do to the connection as such: settings, windows, resets, signs of life and of leaving.
// Framing's receiving half, with framing_receive.cc.
#include <vector>

#include "http/h2/frame_writer.h"
#include "http/h2/framing.h"

namespace weft::http::h2 {

Verdict Framing::on_priority(const FrameHead& head, std::string_view payload) {
  if (head.stream == 0) return protocol_error("PRIORITY on stream 0");
  const bool is_sound = payload.size() == 5 && !names_itself(head.stream, payload.data());
  if (is_sound) return count_overhead();
  const ErrorCode code = payload.size() == 5 ? ErrorCode::protocol_error : ErrorCode::frame_size_error;
  FramedStream* const stream = streams_.find(head.stream);
  if (stream == nullptr) return Breach{code, "a PRIORITY frame that makes no sense"};
  return break_stream(*stream, code, Reason::malformed, "a PRIORITY frame that makes no sense");
}

Verdict Framing::on_rst_stream(const FrameHead& head, std::string_view payload) {
  if (payload.size() != 4) return size_error("RST_STREAM of a wrong size");
  if (head.stream == 0 || is_idle(head.stream)) return protocol_error("RST_STREAM on a stream that was not opened");
  if (FramedStream* const stream = streams_.find(head.stream)) {
    remove(*stream, Ending::by_both_ends);
    stream->on_closed(static_cast<ErrorCode>(read_u32(payload.data())));
  }
  // A client's streams are its own: an endpoint that resets them is asked no more often for it.
  return role_ == Role::server ? count_reset() : Verdict{};
}

Verdict Framing::on_settings(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return protocol_error("SETTINGS on a stream");
  if (head.has(kAck)) {
    if (!payload.empty()) return size_error("an acknowledgement of SETTINGS with content");
    const int64_t change = int64_t{settings_.stream_window} - our_window_;
    our_window_ = settings_.stream_window;
    streams_.for_each([&](FramedStream& stream) { stream.receive_window_ += change; });
    return count_overhead();
  }
  if (payload.size() % 6 != 0) return size_error("SETTINGS of a wrong size");
  if (payload.size() / 6 > Limits::kSettingsEntriesMax) return too_much("too many settings at once");
  for (; !payload.empty(); payload.remove_prefix(6)) {
    if (auto breach = apply(static_cast<Setting>(read_u16(payload.data())), read_u32(payload.data() + 2)))
      return breach;
  }
  has_settings_ = true;
  append_settings_ack(output_);
  return count_answer();
}

Verdict Framing::apply(Setting id, uint32_t value) {
  switch (id) {
    case Setting::header_table_size:
      encoder_.limit_table(value);
      return {};
    case Setting::enable_push:
      if (value > (role_ == Role::server ? 1u : 0u)) return protocol_error("ENABLE_PUSH out of range");
      return {};
    case Setting::max_concurrent_streams:
      peer_streams_max_ = value;
      return {};
    case Setting::initial_window_size:
      return apply_window(value);
    case Setting::max_frame_size:
      if (value < kFrameBytesDefault || value > kFrameBytesMost) return protocol_error("MAX_FRAME_SIZE out of range");
      return {};
    case Setting::enable_connect_protocol:
      if (value > 1 || (value == 0 && peer_takes_connect_protocol_))
        return protocol_error("ENABLE_CONNECT_PROTOCOL out of range");
      peer_takes_connect_protocol_ = value == 1;
      return {};
    case Setting::multiplexes:
      peer_multiplexes_ = value == 1;
      return {};
    case Setting::max_header_list_size:
      return {};  // advice; a peer that refuses a section says so
  }
  return {};  // unknown ones are passed over (6.5.2)
}

// Changes the windows of all streams, which may become negative (RFC 9113 6.9.2).
Verdict Framing::apply_window(uint32_t value) {
  if (value > kWindowMost) return Breach{ErrorCode::flow_control_error, "INITIAL_WINDOW_SIZE out of range"};
  const int64_t change = int64_t{value} - peer_window_;
  peer_window_ = value;
  bool overflows = false;
  streams_.for_each([&](FramedStream& stream) {
    stream.send_window_ += change;
    overflows |= stream.send_window_ > kWindowMost;
    if (stream.waits_to_send_ && stream.send_window_ > 0 && !stream.is_linked()) ready_.push_back(stream);
  });
  if (overflows) return Breach{ErrorCode::flow_control_error, "a window passes its largest size"};
  return {};
}

Verdict Framing::on_ping(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return protocol_error("PING on a stream");
  if (payload.size() != 8) return size_error("PING of a wrong size");
  if (head.has(kAck)) return count_overhead();
  append_ping(output_, payload, kAck);
  return count_answer();
}

// Streams above the last id were not looked at, and may be tried elsewhere (RFC 9113 6.8).
Verdict Framing::on_goaway(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return protocol_error("GOAWAY on a stream");
  if (payload.size() < 8) return size_error("GOAWAY of a wrong size");
  is_draining_ = true;
  const uint32_t last = read_u32(payload.data()) & kStreamIdMost;
  std::vector<FramedStream*> unseen;
  streams_.for_each([&](FramedStream& stream) {
    if (is_ours(stream.id_) && stream.id_ > last) unseen.push_back(&stream);
  });
  for (FramedStream* stream : unseen) {
    remove(*stream, Ending::by_us);
    stream->on_closed(ErrorCode::refused_stream);
  }
  return count_overhead();
}

Verdict Framing::on_window_update(const FrameHead& head, std::string_view payload) {
  if (payload.size() != 4) return size_error("WINDOW_UPDATE of a wrong size");
  const uint32_t more = read_u32(payload.data()) & kStreamIdMost;
  if (more == 0) return protocol_error("a WINDOW_UPDATE of nothing");
  if (auto breach = count_overhead()) return breach;
  if (head.stream == 0) {
    send_window_ += more;
    if (send_window_ > kWindowMost) return Breach{ErrorCode::flow_control_error, "a window passes its largest size"};
    return {};
  }
  FramedStream* const stream = streams_.find(head.stream);
  if (stream == nullptr)
    return is_idle(head.stream) ? Verdict(protocol_error("WINDOW_UPDATE on a stream that was not opened")) : Verdict{};
  stream->send_window_ += more;
  if (stream->send_window_ > kWindowMost)
    return break_stream(*stream, ErrorCode::flow_control_error, Reason::malformed, "a window passes its largest size");
  if (stream->waits_to_send_ && stream->send_window_ > 0 && !stream->is_linked()) ready_.push_back(*stream);
  return {};
}

}  // namespace weft::http::h2
