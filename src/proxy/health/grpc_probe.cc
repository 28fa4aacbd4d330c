// Health by gRPC: the question on a connection of HTTP/2.
#include "grpc/health_check.h"
#include "proxy/health/probe_connection.h"

namespace weft::proxy {
namespace {

class GrpcProbe final : public Probe {
 public:
  explicit GrpcProbe(ProbeParts parts) : parts_(std::move(parts)), connection_(parts_, http::Version::http2) {
    const auto& check = std::get<decide::GrpcCheck>(parts_.check->how);
    request_ = grpc::health_question(check.authority.empty() ? parts_.authority : check.authority);
    for (const auto& [name, value] : check.metadata) request_.headers.add(name, value);
    body_ = grpc::health_question_body(check.service);
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
    co_return co_await grpc::read_health_answer(answer_, *stream);
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
