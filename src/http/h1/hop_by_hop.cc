#include "http/h1/hop_by_hop.h"

#include "base/strings.h"
#include "http/list_field.h"

namespace weft::http::h1 {
namespace {

bool names_h2c(std::string_view upgrade) {
  bool found = false;
  each_item(upgrade, [&](std::string_view item) { found |= equal_ignoring_case(item, "h2c"); });
  return found;
}

bool is_hop_by_hop(const Field& field, Upgrades upgrades) {
  switch (field.id) {
    case HeaderId::connection:
    case HeaderId::keep_alive:
    case HeaderId::proxy_connection:
    case HeaderId::transfer_encoding:
    case HeaderId::http2_settings:
      return true;
    // gRPC asks for trailers this way, hop by hop or not.
    case HeaderId::te:
      return !equal_ignoring_case(field.value, "trailers");
    case HeaderId::upgrade:
      return upgrades == Upgrades::strip || names_h2c(field.value);
    default:
      return false;
  }
}

// Fields that a peer must not be able to take away by naming them in Connection: without them the message would be
// framed or routed differently here and behind us.
bool is_protected(std::string_view name) {
  switch (header_id(name)) {
    case HeaderId::host:
    case HeaderId::content_length:
    case HeaderId::te:
    case HeaderId::upgrade:
      return true;
    default:
      return false;
  }
}

}  // namespace

void remove_hop_by_hop(Headers& headers, Upgrades upgrades) {
  if (headers.has(HeaderId::connection)) {
    std::string named;  // a copy of the fields' values: the removal below moves what they lie in
    each_item(headers, HeaderId::connection, [&](std::string_view item) {
      if (equal_ignoring_case(item, "close") || equal_ignoring_case(item, "keep-alive")) return;
      named.append(named.empty() ? "" : ",").append(to_lower(item));
    });
    each_item(named, [&](std::string_view name) {
      if (!is_protected(name)) headers.remove(name);
    });
  }
  headers.remove_if([&](const Field& field) { return is_hop_by_hop(field, upgrades); });
}

}  // namespace weft::http::h1
