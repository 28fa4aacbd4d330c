// The question to an authorization service over HTTP, and what its answer means: 200 allows, a server's error is no
// opinion, everything else is the refusal that the client gets. Pure.
#pragma once

#include "base/error.h"
#include "decide/authorization/external_authorization.h"
#include "http/message.h"
#include "proxy/policy/external_authorization/consult.h"
#include "proxy/policy/external_authorization/opinion.h"

namespace weft::proxy {

// The request's own method and path, and those of its fields that the service is to see. Fails for a CONNECT, which has
// no path.
Result<Question> http_question(const http::RequestHead& request, const decide::HttpQuestion& question,
                               ShownRequest shown);

// Fails where the answer is none.
Result<Opinion> http_opinion(Statement answer, const decide::HttpQuestion& question);

}  // namespace weft::proxy
