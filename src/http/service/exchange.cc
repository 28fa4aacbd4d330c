#include "http/service/exchange.h"

#include <coroutine>
#include <exception>

namespace weft::http {

// A coroutine that runs beside the handler and ends with the exchange at the latest.
class Exchange::HangUpWatch {
 public:
  struct promise_type : runtime::PooledFrame {
    HangUpWatch get_return_object() { return HangUpWatch(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };

  HangUpWatch(HangUpWatch&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  HangUpWatch& operator=(HangUpWatch&&) = delete;
  ~HangUpWatch() {
    if (frame_) frame_.destroy();
  }

 private:
  explicit HangUpWatch(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

Exchange::Exchange(h1::ServerConnection& connection, RequestHead& request)
    : connection_(&connection), request_(&request) {}
Exchange::~Exchange() {
  connection_->on_drain(nullptr);
}

Exchange::HangUpWatch Exchange::watch_hang_up(runtime::Signal& signal) {
  co_await connection_->until_hang_up();
  hung_up_ = true;
  signal.set();
}

void Exchange::wake_on_hang_up(runtime::Signal& signal) {
  connection_->on_drain(&signal);
  if (connection_->is_draining()) signal.set();
  watch_ = std::make_unique<HangUpWatch>(watch_hang_up(signal));
}

runtime::Task<Result<std::string>> Exchange::read_body(size_t bytes_max) {
  std::string body;
  if (connection_->body_remaining() > bytes_max) {
    co_return fail(Reason::too_large, "the request body is over " + std::to_string(bytes_max) + " bytes", Side::client);
  }
  for (;;) {
    WEFT_CO_TRY(const BodyPiece piece, co_await connection_->read_body());
    if (body.size() + piece.data.size() > bytes_max) {
      co_return fail(Reason::too_large, "the request body is over " + std::to_string(bytes_max) + " bytes",
                     Side::client);
    }
    body.append(piece.data);
    if (piece.is_last()) co_return body;
  }
}

runtime::Task<Result<>> Exchange::respond(uint16_t status, std::string content_type, std::string body) {
  ResponseHead head;
  head.status = status;
  if (!content_type.empty()) head.headers.add(HeaderId::content_type, content_type);
  return respond(std::move(head), std::move(body));
}

runtime::Task<Result<>> Exchange::respond(ResponseHead head, std::string body) {
  connection_->start_response(head, BodyLength::known(body.size()));
  co_return co_await connection_->write_body(body, Part::last);
}

runtime::Task<Result<>> Exchange::start_stream(uint16_t status, std::string content_type) {
  ResponseHead head;
  head.status = status;
  head.headers.add(HeaderId::content_type, content_type);
  return start_stream(std::move(head));
}

runtime::Task<Result<>> Exchange::start_stream(ResponseHead head) {
  connection_->start_response(head, BodyLength::chunked());
  co_return co_await connection_->write_body({}, Part::more);
}

runtime::Task<Result<RawConnection>> Exchange::upgrade(ResponseHead head) {
  connection_->close_after_response();
  connection_->start_response(head, BodyLength::none());
  WEFT_CO_CHECK(co_await connection_->write_body({}, Part::last));
  co_return connection_->raw();
}

runtime::Task<Result<>> Exchange::send(std::string_view data) {
  return connection_->write_body(data, Part::more);
}
runtime::Task<Result<>> Exchange::end_stream() {
  return connection_->write_body({}, Part::last);
}

}  // namespace weft::http
