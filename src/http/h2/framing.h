// Framing: the frames, HPACK and flow control of one HTTP/2 connection (RFC 9113), as bytes in and bytes out; nghttp2
// is behind it and nothing else is: no I/O, no waiting. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

struct nghttp2_session;

namespace weft::http::h2 {

// Error codes that Weft itself sends or looks at (RFC 9113 7).
enum class ErrorCode : uint32_t {
  no_error = 0,
  protocol_error = 1,
  internal_error = 2,
  refused_stream = 7,
  cancel = 8,
  enhance_your_calm = 11,
};

// Which end of the connection this is.
enum class Role : uint8_t { client, server };

// What happens on one stream. Called from inside Framing, so implementations only note it and wake waiters; they must
// not call Framing, except to reset the stream.
class StreamEvents {
 public:
  // One field of a head or of trailers, pseudo headers included. Checked by nghttp2 against RFC 9113 8.2. False: the
  // fields are more than the stream takes; it is reset.
  virtual bool on_field(std::string_view name, std::string_view value) = 0;
  // The fields so far were a whole section.
  virtual void on_fields_end() = 0;
  virtual void on_data(std::string_view bytes) = 0;
  // The peer has sent all it will send.
  virtual void on_end() = 0;
  // The stream is over, in whatever way; nothing follows. `error_code` as in RFC 9113 7.
  virtual void on_closed(uint32_t error_code) = 0;
  // Puts body bytes to send into `into` and says how many.
  struct Outgoing {
    size_t size = 0;
    bool is_last = false;               // the body ends with these bytes
    const Headers* trailers = nullptr;  // what follows the last of them
  };
  virtual Outgoing take_outgoing(std::span<char> into) = 0;

 protected:
  ~StreamEvents() = default;
};

// Where the streams that a client opens come from: the server's side of a connection.
class StreamSource {
 public:
  // A client begins a request on this stream. Never nullptr.
  virtual StreamEvents* on_stream(int32_t id) = 0;

 protected:
  ~StreamSource() = default;
};

// Sizes in bytes. A value, fixed when the connection begins.
struct Settings {
  uint32_t stream_window = 1u << 20;  // how much a peer may send before it is read
  // The same for all streams together. Envoy's default: streams that nobody reads for a while must not starve the
  // others.
  uint32_t connection_window = 256u << 20;
  uint32_t head_bytes_max = 60 * 1024;  // of one field section, counted as RFC 9113 6.5.2 does; Envoy's default
  uint32_t fields_max = 100;            // of one field section
  uint32_t streams_max = 100;           // that a client may have open at once (servers)
};

// Whether a message's body follows its head.
enum class MessageBody : uint8_t { none, follows };

// See the head of this file. Streams that are given up must be forgotten before they are destroyed.
class Framing {
 public:
  // `source`: for servers; outlives this.
  Framing(Role role, const Settings& settings, StreamSource* source = nullptr);
  ~Framing();
  Framing(const Framing&) = delete;
  Framing& operator=(const Framing&) = delete;

  // Takes what the peer sent. An error is the connection's end: write what next_output() still has, then close.
  Result<> receive(std::string_view bytes);

  // The next bytes to write, valid until the next call of anything here; empty when there are none.
  std::string_view next_output();

  // Starts a stream and gives its id. `unavailable` when the connection takes no new streams (GOAWAY, ids used up).
  Result<int32_t> submit(const RequestHead& head, MessageBody body, StreamEvents& events);
  // Whether submit() would do.
  bool can_submit() const;
  // A server's answer: heads with a status below 200 may come before it.
  Result<> respond(int32_t stream, const ResponseHead& head, MessageBody body);

  // take_outgoing() has bytes again, after it had none.
  void resume(int32_t stream);
  // The stream's user has taken so many bytes: the peer may send as many more.
  void consumed(int32_t stream, size_t size);
  void reset(int32_t stream, ErrorCode code);
  // No further events for this stream.
  void forget(int32_t stream);

  // Asks the peer for a sign of life; its answer is received like any bytes.
  void ping();
  // Says that this side is leaving; nothing that is under way is finished.
  void go_away(ErrorCode code = ErrorCode::no_error);
  // Servers: says that no further streams are welcome; those that are open, and those that cross this, are still served
  // (RFC 9113 6.8). finish_streams() then names the last one.
  void announce_leaving();
  void finish_streams();

  // The peer takes no new streams any more.
  bool is_draining() const { return draining_; }
  // How many requests the peer takes at once.
  uint32_t peer_streams_max() const;
  // Nothing is left to be read or written: after a GOAWAY, or a breach of the protocol by the peer.
  bool is_over() const;
  Error end_reason() const;

 private:
  friend struct FramingCallbacks;

  void announce(const Settings& settings, Role role);
  void add_fields(const Headers& headers);

  nghttp2_session* session_ = nullptr;
  StreamSource* source_;
  // The fields of the head being submitted, as nghttp2 takes them; kept for their memory.
  struct Fields;
  std::unique_ptr<Fields> fields_;
  std::string complaint_;  // what the peer did wrong, if that is why the connection ends
  bool draining_ = false;
};

}  // namespace weft::http::h2
