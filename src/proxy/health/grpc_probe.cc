// Health by grpc.health.v1.Health/Check: SERVING with the status OK is well, every other answer is a refusal.
#include <algorithm>

#include "grpc/health.h"
#include "grpc/message_framing.h"
#include "grpc/status.h"
#include "proxy/health/probe_connection.h"

namespace weft::proxy {
namespace {

constexpr size_t kGrpcAnswerMax = 4096;  // a HealthCheckResponse has two bytes

http::RequestHead grpc_check_request(const decide::GrpcCheck& check, const std::string& authority) {
  http::RequestHead head;
  head.method = "POST";
  head.version = http::Version::http2;
  head.authority = check.authority.empty() ? authority : check.authority;
  head.path = grpc::kHealthCheckPath;
  head.headers.add(http::HeaderId::content_type, "application/grpc");
  head.headers.add(http::HeaderId::te, "trailers");
  head.headers.add(http::HeaderId::user_agent, "weft/" WEFT_VERSION);
  for (const auto& [name, value] : check.metadata) head.headers.add(name, value);
  return head;
}

std::string grpc_check_body(const decide::GrpcCheck& check) {
  const std::string message = grpc::health_request(check.service);
  const auto prefix = grpc::message_prefix(message.size());
  return std::string(prefix.data(), prefix.size()) + message;
}

class GrpcProbe final : public Probe {
 public:
  explicit GrpcProbe(ProbeParts parts) : parts_(std::move(parts)), connection_(parts_, http::Version::http2) {
    const auto& check = std::get<decide::GrpcCheck>(parts_.check->how);
    request_ = grpc_check_request(check, parts_.authority);
    body_ = grpc_check_body(check);
  }

  runtime::Task<CheckResult> run(Time deadline) override {
    const Result<bool> is_well = co_await ask(deadline);
    if (!is_well || !parts_.check->reuses_connection) connection_.close();
    if (!is_well) co_return CheckResult::unanswered;
    co_return *is_well ? CheckResult::passed : CheckResult::refused;
  }

 private:
  runtime::Task<Result<bool>> ask(Time deadline) {
    WEFT_CO_TRY(http::ClientStream* const stream, co_await connection_.ask(request_, body_, answer_, deadline));
    if (answer_.status != 200) co_return false;
    WEFT_CO_TRY(const bool is_serving, co_await read_answer(*stream));
    auto status = grpc::status_of(stream->response_trailers());
    if (!status) status = grpc::status_of(answer_.headers);
    co_return is_serving&& status && status->is_ok();
  }

  runtime::Task<Result<bool>> read_answer(http::ClientStream& stream) {
    grpc::MessageReader messages(kGrpcAnswerMax);
    bool is_serving = false;
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
      if (message) is_serving = grpc::is_serving(*message).value_or(false);
      if (piece.is_last()) co_return is_serving;
    }
  }

  ProbeParts parts_;
  http::RequestHead request_;
  std::string body_;
  http::ResponseHead answer_;
  ProbeConnection connection_;
};

}  // namespace

std::unique_ptr<Probe> make_grpc_probe(ProbeParts parts) {
  return std::make_unique<GrpcProbe>(std::move(parts));
}

}  // namespace weft::proxy
