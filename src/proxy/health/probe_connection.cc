#include "proxy/health/probe_connection.h"

namespace weft::proxy {
namespace {

const http::h1::ClientOptions kProbeOptions;

runtime::Task<void> move_bytes(http::h2::ClientSession& session) {
  (void)co_await session.run();
}

}  // namespace

runtime::Task<Result<http::ClientStream*>> ProbeConnection::ask(const http::RequestHead& request, std::string_view body,
                                                                http::ResponseHead& answer, Time deadline) {
  WEFT_CO_TRY(http::ClientStream* const stream, co_await open(deadline));
  stream->set_deadline(deadline);
  stream->start_request(request, body.empty() ? http::BodyLength::none() : http::BodyLength::chunked());
  WEFT_CO_CHECK(co_await stream->write_body(body, http::Part::last));
  do {
    WEFT_CO_CHECK(co_await stream->read_head(answer));
  } while (answer.is_informational());
  co_return stream;
}

runtime::Task<Result<http::ClientStream*>> ProbeConnection::open(Time deadline) {
  return version_ == http::Version::http2 ? open_http2(deadline) : open_http1(deadline);
}

void ProbeConnection::close() {
  http2_.reset();
  moving_.reset();
  session_.reset();
  http1_.reset();
  stream_.reset();
}

runtime::Task<Dialled> ProbeConnection::dial(Time deadline) {
  close();
  return parts_->dialer.dial({.to = parts_->to, .source = parts_->source, .deadline = deadline});
}

runtime::Task<Result<http::ClientStream*>> ProbeConnection::open_http1(Time deadline) {
  if (!http1_ || !http1_->reusable() || !http1_->is_quiet()) {
    WEFT_CO_TRY(stream_, co_await dial(deadline));
    http1_.emplace(*stream_, kProbeOptions);
  }
  co_return &*http1_;
}

runtime::Task<Result<http::ClientStream*>> ProbeConnection::open_http2(Time deadline) {
  http2_.reset();
  if (!session_ || session_->is_draining()) {
    WEFT_CO_TRY(auto stream, co_await dial(deadline));
    session_ = std::make_unique<http::h2::ClientSession>(parts_->reactor, std::move(stream), http::h2::ClientOptions{});
    moving_.emplace(move_bytes(*session_));
  }
  http2_ = session_->new_stream();
  co_return http2_.get();
}

}  // namespace weft::proxy
