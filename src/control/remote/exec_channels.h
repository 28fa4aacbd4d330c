// ExecChannels: the streams between a command and its client, whatever carries them.
#pragma once

#include <memory>

#include "http/raw_connection.h"
#include "runtime/cancellation.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::control {

// By Kubernetes' numbers (channel.k8s.io): `status` says how the command ended, `size` is of the client's terminal.
enum class Channel : uint8_t { input = 0, output = 1, errors = 2, status = 3, size = 4 };

// Which of a command's streams the client wants.
struct ExecStreams {
  bool has_stdin = false;
  bool has_stdout = false;
  bool has_stderr = false;
  bool has_terminal = false;
};

// What the client sent: `data` on input or size; holds until the next call.
struct ChannelEvent {
  Channel channel;
  std::string_view data;
  bool is_last = false;  // nothing more comes on this channel
};

// On a connection that outlives it. One coroutine reads; any number may send, and wait for each other. Control thread.
class ExecChannels {
 public:
  virtual ~ExecChannels() = default;

  // To be awaited once, before all else: returns when the streams are there.
  virtual runtime::Task<Result<>> open(const ExecStreams& wanted, Time deadline) = 0;
  // Fails with `closed` when the client has left, `timed_out`, `cancelled`, or as what it sent does.
  virtual runtime::Task<Result<ChannelEvent>> next(Time deadline) = 0;
  // `data` stays until this returns. On a channel that the client has not asked for it is lost.
  virtual runtime::Task<Result<>> send(Channel channel, std::string_view data) = 0;
  // Nothing more comes on it.
  virtual runtime::Task<Result<>> end(Channel channel) = 0;

  // What waits ends, and the connection is over.
  virtual void cancel() = 0;
  // While set, `other` is cancelled when the client hangs up.
  virtual void cancel_on_hang_up(runtime::CancelTarget* other) = 0;
};

// v4.channel.k8s.io over SPDY/3.1: a stream for each channel, which the client opens.
std::unique_ptr<ExecChannels> make_spdy_channels(runtime::Reactor& reactor, http::RawConnection raw);

// v5.channel.k8s.io, and v4 without the end of input, over WebSocket: each message begins with its channel's number.
std::unique_ptr<ExecChannels> make_websocket_channels(runtime::Reactor& reactor, http::RawConnection raw);

}  // namespace weft::control
