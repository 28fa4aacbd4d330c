// Stream: what both ends of an HTTP/2 stream have in common: a flow of body bytes in and one out, each under flow
// control. One coroutine may write while another reads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "http/body.h"
#include "http/h2/framing.h"
#include "http/h2/stream_memory.h"
#include "http/message.h"
#include "runtime/frame_pool.h"
#include "runtime/task.h"
#include "runtime/waiter.h"

namespace weft::http::h2 {

class Session;
class StreamPipe;

// Usable after its session's end, when every call fails. One thread. Its memory comes from the pool of frames, as that
// of the coroutine that serves it does.
class Stream : public runtime::PooledFrame, protected FramedStream {
 public:
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Sends part of the body, which must stay until the call returns: waits for flow control and a slow connection.
  // `last` ends the message. Reading goes on.
  runtime::Task<Result<>> write(std::string_view bytes, Time deadline = runtime::kNever, Part part = Part::more);
  // Ends the message, with these trailers if there are any.
  void finish(const Headers& trailers = {});

  // At least one byte of the peer's body; 0 at its end, when the trailers are known.
  runtime::Task<Result<size_t>> read(std::span<char> into, Time deadline = runtime::kNever);
  // The same without a copy: the view is good until the next read.
  runtime::Task<Result<BodyPiece>> read_piece(Time deadline = runtime::kNever);
  // What is there already.
  Result<BodyPiece> received_piece();
  const Headers& trailers() const { return memory_->trailers; }

  // For the pipe that a tunnel goes through. `is_over`: nothing can be sent any more.
  runtime::Reactor& reactor() const { return *reactor_; }
  bool has_ended() const { return ended_; }
  bool is_over() const { return session_ == nullptr || closed_ || failure_.has_value(); }
  size_t take_received(std::span<char> into);
  size_t send_some(std::string_view bytes);
  // What send_some() left, which stays until the pipe hears of it; and the end behind it.
  void send_later(std::string_view bytes) { pending_ = bytes, pending_part_ = Part::more; }
  void finish_later() { pending_part_ = Part::last; }

 protected:
  Stream(Session& session, Side peer);
  ~Stream();

  // Where the peer's message is: fields arrive for the head, then data, then fields of trailers.
  enum class Section : uint8_t { head, body, trailers };

  bool on_field(const hpack::DecodedField& field) override;
  void on_section_end() override;
  void on_data(std::string_view bytes) override;
  void on_end() override;
  void on_writable() override;
  void on_closed(ErrorCode code) override;
  void on_broken(Error why) override;

  // A field of the head; what it is, is the role's business. False: it is more than can be taken.
  virtual bool on_head_field(const hpack::DecodedField& field) = 0;
  // The head is complete; false: it was an interim one, and another follows.
  virtual bool on_head_end() = 0;
  // The stream has ended before its time.
  virtual void on_lost() {}

  void fail_with(Error error);
  // The peer took too long.
  Error timed_out(std::string_view doing) const;
  // What a head says about the body behind it.
  static BodyLength announced_length(const Headers& head);
  // Called by the session as it ends.
  void lose_session(const Error& why);
  // The message has ended, and nothing followed its head.
  bool is_bare() const { return ended_ && !has_data_ && memory_->trailers.empty(); }
  // Tells the peer that the stream is given up, if it is not over.
  void give_up(ErrorCode code);
  // The stream's bytes from here on. There is one pipe, for good.
  StreamPipe& pipe();
  // The same, and lets go of the session.
  void abandon(ErrorCode code);

  runtime::Reactor* reactor_;
  Session* session_;  // none after its end
  runtime::Waiter reader_;
  runtime::Waiter writer_;
  std::unique_ptr<StreamMemory> memory_;
  std::optional<Error> failure_;
  Section section_ = Section::head;
  bool finished_ = false;  // no more to write
  bool ended_ = false;     // no more to receive
  bool closed_ = false;    // the stream is over for the connection
  bool refused_ = false;   // the peer says that it has not looked at the stream
  bool reset_ = false;     // the peer has ended it before its message was whole

 private:
  Error error_of(ErrorCode code) const;
  void send_pending();
  void give_back_window();
  void note_consumed(size_t size);
  void wake_reader();
  void wake_writer();

  StreamMemoryPool* pool_;
  Side peer_;
  std::string_view pending_;  // what write() still has to send, and whether the message ends with it
  Part pending_part_ = Part::more;
  bool has_data_ = false;  // some of the body has come
  std::unique_ptr<StreamPipe> pipe_;
};

}  // namespace weft::http::h2
