// FramedStream: a stream as Framing keeps it, and what Framing tells whoever uses it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "http/body.h"
#include "http/h2/frame.h"
#include "http/h2/hpack/field.h"
#include "runtime/intrusive_list.h"

namespace weft::http::h2 {

// Base of streams; in Framing's table from its first frame until on_closed(), on_broken() or a reset by its user. What
// happens is told from inside Framing: implementations note it and wake waiters; they may reset the stream or say what
// they consumed, and on_writable() sends; nothing else. One thread.
class FramedStream : public runtime::Link<FramedStream> {
 public:
  FramedStream(const FramedStream&) = delete;
  FramedStream& operator=(const FramedStream&) = delete;

  // 0 before the first frame.
  uint32_t id() const { return id_; }

 protected:
  FramedStream() = default;
  ~FramedStream() = default;
  // This side's message has been sent, as far as the output.
  bool is_sent() const { return we_have_ended_; }

  // One field of a head or of trailers, pseudo ones of the head included, checked against RFC 9113 8.2 and 8.3. false:
  // the stream cannot take it; the stream ends with on_broken().
  virtual bool on_field(const hpack::DecodedField& field) = 0;
  // The fields so far were a whole section.
  virtual void on_section_end() = 0;
  virtual void on_data(std::string_view bytes) = 0;
  // The peer has sent all it will send.
  virtual void on_end() = 0;
  // What was not taken by Framing::send() can go on.
  virtual void on_writable() = 0;
  // The stream is over, and nothing follows: by both ends, or by the peer's RST_STREAM or GOAWAY with this code.
  // Framing does not touch the object any more.
  virtual void on_closed(ErrorCode code) = 0;
  // The same after Framing has reset it, for what the peer sent.
  virtual void on_broken(Error why) = 0;

 private:
  friend class Framing;
  friend class SectionReader;

  uint32_t id_ = 0;
  int64_t send_window_ = 0;
  int64_t receive_window_ = 0;   // what the peer may still send
  uint32_t consumed_ = 0;        // of which the peer has not been told
  uint32_t head_size_ = 0;       // as counted against what heads may hold
  int64_t body_left_ = -1;       // by content-length; -1: not said
  bool is_registered_ = false;   // in Framing's table
  bool has_head_ = false;        // the peer's (final) head has come
  bool has_no_body_ = false;     // the peer's message has none, whatever it announces
  bool may_be_tunnel_ = false;   // our request was a CONNECT: a success has no length (RFC 9110 9.3.6)
  bool peer_has_ended_ = false;  // half closed (remote)
  bool we_have_ended_ = false;   // half closed (local)
  bool waits_to_send_ = false;   // send() did not take all
};

}  // namespace weft::http::h2
