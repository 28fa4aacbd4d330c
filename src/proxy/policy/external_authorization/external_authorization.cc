#include "proxy/policy/external_authorization/external_authorization.h"

#include "decide/authorization/external_authorization.h"
#include "proxy/policy/access.h"
#include "proxy/policy/external_authorization/grpc_question.h"
#include "proxy/policy/external_authorization/http_question.h"

namespace weft::proxy {
namespace {

using decide::ExternalAuthorization;
using decide::GrpcQuestion;
using decide::HttpQuestion;
using Outcome = Consulted::Outcome;

constexpr uint16_t kBodyTooLarge = 413;

// Which rule says that the service is to be asked; nothing: none does. A rule that is null stands for everything.
std::optional<const decide::AccessPolicy*> asking_rule(const ExternalAuthorization& external,
                                                       const decide::Access& access) {
  if (!external.asked_about) return nullptr;
  const decide::AccessPolicy* rule = external.asked_about->match(access);
  return rule == nullptr ? std::nullopt : std::optional(rule);
}

// The client did not send the body that the service is to see.
Error client_fault(Error error, Exchange& exchange) {
  const bool is_wrong = error.reason == Reason::malformed || error.reason == Reason::too_large;
  const bool is_silent = error.reason == Reason::timed_out;
  exchange.record.set(is_silent  ? Flag::stream_idle_timeout
                      : is_wrong ? Flag::client_protocol_error
                                 : Flag::client_closed);
  return error;
}

// As much of the request's body as the service is to see. Nothing: it is longer than it may be.
runtime::Task<Result<std::optional<ShownRequest>>> shown_request(const ExternalAuthorization& external,
                                                                 Exchange& exchange) {
  using Shown = std::optional<ShownRequest>;
  if (!external.body) co_return Shown(ShownRequest{});
  const size_t size_max = external.body->bytes_max;
  auto collected = co_await exchange.body->collect(external.body->may_be_cut ? size_max : size_max + 1);
  if (!collected) co_return fail(client_fault(std::move(collected).error(), exchange));
  WEFT_CO_TRY(const http::BodyPiece piece, exchange.body->first());
  const bool is_partial = piece.data.size() > size_max || !piece.is_last();
  if (is_partial && !external.body->may_be_cut) co_return Shown();
  co_return Shown(ShownRequest{piece.data.substr(0, size_max), is_partial});
}

runtime::Task<Result<Opinion>> ask(const ExternalAuthorization& external, Exchange& exchange, ShownRequest shown) {
  if (const auto* http = std::get_if<HttpQuestion>(&external.question)) {
    WEFT_CO_TRY(const Question question, http_question(exchange.request, *http, shown));
    WEFT_CO_TRY(Statement answer, co_await consult(exchange.shard, external, question, exchange.stream));
    co_return http_opinion(std::move(answer), *http);
  }
  const Question question = grpc_question(exchange, external, shown);
  WEFT_CO_TRY(const Statement answer, co_await consult(exchange.shard, external, question, exchange.stream));
  co_return grpc_opinion(answer);
}

// By its name or, since applications may read "x_user" as "x-user", as that.
bool may_be_read_as_one(const decide::FieldNames& names, std::string_view name) {
  if (names.contain(name)) return true;
  if (!name.contains('_')) return false;
  std::string dashed(name);
  std::ranges::replace(dashed, '_', '-');
  return names.contain(dashed);
}

// What a client claims in fields that only the service may fill, and which it is not shown, is nobody's word.
void drop_claims(const ExternalAuthorization& external, http::Headers& headers) {
  const auto* http = std::get_if<HttpQuestion>(&external.question);
  if (http == nullptr || http->set_for_endpoint.patterns.empty()) return;
  headers.remove_if([&](const http::Field& field) {
    return is_free(field.name) && may_be_read_as_one(http->set_for_endpoint, field.name) && !http->shows(field.name);
  });
}

void change_request(const Opinion& opinion, const ExternalAuthorization& external, Exchange& exchange) {
  http::Headers& headers = exchange.request.headers;
  for (const auto& name : opinion.removed) headers.remove(name);
  make_changes(opinion.set, headers);
  exchange.route_is_stale = external.routes_again && !(opinion.removed.empty() && opinion.set.empty());
}

void refuse(Opinion opinion, Exchange& exchange) {
  exchange.record.set(Flag::unauthorized_externally);
  exchange.local_reply = LocalReply{opinion.status, denial_of(*exchange.record.consulted), std::move(opinion.body)};
  // How an answer to gRPC is written is not the service's to say.
  const auto type = exchange.request.headers.get(http::HeaderId::content_type);
  if (!type || !type->starts_with("application/grpc")) return;
  std::erase_if(exchange.told, [](const FieldChange& change) { return change.name == "content-type"; });
}

Result<> pass_without_answer(const ExternalAuthorization& external, const Error& error, Exchange& exchange) {
  if (error.reason == Reason::cancelled) {
    exchange.record.consulted.reset();  // nobody's fault
    exchange.record.set(Flag::client_closed);
    return fail(Reason::cancelled, "the client left while an authorizer was asked", Side::client);
  }
  drop_claims(external, exchange.request.headers);
  if (external.passes_on_failure) {
    exchange.record.consulted->outcome = Outcome::failed_open;
    return {};
  }
  exchange.record.set(Flag::unauthorized_externally);
  exchange.local_reply = LocalReply{external.status_on_failure, denial_of(*exchange.record.consulted), ""};
  return {};
}

// `external` belongs to the snapshot, which the exchange holds.
runtime::Task<Result<>> ask_about(const ExternalAuthorization& external, const decide::AccessPolicy* rule,
                                  Exchange& exchange) {
  WEFT_CO_TRY(const auto shown, co_await shown_request(external, exchange));
  if (!shown) {
    exchange.local_reply = LocalReply{kBodyTooLarge, "request_payload_too_large", "Payload Too Large"};
    co_return Result<>();
  }
  const Time begin = exchange.shard.reactor.now();
  exchange.record.consulted = Consulted{.rule = rule};
  auto opinion = co_await ask(external, exchange, *shown);
  exchange.record.delayed += exchange.shard.reactor.now() - begin;  // no part of the route's timeout
  if (!opinion) co_return pass_without_answer(external, opinion.error(), exchange);
  exchange.record.consulted->outcome = opinion->is_allowed ? Outcome::allowed : Outcome::denied;
  exchange.told = std::move(opinion->told);
  if (!opinion->is_allowed) {
    refuse(*std::move(opinion), exchange);
    co_return Result<>();
  }
  drop_claims(external, exchange.request.headers);
  change_request(*opinion, external, exchange);
  co_return Result<>();
}

runtime::Task<std::optional<Consulted>> ask_about(Shard& shard, const ExternalAuthorization& external,
                                                  const ClientFacts& client, const decide::AccessPolicy* rule) {
  const Question question = grpc_question(client, std::get<GrpcQuestion>(external.question));
  const auto answer = co_await consult(shard, external, question, nullptr);
  const auto opinion = answer ? grpc_opinion(*answer) : fail(answer.error());
  if (!opinion) co_return Consulted{external.passes_on_failure ? Outcome::failed_open : Outcome::failed, rule};
  co_return Consulted{opinion->is_allowed ? Outcome::allowed : Outcome::denied, rule};
}

}  // namespace

std::string_view denial_of(const Consulted& consulted) {
  if (consulted.outcome == Outcome::failed) return "ext_authz_error";
  return consulted.rule == nullptr ? std::string_view("ext_authz_denied") : consulted.rule->denial;
}

Eventually<Result<>> ExternalCheck::on_request(Exchange& exchange) const {
  const auto* external = exchange.chain->external_authorization.get();
  if (external == nullptr) return Result<>();
  const decide::RequestHead request = exchange.routed();
  const auto rule = asking_rule(*external, access_of(exchange, request));
  if (!rule) return Result<>();
  return ask_about(*external, *rule, exchange);
}

void ExternalCheck::on_response(Exchange& exchange) const {
  make_changes(exchange.told, exchange.response.headers);
}

Eventually<std::optional<Consulted>> check_externally(Shard& shard, const ExternalAuthorization* external,
                                                      const ClientFacts& client) {
  if (external == nullptr) return std::optional<Consulted>();
  const auto rule = asking_rule(*external, access_of(client));
  if (!rule) return std::optional<Consulted>();
  return ask_about(shard, *external, client, *rule);
}

}  // namespace weft::proxy
