#include "grpc/health_check.h"

#include <algorithm>

#include "grpc/health.h"
#include "grpc/message_framing.h"
#include "grpc/status.h"

namespace weft::grpc {
namespace {

constexpr size_t kAnswerMax = 4096;  // a HealthCheckResponse has two bytes

runtime::Task<Result<bool>> read_message(http::ClientStream& stream) {
  MessageReader messages(kAnswerMax);
  bool serves = false;
  for (;;) {
    WEFT_CO_TRY(const http::BodyPiece piece, co_await stream.read_body());
    for (std::string_view left = piece.data; !left.empty();) {
      const std::span<char> room = messages.room();
      const size_t size = std::min(room.size(), left.size());
      std::ranges::copy(left.substr(0, size), room.begin());
      messages.commit(size);
      left.remove_prefix(size);
    }
    WEFT_CO_TRY(const auto message, messages.next());
    if (message) serves = is_serving(*message).value_or(false);
    if (piece.is_last()) co_return serves;
  }
}

}  // namespace

http::RequestHead health_question(std::string authority) {
  http::RequestHead head;
  head.method = "POST";
  head.version = http::Version::http2;
  head.authority = std::move(authority);
  head.path = kHealthCheckPath;
  head.headers.add(http::HeaderId::content_type, "application/grpc");
  head.headers.add(http::HeaderId::te, "trailers");
  head.headers.add(http::HeaderId::user_agent, "weft/" WEFT_VERSION);
  return head;
}

std::string health_question_body(std::string_view service) {
  const std::string message = health_request(service);
  const auto prefix = message_prefix(message.size());
  return std::string(prefix.data(), prefix.size()) + message;
}

runtime::Task<Result<bool>> read_health_answer(const http::ResponseHead& head, http::ClientStream& stream) {
  if (head.status != 200) co_return false;
  WEFT_CO_TRY(const bool serves, co_await read_message(stream));
  auto status = status_of(stream.response_trailers());
  if (!status) status = status_of(head.headers);
  co_return serves&& status && status->is_ok();
}

}  // namespace weft::grpc
