#include "control/apiserver/refusal.h"

#include <fmt/format.h>

namespace weft::control {
namespace {

using api::Json;

Json details_of(const api::Kind& kind, std::string_view name) {
  Json details{{"name", name}, {"kind", kind.plural}};
  if (!kind.group.empty()) details["group"] = kind.group;
  return details;
}

// "deployments.apps \"web\"", "pods \"x\""
std::string quoted(const api::Kind& kind, std::string_view name) {
  return kind.group.empty() ? fmt::format("{} \"{}\"", kind.plural, name)
                            : fmt::format("{}.{} \"{}\"", kind.plural, kind.group, name);
}

std::string summary(const api::Findings& findings) {
  std::string text;
  size_t errors = 0;
  for (const api::Finding& finding : findings) {
    if (finding.severity != api::Severity::error) continue;
    if (errors++ > 0) text += ", ";
    text += finding.path.empty() ? finding.message : fmt::format("{}: {}", finding.path, finding.message);
  }
  return errors > 1 ? "[" + text + "]" : text;
}

}  // namespace

Json status_of(const Refusal& refusal) {
  Json status{{"kind", "Status"},    {"apiVersion", "v1"},         {"metadata", Json::object()},
              {"status", "Failure"}, {"message", refusal.message}, {"reason", refusal.reason},
              {"code", refusal.code}};
  if (refusal.details.is_object()) status["details"] = refusal.details;
  return status;
}

Refusal object_not_found(const api::Kind& kind, std::string_view name) {
  return {404, "NotFound", quoted(kind, name) + " not found", details_of(kind, name)};
}

Refusal object_exists(const api::Kind& kind, std::string_view name) {
  return {409, "AlreadyExists", quoted(kind, name) + " already exists", details_of(kind, name)};
}

Refusal object_conflict(const api::Kind& kind, std::string_view name, std::string_view why) {
  return {409, "Conflict", fmt::format("Operation cannot be fulfilled on {}: {}", quoted(kind, name), why),
          details_of(kind, name)};
}

Refusal object_invalid(const api::Kind* kind, std::string_view name, const api::Findings& findings) {
  Json details = kind != nullptr ? details_of(*kind, name) : Json::object();
  if (kind != nullptr) details["kind"] = kind->kind;
  Json& causes = details["causes"] = Json::array();
  for (const api::Finding& finding : findings)
    if (finding.severity == api::Severity::error) causes.push_back(api::to_status_cause(finding));
  std::string message = summary(findings);
  if (kind != nullptr) message = fmt::format("{} \"{}\" is invalid: {}", kind->kind, name, message);
  return {422, "Invalid", std::move(message), std::move(details)};
}

Refusal object_forbidden(const api::Kind& kind, std::string_view name, std::string_view why) {
  return {403, "Forbidden", fmt::format("{} is forbidden: {}", quoted(kind, name), why), details_of(kind, name)};
}

Refusal path_not_found() {
  return {404, "NotFound", "the server could not find the requested resource", Json::object()};
}

Refusal bad_request(std::string message) {
  return {400, "BadRequest", std::move(message), {}};
}

Refusal unauthorized() {
  return {401, "Unauthorized", "a token is required that holds; see STATE/kubeconfig, or weft token create", {}};
}

Refusal method_not_allowed() {
  return {405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {}};
}

Refusal unsupported_media_type(std::string message) {
  return {415, "UnsupportedMediaType", std::move(message), {}};
}

Refusal body_too_large(size_t size_max) {
  return {413, "RequestEntityTooLarge", fmt::format("the request's body is larger than {} bytes", size_max), {}};
}

Refusal history_expired(std::string_view why) {
  return {410, "Expired", fmt::format("too old resource version: {}", why), {}};
}

Refusal time_is_over(std::string message) {
  return {504, "Timeout", std::move(message), {}};
}

Refusal store_refusal(const Error& error) {
  switch (error.reason) {
    case Reason::conflict:
      return {409, "Conflict", error.detail, {}};
    case Reason::unavailable:
      return {503, "ServiceUnavailable", error.detail, {}};
    default:
      return {500, "InternalError", error.detail, {}};
  }
}

Refusal certificate_refusal(const Error& error) {
  if (error.reason == Reason::not_found) return {404, "NotFound", error.detail, Json::object()};
  if (error.reason == Reason::unsupported) return {409, "Conflict", error.detail, {}};
  return store_refusal(error);
}

}  // namespace weft::control
