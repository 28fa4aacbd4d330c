#include "node/api_client/control_plane.h"

namespace weft::node {
namespace {

using api::Json;

constexpr auto kAnswerLimit = std::chrono::seconds(10);

Reason reason_of(uint16_t status) {
  switch (status) {
    case 401:
    case 403:
      return Reason::denied;
    case 404:
      return Reason::not_found;
    case 409:
      return Reason::conflict;
    case 410:
      return Reason::conflict;
    case 422:
    case 400:
      return Reason::invalid;
    default:
      return Reason::unavailable;
  }
}

http::Request json_request(std::string method, std::string path, const Json& body, std::string_view type) {
  return {.method = std::move(method),
          .path = std::move(path),
          .headers = {{"content-type", std::string(type)}},
          .body = body.dump()};
}

}  // namespace

runtime::Task<Result<Json>> ControlPlane::ask(http::Request request) {
  const std::string what = request.method + " " + request.path;
  const http::FetchOptions options{.deadline = reactor_->now() + kAnswerLimit};
  auto reply = co_await http::fetch(*reactor_, address_, std::move(request), options);
  if (!reply) {
    auto error = std::move(reply).error().during(what);
    error.reason = Reason::unavailable;
    co_return fail(std::move(error));
  }
  auto body = Json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) body = Json::object();
  if (reply->is_success()) co_return body;
  const auto message = body.is_object() && body.contains("message") && body["message"].is_string()
                           ? body["message"].get<std::string>()
                           : "status " + std::to_string(reply->status);
  co_return fail(reason_of(reply->status), what + ": " + message);
}

runtime::Task<Result<Json>> ControlPlane::get(std::string path) {
  return ask({.method = "GET", .path = std::move(path)});
}

runtime::Task<Result<Json>> ControlPlane::create(std::string path, Json body) {
  return ask(json_request("POST", std::move(path), body, "application/json"));
}

runtime::Task<Result<Json>> ControlPlane::merge_patch(std::string path, Json patch) {
  return ask(json_request("PATCH", std::move(path), patch, "application/merge-patch+json"));
}

runtime::Task<Result<>> ControlPlane::remove_now(std::string path, std::string uid) {
  const Json options = {
      {"kind", "DeleteOptions"}, {"apiVersion", "v1"}, {"gracePeriodSeconds", 0}, {"preconditions", {{"uid", uid}}}};
  WEFT_CO_TRY(const auto done, co_await ask(json_request("DELETE", std::move(path), options, "application/json")));
  (void)done;
  co_return Result<>{};
}

runtime::Task<Result<>> ControlPlane::remove(std::string path) {
  WEFT_CO_TRY(const auto done, co_await ask({.method = "DELETE", .path = std::move(path)}));
  (void)done;
  co_return Result<>{};
}

bool is_away(const Error& error) {
  return error.reason == Reason::unavailable;
}

std::string pod_path(std::string_view namespace_name, std::string_view name) {
  return "/api/v1/namespaces/" + std::string(namespace_name) + "/pods/" + std::string(name);
}

}  // namespace weft::node
