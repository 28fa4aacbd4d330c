// consult(): one exchange with an authorization service, over the shard's connections to its cluster: balanced, within
// the cluster's limits, encrypted, observed and ejected like everybody else's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decide/authorization/external_authorization.h"
#include "http/message.h"
#include "http/server_stream.h"
#include "proxy/connect/shard.h"

namespace weft::proxy {

// What is shown of the request's body; `is_partial` is told where bodies are shown at all.
struct ShownRequest {
  std::string_view body;
  std::optional<bool> is_partial;
};
// The field that tells (Envoy's).
inline constexpr std::string_view kPartialBody = "x-envoy-auth-partial-body";

// What is sent. `version`: the least that will do.
struct Question {
  http::RequestHead head;
  http::BodyLength length;
  std::string body;
  http::Version version = http::Version::http11;
};

// What came back.
struct Statement {
  http::ResponseHead head;
  std::string body;
  bool is_whole = false;  // the body came to its end, and is not longer than an answer needs
  http::Headers trailers;
};

// Asks once more where the service has certainly not looked at the question. `client`, if there is one: when it leaves,
// nobody needs the answer. Fails with `cancelled` then, and where no answer's head came. Both outlive the call.
runtime::Task<Result<Statement>> consult(Shard& shard, const decide::ExternalAuthorization& external,
                                         const Question& question, http::ServerStream* client);

}  // namespace weft::proxy
