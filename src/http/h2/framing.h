// Framing: the state of one HTTP/2 connection (RFC 9113), as bytes in and bytes out: frames, HPACK, flow control,
// streams, and what a hostile peer may not do. No I/O, no waiting, no clock of its own. One thread.
//
// framing.cc is what this side does, framing_receive.cc and framing_control.cc what the peer's frames do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/body.h"
#include "http/h2/allowance.h"
#include "http/h2/frame_reader.h"
#include "http/h2/framed_stream.h"
#include "http/h2/hpack/decoder.h"
#include "http/h2/hpack/encoder.h"
#include "http/h2/limits.h"
#include "http/h2/section_reader.h"
#include "http/h2/stream_table.h"
#include "http/message.h"

namespace weft::http::h2 {

// Which end of the connection this is.
enum class Role : uint8_t { client, server };

// Where the streams that a client opens come from: the server's side of a connection.
class StreamSource {
 public:
  // A client begins a request. nullptr: it is refused, and may be tried elsewhere.
  virtual FramedStream* on_stream() = 0;

 protected:
  ~StreamSource() = default;
};

// Whether a message's body follows its head.
enum class MessageBody : uint8_t { none, follows };

// See the head of this file. Streams in its table must stay until they are told that they are over, or are reset.
class Framing final : private FrameSink {
 public:
  // `source`: for servers; outlives this.
  Framing(Role role, const Settings& settings, StreamSource* source = nullptr);
  Framing(const Framing&) = delete;
  Framing& operator=(const Framing&) = delete;

  // Takes what the peer sent. An error is the connection's end: write what output() still has, then close.
  Result<> receive(std::string_view bytes, Time now);

  // Lets streams that wait add to the output, as far as windows and its limit allow, each in its turn.
  void fill_output();
  // What is to be written; whoever writes it swaps an empty buffer in.
  ByteBuffer& output() { return output_; }

  // Starts the stream. `unavailable` when the connection takes no new ones (GOAWAY, ids used up). A head with an
  // Upgrade field goes out as an extended CONNECT (RFC 8441 5).
  Result<> submit(const RequestHead& head, MessageBody body, FramedStream& stream);
  // Whether submit() would do.
  bool can_submit() const { return !is_draining_ && next_id_ <= kStreamIdMost; }
  // A server's answer: heads with a status below 200 may come before it. 101 grants an extended CONNECT and goes out as
  // 200 (RFC 8441 5).
  void respond(FramedStream& stream, const ResponseHead& head, MessageBody body);
  // Part of the body; how much of it was taken. For the rest on_writable() comes. `last` ends the message with the last
  // byte that is taken.
  size_t send(FramedStream& stream, std::string_view bytes, Part part);
  // Ends the message.
  void send_trailers(FramedStream& stream, const Headers& trailers);

  // The stream's user has taken so many bytes: the peer may send as many more.
  void consumed(FramedStream& stream, size_t size);
  // Ends the stream, if it is not over, without a further word to it.
  void reset(FramedStream& stream, ErrorCode code);

  // Asks the peer for a sign of life; its answer is received like any bytes.
  void ping();
  // Says that this side is leaving; nothing that is under way is finished.
  void go_away(ErrorCode code = ErrorCode::no_error);
  // Servers: says that no further streams are welcome; those that are open, and those that cross this, are still served
  // (RFC 9113 6.8). finish_streams() then names the last one.
  void announce_leaving();
  void finish_streams();

  // The peer takes no new streams any more.
  bool is_draining() const { return is_draining_; }
  // How many requests the peer takes at once.
  uint32_t peer_streams_max() const { return peer_streams_max_; }
  // Whether the peer has said what it takes, and that it takes extended CONNECT (RFC 8441 3).
  bool knows_peer() const { return has_settings_; }
  bool peer_takes_connect_protocol() const { return peer_takes_connect_protocol_; }
  bool peer_multiplexes() const { return peer_multiplexes_; }
  // What this side holds of a field section that has not ended, in bytes.
  size_t unfinished() const { return section_.block.size() + reader_.held(); }
  // Bytes of bodies that have come and nobody has taken.
  size_t unread() const { return static_cast<size_t>(receive_window_max() - receive_window_) - consumed_; }
  // Nothing is left to be read or written: after a GOAWAY, or a breach of the protocol by the peer.
  bool is_over() const;
  Error end_reason() const;
  // For connections on which nothing happens.
  void release_memory();

