#include "grpc/bidi_stream.h"

#include <utility>

namespace weft::grpc {

using runtime::Task;

Result<BidiStream> BidiStream::open(http::h2::ClientSession& session, const Call& call) {
  http::RequestHead head;
  head.method = "POST";
  head.version = http::Version::http2;
  head.authority = call.authority;
  head.path = call.path;
  head.headers.add(http::HeaderId::content_type, "application/grpc");
  head.headers.add(http::HeaderId::te, "trailers");
  head.headers.add(http::HeaderId::user_agent, "weft/" WEFT_VERSION);
  for (const auto& [name, value] : call.metadata) head.headers.add(name, value);
  WEFT_TRY(auto stream, session.open(head, http::h2::MessageBody::follows));
  return BidiStream(std::move(stream), call.message_size_max);
}

Task<Result<>> BidiStream::send(std::string_view message, Time deadline) {
  const auto prefix = message_prefix(message.size());
  WEFT_CO_CHECK(co_await stream_->write({prefix.data(), prefix.size()}, deadline));
  co_return co_await stream_->write(message, deadline);
}

Task<Result<std::optional<std::string_view>>> BidiStream::receive(Time deadline) {
  if (!has_head_) {
    WEFT_CO_CHECK(co_await stream_->receive_head(deadline));
    has_head_ = true;
    WEFT_CO_CHECK(check_head());
  }
  for (;;) {
    WEFT_CO_TRY(const auto message, messages_.next());
    if (message) co_return message;
    WEFT_CO_TRY(const size_t size, co_await stream_->read(messages_.room(), deadline));
    if (size == 0) co_return end_of_call();
    messages_.commit(size);
  }
}

// A response without body may carry the status in its head; something that is no gRPC server answers in plain HTTP.
Result<> BidiStream::check_head() {
  const http::ResponseHead& head = stream_->head();
  if (head.status != 200) return conclude(status_of(head.headers).value_or(status_of_http(head.status)));
  if (const auto status = status_of(head.headers)) return status->is_ok() ? Result<>{} : conclude(*status);
  const auto type = head.headers.get(http::HeaderId::content_type).value_or("");
  if (!type.starts_with("application/grpc"))
    return conclude({Code::unknown, "the response is not gRPC but \"" + std::string(type) + '"'});
  return {};
}

Result<std::optional<std::string_view>> BidiStream::end_of_call() {
  if (messages_.is_within_message())
    return fail(Reason::closed, "the gRPC call ended within a message", Side::endpoint);
  auto status = status_of(stream_->trailers());
  if (!status) status = status_of(stream_->head().headers);
  if (!status) status = Status{Code::internal, "the call ended without a status"};
  WEFT_CHECK(conclude(*status));
  return std::nullopt;
}

Result<> BidiStream::conclude(Status status) {
  status_ = std::move(status);
  if (status_->is_ok()) return {};
  stream_->cancel();
  return fail(error_of(*status_));
}

}  // namespace weft::grpc
