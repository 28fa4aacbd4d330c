#include "proxy/policy/request_id/request_id.h"

#include <algorithm>
#include <array>

#include "base/hex.h"
#include "proxy/policy/internal_client.h"

namespace weft::proxy {
namespace {

constexpr size_t kIdSizeMax = 128;  // a foreign id may have another form than ours, but no room for mischief

using Uuid = std::array<char, 36>;

Uuid make_uuid(Random& random) {
  uint64_t high = random.next();
  uint64_t low = random.next();
  high = (high & ~uint64_t{0xf000}) | 0x4000;                // version 4
  low = (low & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);  // variant 1
  const auto first = hex_digits(static_cast<uint32_t>(high >> 32));
  const auto second = hex_digits(static_cast<uint32_t>(high));
  const auto third = hex_digits(static_cast<uint32_t>(low >> 32));
  const auto fourth = hex_digits(static_cast<uint32_t>(low));
  Uuid text;
  text.fill('-');
  std::ranges::copy(first, text.begin());
  std::copy_n(second.begin(), 4, text.begin() + 9);
  std::copy_n(second.begin() + 4, 4, text.begin() + 14);
  std::copy_n(third.begin(), 4, text.begin() + 19);
  std::copy_n(third.begin() + 4, 4, text.begin() + 24);
  std::ranges::copy(fourth, text.begin() + 28);
  return text;
}

bool is_acceptable(std::string_view id) {
  return id.size() <= kIdSizeMax && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

void give_request_id(Exchange& exchange) {
  const auto received = exchange.request.headers.get(http::HeaderId::x_request_id);
  const bool is_edge = exchange.chain->trusts_peer_address;
  const bool is_kept = !is_edge || exchange.chain->keeps_request_id || is_internal(exchange);
  if (received && is_kept && is_acceptable(*received)) return;
  if (!exchange.chain->generates_request_id) return;
  const Uuid id = make_uuid(exchange.shard.random);
  exchange.request.headers.set(http::HeaderId::x_request_id, {id.data(), id.size()});
}

Eventually<Result<>> RequestId::on_request(Exchange& exchange) const {
  if (!exchange.request.headers.has(http::HeaderId::x_request_id)) give_request_id(exchange);
  return Result<>();
}

void RequestId::on_response(Exchange& exchange) const {
  if (!exchange.chain->returns_request_id) return;
  const auto id = exchange.request.headers.get(http::HeaderId::x_request_id);
  if (id) exchange.response.headers.set(http::HeaderId::x_request_id, *id);
}

}  // namespace weft::proxy
