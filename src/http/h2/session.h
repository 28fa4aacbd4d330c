// Session: one HTTP/2 connection of either role: moves bytes between a net::Stream and Framing. Many streams share it.
// One reactor's thread.
#pragma once

#include <optional>

#include "base/memory_guard.h"
#include "http/h2/framing.h"
#include "http/h2/stream_memory.h"
#include "net/stream.h"
#include "runtime/side_task.h"
#include "runtime/waiter.h"

namespace weft::http::h2 {

// The part that clients' sessions and servers' connections share. What streams write is gathered: one write a turn of
// the reactor, after everybody who was woken has had a say.
class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // There may be something to write.
  void pump() { output_.wake(runtime::Wait::ready); }
  Framing& framing() { return framing_; }
  const Framing& framing() const { return framing_; }
  runtime::Reactor& reactor() const { return *reactor_; }
  // What streams share their memory by; may be none.
  StreamMemoryPool* memory() const { return memory_; }
  bool has_ended() const { return end_.has_value(); }

 protected:
  Session(runtime::Reactor& reactor, net::Stream& stream, Role role, const Settings& settings, StreamSource* source,
          StreamMemoryPool* memory, MemoryGuard* guard = nullptr)
      : reactor_(&reactor),
        stream_(&stream),
        memory_(memory),
        guard_(guard),
        framing_(role, settings, source),
        output_(reactor) {}
  ~Session() = default;

  // Moves bytes until the connection ends, those in `early` first; says why it did.
  runtime::Task<Error> move_bytes(ByteBuffer early);
  // Ends the connection and all its streams. The first reason stays.
  void end_with(Error error);
  // Writes what is left as far as the connection takes it at once.
  void say_goodbye();

  const std::optional<Error>& end() const { return end_; }
  net::Stream& stream() { return *stream_; }

 private:
  // Bytes were received and understood.
  virtual void on_received() = 0;
  // The connection has ended: so have its streams.
  virtual void lose_streams(const Error& why) = 0;
  // When to give up on a peer that sends nothing; whether the session goes on after that time.
  virtual Time read_deadline() const { return runtime::kNever; }
  virtual bool goes_on_when_quiet() { return false; }
  // How long what the peer still sends is taken in after the last word of this side: a socket that is closed with
  // unread bytes resets the connection, and what the peer has not read yet is lost with it.
  virtual Duration linger_time() const { return Duration::zero(); }

  void take(std::string_view bytes);
  void receive_some();
  bool may_hold();
  runtime::Task<void> wait_for_room();
  void rest();
  runtime::Task<void> write_all();
  void leave();

  runtime::Reactor* reactor_;
  net::Stream* stream_;
  StreamMemoryPool* memory_;
  MemoryGuard* guard_;  // none: the peer may begin what it likes
  size_t guarded_ = 0;  // of what the peer has begun, the bytes that the guard has been asked for
  Framing framing_;
  ByteBuffer unsent_;  // what write_all() is writing
  runtime::Waiter output_;
  std::optional<Error> end_;
  bool rests_ = false;  // nothing has come for a while: no memory is kept for more
  std::optional<Time> leaving_until_;
  std::optional<runtime::SideTask> writer_;  // last: it uses the others
};

}  // namespace weft::http::h2
