#include "decide/routing/hash_policy.h"

#include <bit>

#include "base/strings.h"

namespace weft::decide {
namespace {

// FNV-1a, whose low bits are then spread over all of them (the finalizer of MurmurHash3).
uint64_t hash_text(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return hash ^ (hash >> 33);
}

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
  return text && !text->empty() ? std::optional(hash_text(*text)) : std::nullopt;
}

std::optional<uint64_t> hash_one(const HashPolicy& policy, const RequestHead& request, const IpAddress& client) {
  std::string scratch;
  if (const auto* header = std::get_if<HashHeader>(&policy.source)) {
    const auto value = header_value(request, header->name, scratch);
    return value ? std::optional(hash_text(*value)) : std::nullopt;
  }
  if (const auto* cookie = std::get_if<HashCookie>(&policy.source)) {
    return hash_if_any(cookie_value(header_value(request, "cookie", scratch).value_or(""), cookie->name));
  }
  if (const auto* parameter = std::get_if<HashQueryParameter>(&policy.source)) {
    return hash_if_any(query_parameter(request.query(), parameter->name));
  }
  return hash_text({reinterpret_cast<const char*>(client.bytes.data()), client.bytes.size()});
}

}  // namespace

std::optional<uint64_t> hash_of(std::span<const HashPolicy> policies, const RequestHead& request,
                                const IpAddress& client) {
  std::optional<uint64_t> hash;
  for (const auto& policy : policies) {
    const auto one = hash_one(policy, request, client);
    if (!one) continue;
    hash = hash ? std::rotl(*hash, 1) ^ *one : *one;
    if (policy.terminal) break;
  }
  return hash;
}

}  // namespace weft::decide
