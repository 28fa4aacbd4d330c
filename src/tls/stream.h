// Stream: TLS over another stream, usually a socket.
#pragma once

#include <memory>
#include <string>

#include "net/stream.h"
#include "tls/engine.h"

namespace weft::tls {

// A net::Stream of the bytes inside: shares the readiness of the one beneath, so it is waited for alike. After a
// handshake; one shard. Destruction tells the peer that nothing follows, as far as the socket takes it, unless
// reset_on_close() was called.
class Stream final : public net::Stream {
 public:
  // A server on a transport that outlives the stream, or on one of its own; a client on one of its own.
  Stream(net::Stream& transport, ContextPtr context);
  Stream(std::unique_ptr<net::Stream> transport, ContextPtr context);
  Stream(std::unique_ptr<net::Stream> transport, ContextPtr context, ServerName server);
  ~Stream() override;

  // To be awaited once, before all else. Fails with `denied` when one side did not accept the other's certificate or
  // terms, with `timed_out`, or as reading and writing do.
  runtime::Task<Result<>> handshake(Time deadline);

  // Bytes that the peer ended without saying so (no close_notify) end in a failure: they may have been cut short.
  net::Io try_read(std::span<char> into) override;
  // Where the socket does not take all of a record, `would_block` says so, and the next call must bring the same bytes
  // again, possibly with more behind them.
  net::Io try_write(std::span<const iovec> parts) override;
  void finish_writing() override;
  void reset_on_close() override;
  bool is_quiet() override;
  int fd() const override { return -1; }
  int socket() const override { return transport_->socket(); }

  // Lets go of the memory that only bytes on their way need.
  void rest() { engine_.rest(); }

  Engine& engine() { return engine_; }
  const Engine& engine() const { return engine_; }

 private:
  net::Io receive();
  net::Io flush();
  size_t encrypt(std::span<const iovec> parts);
  Error handshake_error() const;

  std::unique_ptr<net::Stream> owned_;
  net::Stream* transport_;
  Engine engine_;
  size_t accepted_ = 0;  // bytes of try_write() that are encrypted, but not sent as a whole
  bool is_usable_ = false;
};

}  // namespace weft::tls
