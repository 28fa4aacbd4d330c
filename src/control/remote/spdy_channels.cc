#include <array>
#include <optional>

#include "control/remote/exec_channels.h"
#include "control/remote/spdy_connection.h"

namespace weft::control {
namespace {

// By Channel.
constexpr std::array<std::string_view, 5> kStreamNames = {"stdin", "stdout", "stderr", "error", "resize"};

std::optional<Channel> channel_of(const ClientEvent& event) {
  const auto name = event.headers.find("streamtype");
  if (name == event.headers.end()) return std::nullopt;
  const auto found = std::ranges::find(kStreamNames, name->second);
  if (found == kStreamNames.end()) return std::nullopt;
  return static_cast<Channel>(found - kStreamNames.begin());
}

class SpdyChannels final : public ExecChannels {
 public:
  SpdyChannels(runtime::Reactor& reactor, http::RawConnection raw) : connection_(reactor, raw) {}

  runtime::Task<Result<>> open(const ExecStreams& wanted, Time deadline) override;
  runtime::Task<Result<ChannelEvent>> next(Time deadline) override;
  runtime::Task<Result<>> send(Channel channel, std::string_view data) override {
    return send_on(channel, data, spdy::Fin::no);
  }
  runtime::Task<Result<>> end(Channel channel) override { return send_on(channel, {}, spdy::Fin::yes); }
  void cancel() override { connection_.cancel(); }
  void cancel_on_hang_up(runtime::CancelTarget* other) override { connection_.cancel_on_hang_up(other); }

 private:
  runtime::Task<Result<>> take(const ClientEvent& event);
  runtime::Task<Result<>> send_on(Channel channel, std::string_view data, spdy::Fin fin);
  uint32_t& stream(Channel channel) { return streams_[static_cast<size_t>(channel)]; }

  SpdyConnection connection_;
  std::array<uint32_t, kStreamNames.size()> streams_{};  // 0: the client has not opened it
};

// The client opens every stream before it sends anything.
runtime::Task<Result<>> SpdyChannels::open(const ExecStreams& wanted, Time deadline) {
  const auto is_open = [this](Channel channel) { return stream(channel) != 0; };
  for (;;) {
    const bool is_complete = is_open(Channel::status) && (!wanted.has_stdin || is_open(Channel::input)) &&
                             (!wanted.has_stdout || is_open(Channel::output)) &&
                             (!wanted.has_stderr || wanted.has_terminal || is_open(Channel::errors)) &&
                             (!wanted.has_terminal || is_open(Channel::size));
    if (is_complete) co_return Result<>();
    WEFT_CO_TRY(const ClientEvent event, co_await connection_.next(deadline));
    if (event.what == ClientEvent::What::opened) WEFT_CO_CHECK(co_await take(event));
  }
}

runtime::Task<Result<>> SpdyChannels::take(const ClientEvent& event) {
  const auto channel = channel_of(event);
  if (!channel || stream(*channel) != 0) return connection_.refuse(event.stream);
  stream(*channel) = event.stream;
  return connection_.accept(event.stream);
}

runtime::Task<Result<ChannelEvent>> SpdyChannels::next(Time deadline) {
  for (;;) {
    WEFT_CO_TRY(const ClientEvent event, co_await connection_.next(deadline));
    if (event.what == ClientEvent::What::opened) WEFT_CO_CHECK(co_await take(event));
    if (event.what != ClientEvent::What::data || event.stream == 0) continue;
    for (const Channel channel : {Channel::input, Channel::size})
      if (stream(channel) == event.stream) co_return ChannelEvent{channel, event.data, event.is_last};
  }
}

runtime::Task<Result<>> SpdyChannels::send_on(Channel channel, std::string_view data, spdy::Fin fin) {
  if (stream(channel) == 0) co_return Result<>();
  co_return co_await connection_.send(stream(channel), data, fin);
}

}  // namespace

std::unique_ptr<ExecChannels> make_spdy_channels(runtime::Reactor& reactor, http::RawConnection raw) {
  return std::make_unique<SpdyChannels>(reactor, raw);
}

}  // namespace weft::control
