#include "control/apiserver/api_token_calls.h"

#include <algorithm>

#include "control/store/json_access.h"
#include "control/workloads/timestamp.h"
#include "tls/signing_request.h"

namespace weft::control {
namespace {

using api::Json;

constexpr size_t kTokenCallSizeMax = 32768;  // a request of 16 KiB, escaped
constexpr size_t kTokenNameSizeMax = 63;
// A month, if nothing is said; at most a year: nobody remembers what was made longer ago.
constexpr int64_t kApiTokenSeconds = int64_t{30} * 24 * 3600;
constexpr int64_t kApiTokenSecondsMax = int64_t{365} * 24 * 3600;

// As Kubernetes' names of objects (RFC 1123): it stands in paths and logs.
bool is_token_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= kTokenNameSizeMax && std::ranges::all_of(name, fits);
}

Json token_json(const ApiToken& token) {
  return {{"name", token.name},
          {"role", to_string(token.role)},
          {"proof", to_string(token.proof)},
          {"created", timestamp(token.created)},
          {"expires", timestamp(token.expires)}};
}

// What was asked for.
struct Wish {
  std::string name;
  Role role;
  Duration lifetime;
};

Reply<Wish> read_wish(const Json& body) {
  std::string name = text_at(body, "name");
  const auto role = role_of_word(text_at(body, "role"));
  const int64_t seconds = number_at(body, "expiresSeconds").value_or(kApiTokenSeconds);
  if (!is_token_name(name)) return refuse(bad_request("name must be 1 to 63 lower-case letters, digits, '-' and '.'"));
  if (!role) return refuse(bad_request("role must be viewer, editor or admin"));
  if (seconds < 1 || seconds > kApiTokenSecondsMax)
    return refuse(bad_request("expiresSeconds must be from 1 to 31536000, a year"));
  return Wish{std::move(name), *role, std::chrono::seconds(seconds)};
}

Answer created(const Wish& wish, const char* what, std::string text) {
  return answer_with(Json{{"kind", "Token"},
                          {"apiVersion", "weft.dev/v1"},
                          {"name", wish.name},
                          {"role", to_string(wish.role)},
                          {what, std::move(text)}},
                     201);
}

// Of the request the key alone is read. The subject is for people, and for tools that know groups: what counts is our
// record.
runtime::Task<Reply<Answer>> create_certificate(ApiTokens& tokens, Authority& authority, Wish wish,
                                                std::string request) {
  const auto key = tls::read_signing_request(request);
  if (!key) co_return refuse(bad_request("request: " + key.error().detail));
  const std::string organization = std::string(kRolePrefix).append(to_string(wish.role));
  auto chain = authority.issue_client({wish.name, organization}, *key, wish.lifetime);
  if (!chain) co_return refuse(certificate_refusal(chain.error()));
  const auto recorded = co_await tokens.record(wish.name, wish.role, chain->front());
  if (!recorded) co_return refuse(certificate_refusal(recorded.error()));
  chain->pop_back();
  co_return created(wish, "certificate", tls::to_pem(*chain));
}

}  // namespace

Answer api_token_list(const ApiTokens& tokens) {
  Json items = Json::array();
  for (const ApiToken& one : tokens.list()) items.push_back(token_json(one));
  return answer_with(Json{{"kind", "TokenList"}, {"apiVersion", "weft.dev/v1"}, {"items", std::move(items)}});
}

runtime::Task<Reply<Answer>> create_api_token(ApiTokens& tokens, Authority& authority, const Call& call) {
  WEFT_CO_TRY(const Json body, body_json(call, kTokenCallSizeMax));
  WEFT_CO_TRY(Wish wish, read_wish(body));
  const std::string request = text_at(body, "request");
  if (!request.empty()) co_return co_await create_certificate(tokens, authority, std::move(wish), request);
  auto text = co_await tokens.create(wish.name, wish.role, wish.lifetime);
  if (!text) co_return refuse(certificate_refusal(text.error()));
  co_return created(wish, "token", *std::move(text));
}

runtime::Task<Reply<Answer>> remove_api_token(ApiTokens& tokens, const std::string& name) {
  const auto done = co_await tokens.remove(name);
  if (!done) co_return refuse(certificate_refusal(done.error()));
  co_return answer_with(Json{{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Success"}});
}

}  // namespace weft::control