 private:
  // A HEADERS frame and what of its fields has come.
  struct OpenSection {
    uint32_t stream = 0;  // 0: none is open
    bool ends_stream = false;
    bool depends_on_itself = false;
    uint32_t continuations = 0;
    ByteBuffer block;
  };
  // Whom a section is for.
  struct Addressee {
    FramedStream* stream = nullptr;  // none: it is passed over
    SectionKind kind = SectionKind::request;
  };

  Verdict on_frame(const FrameHead& head, std::string_view payload) override;
  Verdict on_data_begin(const FrameHead& head, uint32_t padding) override;
  void on_data_piece(std::string_view piece) override;
  Verdict on_data_end(const FrameHead& head) override;

  Verdict check_order(const FrameHead& head);
  Verdict dispatch(const FrameHead& head, std::string_view payload);
  Verdict on_headers(const FrameHead& head, std::string_view payload);
  Verdict on_continuation(const FrameHead& head, std::string_view payload);
  Verdict on_section(uint32_t id, bool ends_stream, bool depends_on_itself, std::string_view block);
  Verdict find_addressee(uint32_t id, Addressee& to);
  Verdict late_section(uint32_t id);
  Verdict find_request(uint32_t id, Addressee& to);
  Verdict take_section(FramedStream& stream, SectionKind kind, bool ends_stream);
  Verdict refuse(uint32_t id);
  Verdict on_priority(const FrameHead& head, std::string_view payload);
  Verdict on_rst_stream(const FrameHead& head, std::string_view payload);
  Verdict on_settings(const FrameHead& head, std::string_view payload);
  Verdict apply(Setting id, uint32_t value);
  Verdict apply_window(uint32_t value);
  Verdict on_ping(const FrameHead& head, std::string_view payload);
  Verdict on_goaway(const FrameHead& head, std::string_view payload);
  Verdict on_window_update(const FrameHead& head, std::string_view payload);

  static Verdict flaw_of_data(const FramedStream& stream, uint32_t size, uint32_t data);
  Verdict end_of_peer(FramedStream& stream);
  Verdict break_stream(FramedStream& stream, ErrorCode code, Reason reason, std::string_view why);
  Verdict count_reset();
  Verdict count_overhead(uint32_t worth = 1);
  Verdict count_answer();
  bool is_idle(uint32_t id) const;
  int64_t receive_window_max() const { return std::max(settings_.connection_window, kWindowDefault); }
  bool is_ours(uint32_t id) const { return (id & 1) == (role_ == Role::client ? 1u : 0u); }

  void announce(const Settings& settings);
  void register_stream(uint32_t id, FramedStream& stream);
  void write_request_line(const RequestHead& head);
  void write_fields(const Headers& headers);
  void remove(FramedStream& stream, Ending ending);
  void end_of_ours(FramedStream& stream);
  void write_section(uint32_t stream, MessageBody body);
  size_t room_for(const FramedStream& stream) const;
  void give_back(size_t size);
  void wait_to_send(FramedStream& stream);

  Role role_;
  Settings settings_;
  StreamSource* source_;
  FrameReader reader_;
  hpack::Decoder decoder_;
  hpack::Encoder encoder_;
  SectionReader section_reader_;
  OpenSection section_;
  FramedStream* data_to_ = nullptr;  // whom the DATA frame is for that is being read
  StreamTable streams_;
  runtime::IntrusiveList<FramedStream> ready_;  // they wait for the output or the connection's window
  ByteBuffer output_;
  ByteBuffer fields_out_;  // the section that is being written; kept for its memory

  uint64_t next_id_;               // of the streams that this side opens
  uint32_t last_peer_stream_ = 0;  // the newest that the peer opened
  int64_t send_window_ = kWindowDefault;
  int64_t receive_window_ = kWindowDefault;
  uint64_t consumed_ = 0;  // of which the peer has not been told
  uint32_t peer_window_ = kWindowDefault;
  uint32_t our_window_ = kWindowDefault;  // as the peer knows it
  uint32_t peer_streams_max_ = 100;       // until it says otherwise
  bool has_settings_ = false;             // the peer's
  bool peer_takes_connect_protocol_ = false;
  bool peer_multiplexes_ = false;
  bool is_draining_ = false;
  bool is_finishing_ = false;  // no further stream is taken
  bool is_filling_ = false;
  std::optional<Breach> breach_;

  Time now_;
  uint64_t received_ = 0;
  uint64_t held_heads_ = 0;
  uint32_t refused_sections_ = 0;
  uint32_t answers_pending_ = 0;
  Allowance resets_{Limits::kResetsMax, Limits::kResetsPerSecond};
  Allowance overhead_{Limits::kOverheadMax, Limits::kOverheadPerSecond};
};

}  // namespace weft::http::h2
