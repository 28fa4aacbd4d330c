#include "decide/routing/route_match.h"

#include <charconv>

#include "base/strings.h"

namespace weft::decide {
namespace {

std::optional<std::string_view> field(const RequestHead& request, const std::string& name, std::string& scratch) {
  if (name[0] != ':') {
    return request.headers == nullptr ? std::nullopt : request.headers->value_of(name, scratch);
  }
  if (name == ":method") return request.method;
  if (name == ":path") return request.path;
  if (name == ":authority") return request.authority;
  if (name == ":scheme") return request.scheme;
  return std::nullopt;
}

// application/grpc and its variants such as application/grpc+proto and application/grpc;charset=utf-8.
bool is_grpc(const RequestHead& request, std::string& scratch) {
  constexpr std::string_view kGrpc = "application/grpc";
  const auto type = field(request, "content-type", scratch);
  if (!type || !equal_ignoring_case(type->substr(0, kGrpc.size()), kGrpc)) return false;
  return type->size() == kGrpc.size() || (*type)[kGrpc.size()] == '+' || (*type)[kGrpc.size()] == ';';
}

}  // namespace

bool PathMatch::matches(std::string_view path) const {
  if (!text.matches(path)) return false;
  return kind != Kind::separated_prefix || path.size() == text.text().size() || path[text.text().size()] == '/';
}

bool NumberRange::contains(std::string_view text) const {
  int64_t number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= from && number < to;
}

bool HeaderMatch::matches(const RequestHead& request, std::string& scratch) const {
  auto value = field(request, name, scratch);
  if (!value && missing_is_empty) value = "";
  if (const auto* presence = std::get_if<Presence>(&rule)) return (value.has_value() == presence->wanted) != inverted;
  if (!value) return false;
  const auto* text = std::get_if<TextMatch>(&rule);
  return (text != nullptr ? text->matches(*value) : std::get<NumberRange>(rule).contains(*value)) != inverted;
}

bool QueryMatch::matches(std::string_view query) const {
  const auto value = query_parameter(query, name);
  if (const auto* presence = std::get_if<Presence>(&rule)) return value.has_value() == presence->wanted;
  return value && std::get<TextMatch>(rule).matches(*value);
}

bool RouteMatch::matches(const RequestHead& request) const {
  if (request.path.empty() != connect_only) return false;
  if (!path.matches(request.path_without_query())) return false;
  if (fraction && !fraction->includes(request.random)) return false;
  std::string scratch;
  if (grpc_only && !is_grpc(request, scratch)) return false;
  for (const auto& header : headers) {
    if (!header.matches(request, scratch)) return false;
  }
  for (const auto& claim : claims) {
    if (!claim.matches(request.claims)) return false;
  }
  for (const auto& parameter_match : query) {
    if (!parameter_match.matches(request.query())) return false;
  }
  return true;
}

}  // namespace weft::decide
