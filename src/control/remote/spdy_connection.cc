#include "control/remote/spdy_connection.h"

#include <array>

namespace weft::control {

SpdyConnection::SpdyConnection(runtime::Reactor& reactor, http::RawConnection raw)
    : stream_(raw.stream), outlet_(reactor, *raw.stream) {
  reader_.append(raw.early->readable());
  raw.early->clear();
}

runtime::Task<Result<ClientEvent>> SpdyConnection::next(Time deadline) {
  std::array<char, 16'384> piece;
  for (;;) {
    WEFT_CO_TRY(auto event, reader_.next());
    if (event && event->what != ClientEvent::What::ping) co_return *std::move(event);
    if (event) {
      WEFT_CO_CHECK(co_await outlet_.send(spdy::ping_frame(event->stream)));
      continue;
    }
    WEFT_CO_TRY(const size_t size, co_await net::read_some(*stream_, piece, deadline));
    if (size == 0) co_return fail(Reason::closed, "the client has left", Side::client);
    reader_.append({piece.data(), size});
  }
}

runtime::Task<Result<>> SpdyConnection::accept(uint32_t stream) {
  return outlet_.send(spdy::reply_frame(stream, headers_));
}

runtime::Task<Result<>> SpdyConnection::refuse(uint32_t stream) {
  return outlet_.send(spdy::refusal_frame(stream));
}

runtime::Task<Result<>> SpdyConnection::send(uint32_t stream, std::string_view data, spdy::Fin fin) {
  return outlet_.send(spdy::data_frame(stream, data, fin));
}

}  // namespace weft::control
