#include "http/h2/framing.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>

#include "base/assert.h"
#include "http/h2/frame_writer.h"
#include "http/preface.h"

namespace weft::http::h2 {
Framing::Framing(Role role, const Settings& settings, StreamSource* source)
    : role_(role),
      settings_(settings),
      source_(source),
      reader_(role == Role::server ? kHttp2Preface : std::string_view()),
      next_id_(role == Role::client ? 1 : 2) {
  if (role == Role::client) output_.append(kHttp2Preface);
  announce(settings);
}

void Framing::announce(const Settings& settings) {
  const SettingValue for_role = role_ == Role::client
                                    ? SettingValue{Setting::enable_push, 0}
                                    : SettingValue{Setting::max_concurrent_streams, settings.streams_max};
  const bool multiplexes = role_ == Role::client && settings.multiplexes;
  const bool takes_connect = role_ == Role::server && settings.takes_connect_protocol;
  const std::array<SettingValue, 4> values = {
      {for_role,
       {Setting::initial_window_size, settings.stream_window},
       {Setting::max_header_list_size, settings.head_bytes_max},
       {multiplexes ? Setting::multiplexes : Setting::enable_connect_protocol, 1}}};
  append_settings(output_, std::span(values).first(multiplexes || takes_connect ? 4 : 3));
  if (settings.connection_window <= kWindowDefault) return;
  append_window_update(output_, 0, settings.connection_window - kWindowDefault);
  receive_window_ = settings.connection_window;
}

void Framing::register_stream(uint32_t id, FramedStream& stream) {
  stream.id_ = id;
  stream.send_window_ = peer_window_;
  stream.receive_window_ = our_window_;
  stream.is_registered_ = true;
  streams_.insert(id, stream);
  overhead_.add(Limits::kOverheadPerStream);
}

void Framing::remove(FramedStream& stream, Ending ending) {
  streams_.erase(stream.id_, ending);
  held_heads_ -= stream.head_size_;
  stream.is_registered_ = stream.waits_to_send_ = false;
  if (data_to_ == &stream) data_to_ = nullptr;
  stream.unlink();
}

Result<> Framing::submit(const RequestHead& head, MessageBody body, FramedStream& stream) {
  if (!can_submit())
    return fail(Reason::unavailable, "the HTTP/2 connection takes no new streams", Side::endpoint, Retry::safe);
  register_stream(static_cast<uint32_t>(next_id_), stream);
  next_id_ += 2;
  stream.has_no_body_ = head.is_head();
  stream.may_be_tunnel_ = head.is_connect() || head.headers.has(HeaderId::upgrade);
  encoder_.begin(fields_out_);
  write_request_line(head);
  write_fields(head.headers);
  write_section(stream.id_, body);
  if (body == MessageBody::none) end_of_ours(stream);
  return {};
}

// Which pseudo fields a request has, depends on whether it asks for a tunnel (RFC 9113 8.3.1, 8.5; RFC 8441 4).
void Framing::write_request_line(const RequestHead& head) {
  const auto protocol = head.headers.get(HeaderId::upgrade);
  encoder_.add(fields_out_, hpack::Pseudo::method, protocol ? std::string_view("CONNECT") : head.method);
  if (protocol) encoder_.add(fields_out_, hpack::Pseudo::protocol, *protocol);
  if (protocol || !head.is_connect()) {
    encoder_.add(fields_out_, hpack::Pseudo::scheme, head.scheme);
    encoder_.add(fields_out_, hpack::Pseudo::path, head.path);
  }
  encoder_.add(fields_out_, hpack::Pseudo::authority, head.authority);
}

// Upgrade is in the pseudo fields, or in the status.
void Framing::write_fields(const Headers& headers) {
  for (const Field& field : headers) {
    if (field.id != HeaderId::upgrade) encoder_.add(fields_out_, field);
  }
}

void Framing::respond(FramedStream& stream, const ResponseHead& head, MessageBody body) {
  if (!stream.is_registered_ || stream.we_have_ended_) return;
  std::array<char, 5> status{};
  const uint16_t told = head.status == 101 ? uint16_t{200} : head.status;
  const auto end = std::to_chars(status.data(), status.data() + status.size(), told).ptr;
  encoder_.begin(fields_out_);
  encoder_.add(fields_out_, hpack::Pseudo::status, {status.data(), end});
  write_fields(head.headers);
  const bool ends = body == MessageBody::none && !head.is_informational();
  write_section(stream.id_, ends ? MessageBody::none : MessageBody::follows);
  if (ends) end_of_ours(stream);
}

void Framing::send_trailers(FramedStream& stream, const Headers& trailers) {
  if (!stream.is_registered_ || stream.we_have_ended_) return;
  encoder_.begin(fields_out_);
  for (const Field& field : trailers) encoder_.add(fields_out_, field);
  write_section(stream.id_, MessageBody::none);
  end_of_ours(stream);
}

// What lies in fields_out_, in as many frames as it takes (RFC 9113 4.3). They are no larger than every peer takes:
// larger ones gain nothing, and make others wait.
void Framing::write_section(uint32_t stream, MessageBody body) {
  std::string_view block = fields_out_.readable();
  FrameHead head{.type = FrameType::headers, .stream = stream};
  if (body == MessageBody::none) head.flags = kEndStream;
  do {
    head.size = static_cast<uint32_t>(std::min<size_t>(block.size(), kFrameBytesDefault));
    if (head.size == block.size()) head.flags |= kEndHeaders;
    append_frame_head(output_, head);
    output_.append(block.substr(0, head.size));
    block.remove_prefix(head.size);
    head.type = FrameType::continuation;
    head.flags = 0;
  } while (!block.empty());
  fields_out_.clear();
}

size_t Framing::room_for(const FramedStream& stream) const {
  const size_t output_left = Limits::kOutputMax - std::min(Limits::kOutputMax, output_.size());
  const int64_t window = std::min(stream.send_window_, send_window_);
  return std::min({static_cast<size_t>(std::max<int64_t>(window, 0)), output_left, size_t{kFrameBytesDefault}});
}

// One frame each while others wait, so that a large body holds nobody up.
size_t Framing::send(FramedStream& stream, std::string_view bytes, Part part) {
  if (!stream.is_registered_ || stream.we_have_ended_) return bytes.size();
  const bool waits_in_line = !ready_.empty() && !is_filling_;
  size_t taken = 0;
  while (taken < bytes.size() && !waits_in_line) {
    const size_t size = std::min(bytes.size() - taken, room_for(stream));
    if (size == 0) break;
    const bool ends = part == Part::last && taken + size == bytes.size();
    append_frame_head(output_, {.size = static_cast<uint32_t>(size),
                                .type = FrameType::data,
                                .flags = ends ? kEndStream : uint8_t{0},
                                .stream = stream.id_});
    output_.append(bytes.substr(taken, size));
    taken += size;
    stream.send_window_ -= static_cast<int64_t>(size);
    send_window_ -= static_cast<int64_t>(size);
    overhead_.add(Limits::kOverheadPerStream);
    if (!ready_.empty()) break;
  }
  if (taken < bytes.size()) {
    wait_to_send(stream);
  } else if (part == Part::last) {
    if (bytes.empty())
      append_frame_head(output_, {.size = 0, .type = FrameType::data, .flags = kEndStream, .stream = stream.id_});
    end_of_ours(stream);
  }
  return taken;
}

// In line for the output and the connection's window; or, without a window of its own, until the peer opens that.
void Framing::wait_to_send(FramedStream& stream) {
  stream.waits_to_send_ = true;
  if (stream.send_window_ > 0) ready_.push_back(stream);
}

void Framing::fill_output() {
  is_filling_ = true;
  while (!ready_.empty() && send_window_ > 0 && output_.size() < Limits::kOutputMax) {
    FramedStream& stream = ready_.pop_front();
    stream.waits_to_send_ = false;
    stream.on_writable();
  }
  is_filling_ = false;
  answers_pending_ = 0;
}

void Framing::end_of_ours(FramedStream& stream) {
  stream.we_have_ended_ = true;
  if (!stream.peer_has_ended_) return;
  remove(stream, Ending::by_both_ends);
  stream.on_closed(ErrorCode::no_error);
}

// The window of the connection opens when half of it is used up: seldom enough to cost nothing, early enough that a
// peer need not wait.
void Framing::give_back(size_t size) {
  consumed_ += size;
  if (consumed_ < static_cast<uint64_t>(receive_window_max()) / 2) return;
  append_window_update(output_, 0, static_cast<uint32_t>(consumed_));
  receive_window_ += static_cast<int64_t>(consumed_);
  consumed_ = 0;
}

void Framing::consumed(FramedStream& stream, size_t size) {
  give_back(size);
  if (!stream.is_registered_ || stream.peer_has_ended_) return;
  stream.consumed_ += static_cast<uint32_t>(size);
  if (stream.consumed_ < our_window_ / 2) return;
  append_window_update(output_, stream.id_, stream.consumed_);
  stream.receive_window_ += stream.consumed_;
  stream.consumed_ = 0;
}

void Framing::reset(FramedStream& stream, ErrorCode code) {
  if (!stream.is_registered_) return;
  append_rst_stream(output_, stream.id_, code);
  remove(stream, Ending::by_us);
}

void Framing::ping() {
  append_ping(output_, std::string_view("weft\0\0\0\0", 8), 0);
}

void Framing::go_away(ErrorCode code) {
  append_goaway(output_, last_peer_stream_, code, {});
}

void Framing::announce_leaving() {
  append_goaway(output_, kStreamIdMost, ErrorCode::no_error, {});
}

void Framing::finish_streams() {
  is_finishing_ = true;
  append_goaway(output_, last_peer_stream_, ErrorCode::no_error, {});
}

bool Framing::is_over() const {
  return breach_ || ((is_draining_ || is_finishing_) && streams_.empty());
}

Error Framing::end_reason() const {
  if (!breach_)
    return {.reason = Reason::closed, .detail = "the peer ended the HTTP/2 connection", .side = Side::endpoint};
  return {.reason = Reason::malformed,
          .detail = "HTTP/2: " + std::string(breach_->why),
          .side = Side::endpoint,
          .retry = Retry::unsafe};
}

void Framing::release_memory() {
  if (output_.empty()) output_.release();
  fields_out_.release();
  if (section_.stream == 0) section_.block.release();
  decoder_.release_memory();
  if (streams_.empty()) streams_.release_memory();
}

}  // namespace weft::http::h2
