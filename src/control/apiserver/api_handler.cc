#include "control/apiserver/api_handler.h"

#include "control/apiserver/access_review.h"
#include "control/apiserver/api_token_calls.h"
#include "control/apiserver/apply.h"
#include "control/apiserver/certificates.h"
#include "control/apiserver/discovery.h"
#include "control/apiserver/openapi.h"
#include "control/apiserver/pod_log.h"
#include "control/apiserver/proxy_status.h"
#include "control/apiserver/roles.h"
#include "control/apiserver/secure_door.h"
#include "control/apiserver/token_request.h"
#include "control/apiserver/trust.h"
#include "control/apiserver/warning_header.h"
#include "control/apiserver/watch.h"
#include "telemetry/exposition.h"

namespace weft::control {
namespace {

constexpr size_t kObjectBodySizeMax = api::kObjectSizeMax + (64 << 10);

bool is_health_check(const std::vector<std::string>& path) {
  return path.size() == 1 && (path[0] == "healthz" || path[0] == "readyz" || path[0] == "livez");
}

bool is_own(const std::vector<std::string>& path) {
  return path.size() >= 4 && path.size() <= 5 && path[0] == "apis" && path[1] == "weft.dev" && path[2] == "v1";
}

bool is_apply(const std::vector<std::string>& path) {
  return is_own(path) && path.size() == 4 && path[3] == "apply";
}

bool is_read(const Call& call) {
  return call.head.method == "GET" || call.head.is_head();
}

bool is_log(const Target& target) {
  return target.kind->kind == "Pod" && target.subresource == "log";
}

bool is_stream(const Call& call, const Target& target) {
  const bool is_watch = target.subresource.empty() && call.query.is_true("watch");
  return is_remote(target) || (is_read(call) && (is_watch || is_log(target)));
}

bool has_subresource(const api::Kind& kind, std::string_view subresource) {
  return subresource.empty() ||
         std::find(kind.subresources.begin(), kind.subresources.end(), subresource) != kind.subresources.end();
}

Answer metrics_page(const telemetry::ShardMetrics* metrics) {
  return {.body = telemetry::exposition({&metrics, 1}), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

runtime::Task<void> send(http::Exchange& exchange, Answer answer) {
  http::ResponseHead head;
  head.status = answer.code;
  head.headers.add(http::HeaderId::content_type, answer.content_type);
  head.headers.add("cache-control", "no-cache, private");
  for (const std::string& warning : answer.warnings) head.headers.add("warning", warning_header(warning));
  // A client that has left meanwhile is no failure of ours.
  (void)co_await exchange.respond(std::move(head), std::move(answer.body));
}

}  // namespace

runtime::Task<void> ApiHandler::handle(http::Exchange& exchange) {
  auto call = read_target(exchange.request());
  if (!call) co_return co_await send(exchange, answer_with(call.error()));
  const auto caller = access_.check(call->head, is_health_check(call->path), shown_certificate(exchange.stream()));
  if (!caller) co_return co_await send(exchange, answer_with(caller.error()));
  if (is_health_check(call->path)) co_return co_await send(exchange, {.body = "ok", .content_type = "text/plain"});
  call->caller = *caller;
  const auto target = read_resource_path(call->path);
  if (const auto allowed = check_role(*caller, needed_role(*call, target)); !allowed)
    co_return co_await send(exchange, answer_with(allowed.error()));
  const bool streams = target && is_stream(*call, *target);
  Reply<> begun = streams ? co_await stream(exchange, *call, *target) : co_await read_body(exchange, *call);
  if (!begun) co_return co_await send(exchange, answer_with(begun.error()));
  if (streams) co_return;
  auto reply = target ? co_await answer_about(*call, *target) : co_await answer(*call);
  co_await send(exchange, reply ? *std::move(reply) : answer_with(reply.error()));
}

runtime::Task<Reply<>> ApiHandler::read_body(http::Exchange& exchange, Call& call) const {
  const size_t size_max = is_apply(call.path) ? kApplySizeMax : kObjectBodySizeMax;
  auto body = co_await exchange.read_body(size_max);
  if (!body && body.error().reason == Reason::too_large) co_return refuse(body_too_large(size_max));
  if (!body) co_return refuse(bad_request(body.error().detail));
  call.body = *std::move(body);
  co_return Reply<>();
}

runtime::Task<Reply<>> ApiHandler::stream(http::Exchange& exchange, const Call& call, const Target& target) {
  if (is_remote(target)) return stream_remote(exchange, call, target);
  return is_log(target) ? stream_log(exchange, call, target) : stream_watch(exchange, call, target);
}

runtime::Task<Reply<>> ApiHandler::stream_remote(http::Exchange& exchange, const Call& call, const Target& target) {
  RemoteCall remote(*parts_.reactor, *parts_.domain.store, parts_.programs, call, target);
  co_return co_await remote.run(exchange);
}

runtime::Task<Reply<>> ApiHandler::stream_log(http::Exchange& exchange, const Call& call, const Target& target) {
  WEFT_CO_TRY(LogWish wish, read_log_wish(call.query, parts_.domain.clock->wall_now()));
  PodLog log(*parts_.reactor, *parts_.domain.store, target.key(), parts_.programs.state_folder);
  WEFT_CO_CHECK(log.open(std::move(wish)));
  (void)co_await log.stream(exchange);  // ends when the client leaves
  co_return Reply<>();
}

runtime::Task<Reply<>> ApiHandler::stream_watch(http::Exchange& exchange, const Call& call, const Target& target) {
  WEFT_CO_TRY(WatchOptions options, read_watch_options(call, target));
  Presentation presentation(*target.kind, target.version, call, *parts_.domain.clock);
  Watch watch(*parts_.reactor, *parts_.domain.store, target, std::move(presentation), std::move(options));
  (void)co_await watch.run(exchange);  // ends when the client leaves
  co_return Reply<>();
}

runtime::Task<Reply<Answer>> ApiHandler::answer(const Call& call) {
  if (is_own(call.path)) co_return co_await answer_own(call);
  if (is_access_review(call.path)) co_return review_access(call);
  if (!is_read(call)) co_return refuse(path_not_found());
  if (call.path.size() == 1 && call.path[0] == "metrics") co_return metrics_page(parts_.metrics);
  if (const auto document = discovery_document(call.path)) co_return answer_with(*document);
  if (!call.path.empty() && call.path[0] == "openapi") co_return openapi_document(call);
  co_return refuse(path_not_found());
}

runtime::Task<Reply<Answer>> ApiHandler::answer_own(const Call& call) {
  if (is_apply(call.path) && call.head.method == "POST") co_return co_await apply(parts_.domain, call);
  if (call.path[3] == "certificates" || call.path[3] == "trust") co_return co_await answer_about_identity(call);
  if (call.path[3] == "tokens") co_return co_await answer_about_tokens(call);
  if (!is_read(call) || call.path.size() > 4) co_return refuse(path_not_found());
  if (call.path[3] == "proxies") co_return proxy_list(*parts_.serving);
  if (call.path[3] == "sync") co_return co_await wait_for_proxies(*parts_.serving, *parts_.domain.store, call);
  co_return refuse(path_not_found());
}

runtime::Task<Reply<Answer>> ApiHandler::answer_about_identity(const Call& call) {
  const Identities identities{parts_.certification, parts_.serving, &parts_.domain.controllers->world(),
                              parts_.domain.clock};
  const bool is_one = call.path.size() == 5;
  const bool is_post = call.head.method == "POST";
  if (call.path[3] == "trust") {
    if (is_one) co_return refuse(path_not_found());
    if (is_post) co_return co_await change_root(identities, call);
    if (is_read(call)) co_return trust_status(identities);
  } else {
    if (is_one && is_read(call)) co_return show_certificate(identities, call.path[4]);
    if (is_read(call)) co_return certificate_list(identities);
    if (is_post && !is_one) co_return co_await mark_certificates(identities, call);
  }
  co_return refuse(method_not_allowed());
}

runtime::Task<Reply<Answer>> ApiHandler::answer_about_tokens(const Call& call) {
  const bool is_one = call.path.size() == 5;
  if (is_one && call.head.method == "DELETE") co_return co_await remove_api_token(*parts_.api_tokens, call.path[4]);
  if (!is_one && is_read(call)) co_return api_token_list(*parts_.api_tokens);
  if (!is_one && call.head.method == "POST")
    co_return co_await create_api_token(*parts_.api_tokens, *parts_.certification.authority, call);
  co_return refuse(method_not_allowed());
}

runtime::Task<Reply<Answer>> ApiHandler::answer_about(const Call& call, const Target& target) {
  const std::string& method = call.head.method;
  if (!has_subresource(*target.kind, target.subresource)) co_return refuse(path_not_found());
  if (target.subresource == "token") {
    if (method != "POST") co_return refuse(method_not_allowed());
    co_return request_token(parts_.domain.controllers->world(), *parts_.tokens, call, target);
  }
  const bool is_scale = target.subresource == "scale";
  if (is_read(call) && is_scale) co_return resources_.get_scale(target);
  if (is_read(call)) co_return target.is_collection() ? resources_.list(call, target) : resources_.get(call, target);
  if (is_scale && (method == "PUT" || method == "PATCH")) co_return co_await resources_.change_scale(call, target);
  if (method == "PUT") co_return co_await resources_.update(call, target);
  if (method == "PATCH") co_return co_await resources_.patch(call, target);
  if (!target.subresource.empty()) co_return refuse(method_not_allowed());
  if (method == "POST") co_return co_await resources_.create(call, target);
  if (method == "DELETE" && target.is_collection()) co_return co_await resources_.remove_collection(call, target);
  if (method == "DELETE") co_return co_await resources_.remove(call, target);
  co_return refuse(method_not_allowed());
}

}  // namespace weft::control
