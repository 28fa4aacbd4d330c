#include "decide/routing/hash_policy.h"

#include <bit>

#include "base/strings.h"
#include "base/xx_hash.h"

namespace weft::decide {
namespace {

std::optional<std::string_view> header_value(const RequestHead& request, std::string_view name, std::string& scratch) {
  return request.headers == nullptr ? std::nullopt : request.headers->value_of(name, scratch);
}

// The first cookie of that name (RFC 6265 5.4). Fields that came apart are joined by commas.
std::optional<std::string_view> cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::string_view pair = cookies.substr(0, cookies.find_first_of(";,"));
    cookies.remove_prefix(std::min(pair.size() + 1, cookies.size()));
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name) return trim(pair.substr(equals + 1));
  }
  return std::nullopt;
}

// Envoy hashes no empty cookie and no parameter without a value.
std::optional<uint64_t> hash_if_any(std::optional<std::string_view> text) {
  return text && !text->empty() ? std::optional(xx_hash(*text)) : std::nullopt;
}

std::optional<std::string_view> sent_cookie(const HashCookie& cookie, const RequestHead& request,
                                            std::string& scratch) {
  return cookie_value(header_value(request, "cookie", scratch).value_or(""), cookie.name);
}

std::optional<uint64_t> hash_one(const HashPolicy& policy, const RequestHead& request, const HashedClient& client) {
  std::string scratch;
  if (const auto* header = std::get_if<HashHeader>(&policy.source)) {
    const auto value = header_value(request, header->name, scratch);
    return value ? std::optional(xx_hash(*value)) : std::nullopt;
  }
  if (const auto* cookie = std::get_if<HashCookie>(&policy.source)) {
    const auto sent = sent_cookie(*cookie, request, scratch);
    return hash_if_any(!sent && cookie->lifetime ? client.issued_cookie : sent);
  }
  if (const auto* parameter = std::get_if<HashQueryParameter>(&policy.source)) {
    return hash_if_any(query_parameter(request.query(), parameter->name));
  }
  return xx_hash({reinterpret_cast<const char*>(client.address.bytes.data()), client.address.bytes.size()});
}

}  // namespace

std::optional<uint64_t> hash_of(std::span<const HashPolicy> policies, const RequestHead& request,
                                const HashedClient& client) {
  std::optional<uint64_t> hash;
  for (const auto& policy : policies) {
    const auto one = hash_one(policy, request, client);
    if (!one) continue;
    hash = hash ? std::rotl(*hash, 1) ^ *one : *one;
    if (policy.terminal) break;
  }
  return hash;
}

const HashCookie* cookie_to_issue(std::span<const HashPolicy> policies, const RequestHead& request) {
  std::string scratch;
  for (const auto& policy : policies) {
    const auto* cookie = std::get_if<HashCookie>(&policy.source);
    if (cookie != nullptr && cookie->lifetime && !sent_cookie(*cookie, request, scratch)) return cookie;
  }
  return nullptr;
}

}  // namespace weft::decide
