// Framing: the frames, HPACK and flow control of one HTTP/2 connection (RFC 9113), as bytes in and bytes out; nghttp2
// is behind it and nothing else is: no I/O, no waiting. One thread. Client side.
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

// Error codes that Weft itself sends (RFC 9113 7).
enum class ErrorCode : uint32_t {
  no_error = 0,
  protocol_error = 1,
  internal_error = 2,
  refused_stream = 7,
  cancel = 8
};

// What happens on one stream. Called from inside Framing, so implementations only note it and wake waiters; they must
// not call Framing.
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
    bool is_last = false;  // the body ends with these bytes
  };
  virtual Outgoing take_outgoing(std::span<char> into) = 0;

 protected:
  ~StreamEvents() = default;
};

// Sizes in bytes. A value, fixed when the connection begins.
struct Settings {
  uint32_t stream_window = 1u << 20;  // how much a peer may send before it is read
  // The same for all streams together. Envoy's default: streams that nobody reads for a while must not starve the
  // others.
  uint32_t connection_window = 256u << 20;
  uint32_t head_bytes_max = 60 * 1024;  // of one field section, counted as RFC 9113 6.5.2 does; Envoy's default
};

// Whether a request's body follows its head.
enum class RequestBody : uint8_t { none, follows };

// See the head of this file. Streams that are given up must be forgotten before they are destroyed.
class Framing {
 public:
  explicit Framing(const Settings& settings);
  ~Framing();
  Framing(const Framing&) = delete;
  Framing& operator=(const Framing&) = delete;

  // Takes what the peer sent. An error is the connection's end: write what next_output() still has, then close.
  Result<> receive(std::string_view bytes);

  // The next bytes to write, valid until the next call of anything here; empty when there are none.
  std::string_view next_output();

  // Starts a stream and gives its id. `unavailable` when the connection takes no new streams (GOAWAY, ids used up).
  Result<int32_t> submit(const RequestHead& head, RequestBody body, StreamEvents& events);

  // take_outgoing() has bytes again, after it had none.
  void resume(int32_t stream);
  // The stream's user has taken so many bytes: the peer may send as many more.
  void consumed(int32_t stream, size_t size);
  void reset(int32_t stream, ErrorCode code);
  // No further events for this stream.
  void forget(int32_t stream);

  // Asks the peer for a sign of life; its answer is received like any bytes.
  void ping();
  // Says that this side is leaving.
  void go_away();

  // The peer takes no new streams any more.
  bool is_draining() const { return draining_; }
  // Nothing is left to be read or written: after a GOAWAY, or a breach of the protocol by the peer.
  bool is_over() const;
  Error end_reason() const;

 private:
  friend struct FramingCallbacks;

  nghttp2_session* session_ = nullptr;
  std::string complaint_;  // what the peer did wrong, if that is why the connection ends
  bool draining_ = false;
};

}  // namespace weft::http::h2
