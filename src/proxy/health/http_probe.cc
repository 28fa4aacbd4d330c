// Health by an HTTP request: the status tells.
#include "proxy/health/probe_connection.h"

namespace weft::proxy {
namespace {

// What an answer to a health check may be long; more is no answer.
constexpr size_t kHttpAnswerMax = 1 << 20;
// Where an endpoint behind another proxy says which service it is.
constexpr std::string_view kCheckedCluster = "x-envoy-upstream-healthchecked-cluster";

http::RequestHead http_check_request(const decide::HttpCheck& check, const std::string& authority) {
  http::RequestHead head;
  head.method = check.method;
  head.authority = check.host.empty() ? authority : check.host;
  head.path = check.path;
  if (check.uses_http2) head.version = http::Version::http2;
  for (const auto& [name, value] : check.headers) head.headers.add(name, value);
  return head;
}

class HttpProbe final : public Probe {
 public:
  explicit HttpProbe(ProbeParts parts)
      : parts_(std::move(parts)),
        check_(&std::get<decide::HttpCheck>(parts_.check->how)),
        request_(http_check_request(*check_, parts_.authority)),
        connection_(parts_, check_->uses_http2 ? http::Version::http2 : http::Version::http11) {}

  runtime::Task<CheckResult> run(Time deadline) override {
    const Result<> answered = co_await ask(deadline);
    if (!answered || !parts_.check->reuses_connection) connection_.close();
    co_return answered ? judge() : CheckResult::unanswered;
  }

 private:
  runtime::Task<Result<>> ask(Time deadline) {
    WEFT_CO_TRY(http::ClientStream* const stream, co_await connection_.ask(request_, {}, answer_, deadline));
    for (size_t size = 0;;) {
      WEFT_CO_TRY(const http::BodyPiece piece, co_await stream->read_body());
      if (piece.is_last()) co_return Result<>();
      size += piece.data.size();
      if (size > kHttpAnswerMax) co_return fail(Reason::too_large, "the answer has no end", Side::endpoint);
    }
  }

  CheckResult judge() const {
    if (!holds(check_->expected, answer_.status))
      return holds(check_->retriable, answer_.status) ? CheckResult::unanswered : CheckResult::refused;
    if (!check_->service_name) return CheckResult::passed;
    const auto name = answer_.headers.get(kCheckedCluster);
    return name && check_->service_name->matches(*name) ? CheckResult::passed : CheckResult::refused;
  }

  ProbeParts parts_;
  const decide::HttpCheck* check_;
  http::RequestHead request_;
  http::ResponseHead answer_;
  ProbeConnection connection_;
};

}  // namespace

std::unique_ptr<Probe> make_http_probe(ProbeParts parts) {
  return std::make_unique<HttpProbe>(std::move(parts));
}

}  // namespace weft::proxy
