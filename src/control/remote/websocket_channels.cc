#include <array>

#include "control/remote/exec_channels.h"
#include "control/remote/outlet.h"
#include "websocket/frame_reader.h"
#include "websocket/frames.h"

namespace weft::control {
namespace {

// v5.channel.k8s.io: a message that names a channel whose sender has ended it.
constexpr uint8_t kEndChannel = 255;

class WebSocketChannels final : public ExecChannels {
 public:
  WebSocketChannels(runtime::Reactor& reactor, http::RawConnection raw)
      : stream_(raw.stream), outlet_(reactor, *raw.stream) {
    reader_.append(raw.early->readable());
    raw.early->clear();
  }

  // An empty message tells the client that the command begins, as Kubernetes' does.
  runtime::Task<Result<>> open(const ExecStreams&, Time) override { return send(Channel::output, {}); }
  runtime::Task<Result<ChannelEvent>> next(Time deadline) override;
  runtime::Task<Result<>> send(Channel channel, std::string_view data) override {
    return outlet_.send(websocket::binary_frame(std::string(1, static_cast<char>(channel)).append(data)));
  }
  // Outputs end with the connection, which the status is the last of.
  runtime::Task<Result<>> end(Channel channel) override {
    if (channel == Channel::status) co_return co_await outlet_.send(websocket::close_frame());
    co_return Result<>();
  }
  void cancel() override { stream_->cancel(); }
  void cancel_on_hang_up(runtime::CancelTarget* other) override { stream_->readiness().cancel_on_hang_up(other); }

 private:
  runtime::Task<Result<websocket::Frame>> next_frame(Time deadline);

  net::Stream* stream_;
  Outlet outlet_;
  websocket::FrameReader reader_;
  uint8_t channel_ = 0;  // of the present message
};

runtime::Task<Result<websocket::Frame>> WebSocketChannels::next_frame(Time deadline) {
  std::array<char, 16'384> piece;
  for (;;) {
    WEFT_CO_TRY(auto frame, reader_.next());
    if (frame) co_return *frame;
    WEFT_CO_TRY(const size_t size, co_await net::read_some(*stream_, piece, deadline));
    if (size == 0) co_return fail(Reason::closed, "the client has left", Side::client);
    reader_.append({piece.data(), size});
  }
}

runtime::Task<Result<ChannelEvent>> WebSocketChannels::next(Time deadline) {
  for (;;) {
    WEFT_CO_TRY(websocket::Frame frame, co_await next_frame(deadline));
    if (frame.what == websocket::Frame::What::close)
      co_return fail(Reason::closed, "the client has said goodbye", Side::client);
    if (frame.what == websocket::Frame::What::ping) {
      WEFT_CO_CHECK(co_await outlet_.send(websocket::pong_frame(frame.data)));
      continue;
    }
    if (frame.begins_message) {
      if (frame.data.empty()) continue;
      channel_ = static_cast<uint8_t>(frame.data.front());
      frame.data.remove_prefix(1);
    }
    if (channel_ == kEndChannel && !frame.data.empty() && frame.data.front() == static_cast<char>(Channel::input))
      co_return ChannelEvent{Channel::input, {}, true};
    for (const Channel channel : {Channel::input, Channel::size})
      if (channel_ == static_cast<uint8_t>(channel)) co_return ChannelEvent{channel, frame.data};
  }
}

}  // namespace

std::unique_ptr<ExecChannels> make_websocket_channels(runtime::Reactor& reactor, http::RawConnection raw) {
  return std::make_unique<WebSocketChannels>(reactor, raw);
}

}  // namespace weft::control
