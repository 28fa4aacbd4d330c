// The question to an authorization service over gRPC (envoy.service.auth.v3.Authorization/Check), and what its answer
// means. Pure.
#pragma once

#include <string_view>

#include "base/error.h"
#include "decide/authorization/external_authorization.h"
#include "proxy/policy/exchange.h"
#include "proxy/policy/external_authorization/consult.h"
#include "proxy/policy/external_authorization/opinion.h"

namespace weft::proxy {

// About a request, and about a connection of which no more is known than TCP says.
Question grpc_question(const Exchange& exchange, const decide::ExternalAuthorization& external, ShownRequest shown);
Question grpc_question(const ClientFacts& client, const decide::GrpcQuestion& question);

// Fails where the answer is none: not one whole message, or a status of gRPC's own other than OK.
Result<Opinion> grpc_opinion(const Statement& answer);

// The message alone. Fails on bytes that are no CheckResponse, and on one that asks for what is not done here: an
// answer is followed as a whole or not at all.
Result<Opinion> read_check_response(std::string_view message);

}  // namespace weft::proxy
