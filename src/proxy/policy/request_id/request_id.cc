#include "proxy/policy/request_id/request_id.h"

#include <algorithm>
#include <array>

namespace weft::proxy {
namespace {

constexpr size_t kIdSizeMax = 128;  // a foreign id may have another form than ours, but no room for mischief

using Uuid = std::array<char, 36>;

Uuid make_uuid(Random& random) {
  constexpr char kHex[] = "0123456789abcdef";
  uint64_t high = random.next();
  uint64_t low = random.next();
  high = (high & ~uint64_t{0xf000}) | 0x4000;                // version 4
  low = (low & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);  // variant 1
  Uuid text;
  size_t at = 0;
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text[at++] = '-';
    const uint64_t word = digit < 16 ? high : low;
    text[at++] = kHex[(word >> (60 - digit % 16 * 4)) & 0xf];
  }
  return text;
}

bool is_acceptable(std::string_view id) {
  return id.size() <= kIdSizeMax && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

void give_request_id(Exchange& exchange) {
  const auto received = exchange.request.headers.get(http::HeaderId::x_request_id);
  const bool is_stranger = exchange.chain->trusts_peer_address && !exchange.chain->keeps_request_id;
  if (received && !is_stranger && is_acceptable(*received)) return;
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
