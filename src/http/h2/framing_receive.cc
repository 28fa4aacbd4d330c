// What the peer's frames do to streams: heads, bodies, trailers. Framing's receiving half, with framing_control.cc.
#include <algorithm>
#include <string>
#include <utility>

#include "http/h2/frame_writer.h"
#include "http/h2/framing.h"

namespace weft::http::h2 {
namespace {

constexpr uint64_t kTrailerBytesMax = 8 * 1024;
constexpr uint32_t kTrailerFieldsMax = 32;

// What is left of a HEADERS frame without its padding. false: there is more padding than frame.
bool strip_padding(const FrameHead& head, std::string_view& payload) {
  if (!head.has(kPadded)) return true;
  if (payload.empty()) return false;
  const auto padding = static_cast<unsigned char>(payload.front());
  payload.remove_prefix(1);
  if (padding > payload.size()) return false;
  payload.remove_suffix(padding);
  return true;
}

}  // namespace

Result<> Framing::receive(std::string_view bytes, Time now) {
  if (breach_) return fail(end_reason());
  now_ = now;
  received_ += bytes.size();
  breach_ = reader_.read(bytes, *this);
  if (!breach_) return {};
  append_goaway(output_, last_peer_stream_, breach_->code, breach_->why);
  return fail(end_reason());
}

Verdict Framing::on_frame(const FrameHead& head, std::string_view payload) {
  if (auto breach = check_order(head)) return breach;
  return dispatch(head, payload);
}

// SETTINGS first (RFC 9113 3.4); nothing between the frames of one section (6.10).
Verdict Framing::check_order(const FrameHead& head) {
  if (!has_settings_ && (head.type != FrameType::settings || head.has(kAck)))
    return protocol_error("the first frame is not SETTINGS");
  if (section_.stream == 0) return {};
  if (head.type != FrameType::continuation || head.stream != section_.stream)
    return protocol_error("a frame between HEADERS and its CONTINUATION");
  return {};
}

Verdict Framing::dispatch(const FrameHead& head, std::string_view payload) {
  switch (head.type) {
    case FrameType::headers:
      return on_headers(head, payload);
    case FrameType::continuation:
      return on_continuation(head, payload);
    case FrameType::priority:
      return on_priority(head, payload);
    case FrameType::rst_stream:
      return on_rst_stream(head, payload);
    case FrameType::settings:
      return on_settings(head, payload);
    case FrameType::push_promise:  // servers push only where they may, and here they may not (8.4)
      return protocol_error("PUSH_PROMISE was not allowed");
    case FrameType::ping:
      return on_ping(head, payload);
    case FrameType::goaway:
      return on_goaway(head, payload);
    case FrameType::window_update:
      return on_window_update(head, payload);
    case FrameType::data:  // comes by on_data_begin()
      break;
  }
  return count_overhead();  // unknown types are passed over (RFC 9113 5.5)
}

Verdict Framing::on_headers(const FrameHead& head, std::string_view payload) {
  if (head.stream == 0) return protocol_error("HEADERS on stream 0");
  if (!strip_padding(head, payload)) return protocol_error("more padding than HEADERS");
  bool depends_on_itself = false;
  if (head.has(kPriority)) {
    if (payload.size() < 5) return size_error("HEADERS without its priority");
    depends_on_itself = names_itself(head.stream, payload.data());
    payload.remove_prefix(5);
  }
  if (head.has(kEndHeaders)) return on_section(head.stream, head.has(kEndStream), depends_on_itself, payload);
  section_.stream = head.stream;
  section_.ends_stream = head.has(kEndStream);
  section_.depends_on_itself = depends_on_itself;
  section_.continuations = 0;
  section_.block.clear();
  section_.block.append(payload);
  return {};
}

Verdict Framing::on_continuation(const FrameHead& head, std::string_view payload) {
  if (section_.stream == 0) return protocol_error("CONTINUATION without HEADERS");
  if (++section_.continuations > Limits::kContinuationsMax) return too_much("too many CONTINUATION frames");
  section_.block.append(payload);
  if (section_.block.size() > Limits::kSectionBytesMax) return too_much("a field section without end");
  if (!head.has(kEndHeaders)) return {};
  const uint32_t stream = std::exchange(section_.stream, 0);
  auto breach = on_section(stream, section_.ends_stream, section_.depends_on_itself, section_.block.readable());
  section_.block.clear();
  section_.block.release();
  return breach;
}

// Every section goes through HPACK, also one that nobody wants: it may change the table (RFC 9113 4.3).
Verdict Framing::on_section(uint32_t id, bool ends_stream, bool depends_on_itself, std::string_view block) {
  Addressee to;
  if (auto breach = find_addressee(id, to)) return breach;
  const bool is_closed = to.stream != nullptr && to.stream->peer_has_ended_;
  FramedStream* const reader = is_closed ? nullptr : to.stream;
  const bool is_trailers = to.kind == SectionKind::trailers;
  const uint64_t may_hold = Limits::kHeldHeadsBase + Limits::kHeldHeadsPerReceived * received_;
  const uint64_t left = may_hold - std::min(may_hold, held_heads_);
  section_reader_.begin(to.kind, reader,
                        {.bytes = std::min(left, is_trailers ? kTrailerBytesMax : uint64_t{settings_.head_bytes_max}),
                         .fields = is_trailers ? kTrailerFieldsMax : settings_.fields_max},
                        settings_.takes_connect_protocol ? ExtendedConnect::taken : ExtendedConnect::unknown);
  if (!decoder_.decode(block, section_reader_))
    return Breach{ErrorCode::compression_error, "a field section that is no HPACK"};
  const SectionOutcome outcome = section_reader_.end();
  if (outcome == SectionOutcome::too_large && ++refused_sections_ > Limits::kRefusedSectionsMax)
    return too_much("field sections over the limit, again and again");
  if (to.stream == nullptr) return {};
  if (is_closed)
    return break_stream(*to.stream, ErrorCode::stream_closed, Reason::malformed, "HEADERS after the end of the stream");
  if (depends_on_itself)
    return break_stream(*to.stream, ErrorCode::protocol_error, Reason::malformed, "the stream depends on itself");
  if (outcome == SectionOutcome::too_large)
    return break_stream(*to.stream, ErrorCode::enhance_your_calm, Reason::too_large,
                        "the fields of an HTTP/2 message pass the limit");
  if (outcome != SectionOutcome::good)
    return break_stream(*to.stream, ErrorCode::protocol_error, Reason::malformed, "the fields are malformed");
  return take_section(*to.stream, to.kind, ends_stream);
}

Verdict Framing::find_addressee(uint32_t id, Addressee& to) {
  to.stream = streams_.find(id);
  if (to.stream != nullptr) {
    const bool has_head = to.stream->has_head_;
    to.kind = has_head ? SectionKind::trailers : is_ours(id) ? SectionKind::response : SectionKind::request;
    return {};
  }
  if (is_idle(id) && !is_ours(id) && role_ == Role::server) return find_request(id, to);
  if (is_idle(id)) return protocol_error("HEADERS on a stream that was not opened");
  switch (streams_.ending_of(id)) {
    case Ending::by_us:
      return {};
    case Ending::by_both_ends:
      return late_section(id);
    case Ending::unknown:
      return protocol_error("HEADERS with an id that is too low");
  }
  return {};
}

// For a stream that has ended. A connection may end of it (RFC 9113 5.1, "closed"), and with clients it does; but
// gRPC's servers end a call twice when its deadline and its cancellation meet, and other calls share the connection.
Verdict Framing::late_section(uint32_t id) {
  if (role_ == Role::server) return Breach{ErrorCode::stream_closed, "HEADERS on a closed stream"};
  append_rst_stream(output_, id, ErrorCode::stream_closed);
  return count_reset();
}

// A new stream of a client.
Verdict Framing::find_request(uint32_t id, Addressee& to) {
  last_peer_stream_ = id;
  if (is_finishing_) {
    streams_.note_ended(id, Ending::by_us);  // not served: the GOAWAY says so
    return {};
  }
  to.stream = streams_.size() < settings_.streams_max ? source_->on_stream() : nullptr;
  if (to.stream == nullptr) return refuse(id);
  register_stream(id, *to.stream);
  return {};
}

Verdict Framing::refuse(uint32_t id) {
  append_rst_stream(output_, id, ErrorCode::refused_stream);
  streams_.note_ended(id, Ending::by_us);
  return count_reset();
}

Verdict Framing::take_section(FramedStream& stream, SectionKind kind, bool ends_stream) {
  const bool is_interim = section_reader_.is_interim();
  if (kind == SectionKind::trailers ? !ends_stream : is_interim && ends_stream)
    return break_stream(stream, ErrorCode::protocol_error, Reason::malformed,
                        "a section in the wrong place of its stream");
  const auto size = static_cast<uint32_t>(section_reader_.size());
  stream.head_size_ += size;
  held_heads_ += size;
  if (kind != SectionKind::trailers && !is_interim) {
    stream.has_head_ = true;
    if (section_reader_.forbids_body()) stream.has_no_body_ = true;
    stream.body_left_ = stream.has_no_body_ ? 0 : section_reader_.content_length();
    if (stream.may_be_tunnel_ && section_reader_.is_success()) stream.body_left_ = -1;
  }
  const uint32_t id = stream.id_;
  stream.on_section_end();
  if (!ends_stream || streams_.find(id) != &stream) return {};
  return end_of_peer(stream);
}

Verdict Framing::end_of_peer(FramedStream& stream) {
  if (stream.body_left_ > 0)
    return break_stream(stream, ErrorCode::protocol_error, Reason::malformed, "less body than content-length says");
  stream.peer_has_ended_ = true;
  if (!stream.we_have_ended_) {
    stream.on_end();
    return {};
  }
  remove(stream, Ending::by_both_ends);
  stream.on_end();
  stream.on_closed(ErrorCode::no_error);
  return {};
}

Verdict Framing::break_stream(FramedStream& stream, ErrorCode code, Reason reason, std::string_view why) {
  append_rst_stream(output_, stream.id_, code);
  remove(stream, Ending::by_us);
  stream.on_broken({.reason = reason, .detail = std::string(why), .side = Side::endpoint, .retry = Retry::unsafe});
  return count_reset();
}

// What keeps a stream from taking a DATA frame of this size, with so much data in it; it costs the stream alone.
Verdict Framing::flaw_of_data(const FramedStream& stream, uint32_t size, uint32_t data) {
  if (stream.peer_has_ended_) return Breach{ErrorCode::stream_closed, "DATA after the end of the stream"};
  if (!stream.has_head_) return protocol_error("DATA before the head");
  if (size > stream.receive_window_)
    return Breach{ErrorCode::flow_control_error, "more DATA than the stream's window allows"};
  if (stream.body_left_ >= 0 && data > stream.body_left_) return protocol_error("more body than content-length says");
  return {};
}

// Windows count whole payloads, padding included (RFC 9113 6.9.1).
Verdict Framing::on_data_begin(const FrameHead& head, uint32_t padding) {
  if (auto breach = check_order(head)) return breach;
  if (head.stream == 0) return protocol_error("DATA on stream 0");
  if (head.size > receive_window_) return Breach{ErrorCode::flow_control_error, "more DATA than the window allows"};
  receive_window_ -= head.size;
  if (head.size == padding && !head.has(kEndStream)) {
    if (auto breach = count_overhead(Limits::kEmptyDataWorth)) return breach;
  }
  data_to_ = streams_.find(head.stream);
  if (data_to_ == nullptr) {
    if (is_idle(head.stream)) return protocol_error("DATA on a stream that was not opened");
    if (streams_.ending_of(head.stream) != Ending::by_us)
      return Breach{ErrorCode::stream_closed, "DATA on a closed stream"};
    give_back(padding);  // and the rest piece by piece
    return {};
  }
  FramedStream& stream = *data_to_;
  const uint32_t data = head.size - padding;
  if (const Verdict flaw = flaw_of_data(stream, head.size, data)) {
    give_back(padding);
    return break_stream(stream, flaw->code, Reason::malformed, flaw->why);
  }
  stream.receive_window_ -= head.size;
  if (stream.body_left_ > 0) stream.body_left_ -= data;
  if (padding > 0) consumed(stream, padding);
  return {};
}

void Framing::on_data_piece(std::string_view piece) {
  if (data_to_ == nullptr) return give_back(piece.size());
  data_to_->on_data(piece);
}

Verdict Framing::on_data_end(const FrameHead& head) {
  FramedStream* const stream = std::exchange(data_to_, nullptr);
  if (stream == nullptr || !head.has(kEndStream)) return {};
  return end_of_peer(*stream);
}

bool Framing::is_idle(uint32_t id) const {
  return is_ours(id) ? id >= next_id_ : id > last_peer_stream_;
}

Verdict Framing::count_reset() {
  if (resets_.take(now_)) return {};
  return too_much("streams are reset too often");
}

Verdict Framing::count_overhead(uint32_t worth) {
  if (overhead_.take(now_, worth)) return {};
  return too_much("too many frames that move nothing");
}

// What we answer lies in memory until the peer reads it.
Verdict Framing::count_answer() {
  if (++answers_pending_ > Limits::kAnswersPendingMax) return too_much("answers are not read");
  return count_overhead();
}

}  // namespace weft::http::h2
