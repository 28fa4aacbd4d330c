#include "proxy/retry/asked_retries.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"
#include "http/list_field.h"

namespace weft::proxy {
namespace {

using http::HeaderId;

constexpr std::array kFields = {HeaderId::x_envoy_retry_on,
                                HeaderId::x_envoy_retry_grpc_on,
                                HeaderId::x_envoy_max_retries,
                                HeaderId::x_envoy_retriable_status_codes,
                                HeaderId::x_envoy_retriable_header_names,
                                HeaderId::x_envoy_upstream_rq_per_try_timeout_ms};

std::optional<uint64_t> number_in(const http::Headers& headers, HeaderId id) {
  const auto text = headers.get(id);
  return text ? parse_unsigned(*text) : std::nullopt;
}

// Beyond a century there is no difference, and times do not overflow.
std::optional<Duration> milliseconds_in(const http::Headers& headers, HeaderId id) {
  constexpr uint64_t kCentury = 100ull * 365 * 24 * 3600 * 1000;
  const auto number = number_in(headers, id);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int64_t>(std::min(*number, kCentury)));
}

// Only names can be given this way, not what the fields hold (Envoy's x-envoy-retriable-header-names).
void add_header_names(const http::Headers& headers, decide::RetryPolicy& asked) {
  http::each_item(headers, HeaderId::x_envoy_retriable_header_names, [&](std::string_view name) {
    asked.response_headers.push_back({.name = to_lower(name), .rule = decide::Presence{}});
  });
}

void add_status_codes(const http::Headers& headers, decide::RetryPolicy& asked) {
  http::each_item(headers, HeaderId::x_envoy_retriable_status_codes, [&](std::string_view text) {
    const auto status = parse_unsigned(text);
    if (status && *status <= 999) asked.status_codes.push_back(static_cast<uint16_t>(*status));
  });
}

}  // namespace

std::unique_ptr<const decide::RetryPolicy> take_asked_retries(http::Headers& headers,
                                                              const decide::RetryPolicy& of_route) {
  if (std::ranges::none_of(kFields, [&](HeaderId id) { return headers.has(id); })) return nullptr;
  auto asked = std::make_unique<decide::RetryPolicy>(of_route);
  for (const HeaderId id : {HeaderId::x_envoy_retry_on, HeaderId::x_envoy_retry_grpc_on}) {
    if (const auto words = headers.get(id)) asked->add_conditions(*words);
  }
  if (const auto most = number_in(headers, HeaderId::x_envoy_max_retries))
    asked->retries_max = static_cast<uint32_t>(std::min<uint64_t>(*most, UINT32_MAX));
  if (const auto per_try = milliseconds_in(headers, HeaderId::x_envoy_upstream_rq_per_try_timeout_ms))
    asked->per_try_timeout = *per_try;
  add_status_codes(headers, *asked);
  add_header_names(headers, *asked);
  for (const HeaderId id : kFields) headers.remove(id);
  return asked;
}

std::optional<Duration> take_asked_timeout(http::Headers& headers) {
  if (!headers.has(HeaderId::x_envoy_upstream_rq_timeout_ms)) return std::nullopt;
  const auto asked = milliseconds_in(headers, HeaderId::x_envoy_upstream_rq_timeout_ms);
  headers.remove(HeaderId::x_envoy_upstream_rq_timeout_ms);
  return asked;
}

}  // namespace weft::proxy
