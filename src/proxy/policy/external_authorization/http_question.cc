#include "proxy/policy/external_authorization/http_question.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::proxy {
namespace {

using decide::HttpQuestion;

// By which an answer names fields that the endpoint is not to get (Envoy's).
constexpr std::string_view kToRemove = "x-envoy-auth-headers-to-remove";

bool is_told_to_refused(std::string_view name, const HttpQuestion& question) {
  // Ours to say, whatever the service's server says of itself.
  if (name == kToRemove || name == "server" || name == "date" || name == "x-envoy-upstream-service-time") return false;
  const bool is_always_told = name == "www-authenticate" || name == "location";  // Envoy's
  return is_always_told || !question.told_to_refused || question.told_to_refused->contain(name);
}

Result<Opinion> http_refusal(Statement answer, const HttpQuestion& question) {
  Opinion opinion{.status = answer.head.status, .body = answer.is_whole ? std::move(answer.body) : ""};
  for (const http::Field& field : answer.head.headers) {
    if (!is_free(field.name) || !is_told_to_refused(field.name, question)) continue;
    // The first takes the place of what a reply of ours has by itself.
    const bool is_first = std::ranges::find(opinion.told, field.name, &FieldChange::name) == opinion.told.end();
    const auto kind = is_first ? FieldChange::Kind::set : FieldChange::Kind::append;
    WEFT_TRY(opinion.told.emplace_back(), field_change(kind, field.name, field.value));
  }
  return opinion;
}

void remove_listed(std::string_view names, Opinion& opinion) {
  for (const std::string_view name : split(names, ',')) {
    const std::string lower_name = to_lower(trim(name));
    if (is_free(lower_name)) opinion.removed.push_back(lower_name);
  }
}

Result<Opinion> http_permission(const http::Headers& answer, const HttpQuestion& question) {
  using Kind = FieldChange::Kind;
  Opinion opinion{.is_allowed = true};
  for (const http::Field& field : answer) {
    if (field.name == kToRemove) remove_listed(field.value, opinion);
    if (!is_free(field.name) || field.name == kToRemove) continue;
    if (question.set_for_endpoint.contain(field.name)) {
      WEFT_TRY(opinion.set.emplace_back(), field_change(Kind::set, field.name, field.value));
    }
    if (question.appended_for_endpoint.contain(field.name)) {
      WEFT_TRY(opinion.set.emplace_back(), field_change(Kind::append, field.name, field.value));
    }
    if (question.told_to_allowed.contain(field.name)) {
      WEFT_TRY(opinion.told.emplace_back(), field_change(Kind::append, field.name, field.value));
    }
  }
  return opinion;
}

}  // namespace

Result<Question> http_question(const http::RequestHead& request, const HttpQuestion& question, ShownRequest shown) {
  if (request.is_connect()) return fail(Reason::unsupported, "a CONNECT cannot be asked about over HTTP");
  Question asked{.length = http::BodyLength::known(shown.body.size()), .body = std::string(shown.body)};
  asked.head.method = request.method;
  asked.head.scheme = request.scheme;
  asked.head.authority = request.authority;
  asked.head.path = question.path_prefix + request.path;
  for (const http::Field& field : request.headers) {
    if (is_free(field.name) && question.shows(field.name)) asked.head.headers.add(field.name, field.value);
  }
  if (shown.is_partial) asked.head.headers.set(kPartialBody, *shown.is_partial ? "true" : "false");
  for (const auto& [name, value] : question.added) {
    if (is_free(name)) asked.head.headers.set(name, value);
  }
  return asked;
}

Result<Opinion> http_opinion(Statement answer, const HttpQuestion& question) {
  constexpr uint16_t kOk = 200;
  constexpr uint16_t kServerError = 500;
  if (answer.head.status >= kServerError)
    return fail(Reason::unavailable, "the authorizer answered with a server's error", Side::endpoint);
  if (answer.head.status == kOk) return http_permission(answer.head.headers, question);
  return http_refusal(std::move(answer), question);
}

}  // namespace weft::proxy
