// The static table of HPACK (RFC 7541 appendix A).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "http/h2/hpack/field.h"

namespace weft::http::h2::hpack {

// One entry. Indexes begin with 1: that of kStaticTable[0] is 1.
struct StaticEntry {
  std::string_view name;
  std::string_view value;
  FieldKind kind;
};

constexpr FieldKind pseudo_entry(Pseudo which) {
  return {HeaderId::other, which, Flaw::none};
}
constexpr FieldKind plain_entry(HeaderId id = HeaderId::other) {
  return {id, Pseudo::none, Flaw::none};
}

inline constexpr uint32_t kStaticEntries = 61;

// clang-format off
inline constexpr std::array<StaticEntry, kStaticEntries> kStaticTable = {{
    {":authority", "", pseudo_entry(Pseudo::authority)},
    {":method", "GET", pseudo_entry(Pseudo::method)},
    {":method", "POST", pseudo_entry(Pseudo::method)},
    {":path", "/", pseudo_entry(Pseudo::path)},
    {":path", "/index.html", pseudo_entry(Pseudo::path)},
    {":scheme", "http", pseudo_entry(Pseudo::scheme)},
    {":scheme", "https", pseudo_entry(Pseudo::scheme)},
    {":status", "200", pseudo_entry(Pseudo::status)},
    {":status", "204", pseudo_entry(Pseudo::status)},
    {":status", "206", pseudo_entry(Pseudo::status)},
    {":status", "304", pseudo_entry(Pseudo::status)},
    {":status", "400", pseudo_entry(Pseudo::status)},
    {":status", "404", pseudo_entry(Pseudo::status)},
    {":status", "500", pseudo_entry(Pseudo::status)},
    {"accept-charset", "", plain_entry()},
    {"accept-encoding", "gzip, deflate", plain_entry(HeaderId::accept_encoding)},
    {"accept-language", "", plain_entry()},
    {"accept-ranges", "", plain_entry()},
    {"accept", "", plain_entry(HeaderId::accept)},
    {"access-control-allow-origin", "", plain_entry()},
    {"age", "", plain_entry()},
    {"allow", "", plain_entry()},
    {"authorization", "", plain_entry(HeaderId::authorization)},
    {"cache-control", "", plain_entry(HeaderId::cache_control)},
    {"content-disposition", "", plain_entry()},
    {"content-encoding", "", plain_entry(HeaderId::content_encoding)},
    {"content-language", "", plain_entry()},
    {"content-length", "", plain_entry(HeaderId::content_length)},
    {"content-location", "", plain_entry()},
    {"content-range", "", plain_entry()},
    {"content-type", "", plain_entry(HeaderId::content_type)},
    {"cookie", "", plain_entry(HeaderId::cookie)},
    {"date", "", plain_entry(HeaderId::date)},
    {"etag", "", plain_entry()},
    {"expect", "", plain_entry(HeaderId::expect)},
    {"expires", "", plain_entry()},
    {"from", "", plain_entry()},
    {"host", "", plain_entry(HeaderId::host)},
    {"if-match", "", plain_entry()},
    {"if-modified-since", "", plain_entry()},
    {"if-none-match", "", plain_entry()},
    {"if-range", "", plain_entry()},
    {"if-unmodified-since", "", plain_entry()},
    {"last-modified", "", plain_entry()},
    {"link", "", plain_entry()},
    {"location", "", plain_entry(HeaderId::location)},
    {"max-forwards", "", plain_entry()},
    {"proxy-authenticate", "", plain_entry()},
    {"proxy-authorization", "", plain_entry()},
    {"range", "", plain_entry()},
    {"referer", "", plain_entry(HeaderId::referer)},
    {"refresh", "", plain_entry()},
    {"retry-after", "", plain_entry(HeaderId::retry_after)},
    {"server", "", plain_entry(HeaderId::server)},
    {"set-cookie", "", plain_entry(HeaderId::set_cookie)},
    {"strict-transport-security", "", plain_entry()},
    {"transfer-encoding", "", plain_entry(HeaderId::transfer_encoding)},
    {"user-agent", "", plain_entry(HeaderId::user_agent)},
    {"vary", "", plain_entry(HeaderId::vary)},
    {"via", "", plain_entry(HeaderId::via)},
    {"www-authenticate", "", plain_entry()},
}};
// clang-format on

}  // namespace weft::http::h2::hpack
