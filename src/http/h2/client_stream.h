// ClientStream: one request and its response on an HTTP/2 connection. The request's body and the response are flows of
// their own: one coroutine may write while another reads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/byte_buffer.h"
#include "http/h2/framing.h"
#include "http/message.h"
#include "runtime/task.h"
#include "runtime/waiter.h"

namespace weft::http::h2 {

class ClientSession;

// Owned by whoever opened it; destroying it before the response has ended resets the stream (CANCEL). Outlives neither
// the coroutines that wait in it nor, usefully, its session: after the session's end every call fails. One thread.
class ClientStream final : private StreamEvents {
 public:
  ClientStream(runtime::Reactor& reactor, ClientSession& session, const Settings& settings);
  ~ClientStream();
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;

  // Sends part of the body. Waits while more than kOutgoingMax bytes are on their way (flow control or a slow peer).
  runtime::Task<Result<>> write(std::string_view bytes, Time deadline = runtime::kNever);
  // Ends the request's body. Reading goes on.
  void finish();

  // Waits for the response's head; informational ones (1xx) are passed over.
  runtime::Task<Result<>> receive_head(Time deadline = runtime::kNever);
  const ResponseHead& head() const { return head_; }

  // At least one byte of the body; 0 at its end, when the trailers are known.
  runtime::Task<Result<size_t>> read(std::span<char> into, Time deadline = runtime::kNever);
  const Headers& trailers() const { return trailers_; }

  // Gives the exchange up: the peer hears CANCEL, waiting calls end with `cancelled`.
  void cancel();

  static constexpr size_t kOutgoingMax = 64 * 1024;

 private:
  friend class ClientSession;
  // Where the response is: fields arrive for the head, then data, then fields of trailers.
  enum class Part : uint8_t { head, body, trailers };
  static constexpr int kInformationalMax = 8;  // heads before the final one; a peer that sends more means harm

  bool on_field(std::string_view name, std::string_view value) override;
  void on_fields_end() override;
  void on_data(std::string_view bytes) override;
  void on_end() override;
  void on_closed(uint32_t error_code) override;
  Outgoing take_outgoing(std::span<char> into) override;

  void fail_with(Error error);
  // Called by the session as it ends.
  void lose_session(const Error& why);

  ClientSession* session_;  // none after its end
  int32_t id_ = 0;
  ResponseHead head_;
  Headers trailers_;
  ByteBuffer received_;
  ByteBuffer outgoing_;
  runtime::Waiter reader_;
  runtime::Waiter writer_;
  std::optional<Error> failure_;
  size_t head_bytes_max_;
  size_t field_bytes_ = 0;  // of the section that is being received
  int informational_ = 0;
  Part part_ = Part::head;
  bool finished_ = false;  // no more to write
  bool ended_ = false;     // no more to receive
  bool closed_ = false;    // the stream is over for the connection
};

}  // namespace weft::http::h2
