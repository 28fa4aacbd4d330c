// ApiHandler: from an HTTP request to the part of the API that answers it.
#pragma once

#include "control/apiserver/access.h"
#include "control/apiserver/remote_call.h"
#include "control/apiserver/resources.h"
#include "control/ca/certification.h"
#include "control/ca/pod_tokens.h"
#include "control/serve/status.h"
#include "http/service/server.h"
#include "telemetry/metrics.h"

namespace weft::control {

// Everything the API speaks for; all of it outlives the API.
struct ApiParts {
  runtime::Reactor* reactor;
  Domain domain;
  const PodTokens* tokens;
  ServingStatus* serving;
  Certification certification;
  ApiTokens* api_tokens;
  telemetry::ShardMetrics* metrics;
  NodePrograms programs;
};

// One per listener, since they differ in who may call. Control thread.
class ApiHandler final : public http::Handler {
 public:
  ApiHandler(ApiParts parts, Access access)
      : parts_(std::move(parts)), access_(std::move(access)), resources_(parts_.domain) {}

  runtime::Task<void> handle(http::Exchange& exchange) override;

 private:
  runtime::Task<Reply<>> read_body(http::Exchange& exchange, Call& call) const;
  runtime::Task<Reply<Answer>> answer(const Call& call);
  runtime::Task<Reply<Answer>> answer_about(const Call& call, const Target& target);
  runtime::Task<Reply<Answer>> answer_own(const Call& call);
  runtime::Task<Reply<Answer>> answer_about_identity(const Call& call);
  runtime::Task<Reply<Answer>> answer_about_tokens(const Call& call);
  // The answers that go on for as long as something happens.
  runtime::Task<Reply<>> stream(http::Exchange& exchange, const Call& call, const Target& target);
  runtime::Task<Reply<>> stream_watch(http::Exchange& exchange, const Call& call, const Target& target);
  runtime::Task<Reply<>> stream_remote(http::Exchange& exchange, const Call& call, const Target& target);
  runtime::Task<Reply<>> stream_log(http::Exchange& exchange, const Call& call, const Target& target);

  ApiParts parts_;
  Access access_;
  Resources resources_;
};

}  // namespace weft::control
