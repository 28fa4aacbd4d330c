#include "decide/routing/rewrite.h"

#include <utility>

#include "base/strings.h"

namespace weft::decide {
namespace {

// How much of the path the route's condition named: the whole path for exact and regex, else the prefix.
size_t matched_size(const RouteMatch& match, std::string_view path) {
  const bool whole = match.path.kind == PathMatch::Kind::exact || match.path.kind == PathMatch::Kind::regex;
  return whole ? path.size() : std::min(match.path.text.text().size(), path.size());
}

std::pair<std::string_view, std::string_view> split_port(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon);
  if (!has_port) return {authority, {}};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

bool is_default_port(std::string_view scheme, std::string_view port) {
  return (scheme == "http" && port == "80") || (scheme == "https" && port == "443");
}

}  // namespace

std::optional<std::string> rewritten_path(const PathRewrite& rewrite, const RouteMatch& match,
                                          const RequestHead& request) {
  const std::string_view path = request.path_without_query();
  const std::string_view rest = request.path.substr(path.size());  // the query with its "?"
  switch (rewrite.kind) {
    case PathRewrite::Kind::none:
      return std::nullopt;
    case PathRewrite::Kind::replace_all:
      return rewrite.text + std::string(rest);
    case PathRewrite::Kind::replace_matched:
      return rewrite.text + std::string(path.substr(matched_size(match, path))) + std::string(rest);
    case PathRewrite::Kind::regex:
      return rewrite.regex->replace_all(path, rewrite.text) + std::string(rest);
  }
  return std::nullopt;
}

std::optional<std::string> rewritten_host(const HostRewrite& rewrite, const RequestHead& request) {
  switch (rewrite.kind) {
    case HostRewrite::Kind::none:
      return std::nullopt;
    case HostRewrite::Kind::literal:
      return rewrite.text;
    case HostRewrite::Kind::from_header: {
      std::string scratch;
      const auto value = request.headers->value_of(rewrite.text, scratch);
      if (!value || value->empty()) return std::nullopt;
      return std::string(*value);
    }
    case HostRewrite::Kind::from_path_regex:
      return rewrite.regex->replace_all(request.path_without_query(), rewrite.text);
  }
  return std::nullopt;
}

std::string redirect_location(const Redirect& redirect, const RouteMatch& match, const RequestHead& request) {
  const std::string_view scheme = redirect.scheme.empty() ? request.scheme : redirect.scheme;
  const auto [request_host, request_port] = split_port(request.authority);
  std::string port = redirect.port ? std::to_string(*redirect.port) : std::string();
  // A port that was the default of the request's scheme means nothing under another host or scheme.
  if (port.empty() && redirect.host.empty()) port = request_port;
  if (!redirect.scheme.empty() && is_default_port(request.scheme, port)) port.clear();

  std::string location(scheme);
  location += "://";
  location += redirect.host.empty() ? request_host : std::string_view(redirect.host);
  if (!port.empty() && !is_default_port(scheme, port)) location += ':' + port;

  std::string path = rewritten_path(redirect.path, match, request).value_or(std::string(request.path));
  // A replacing path may bring a query of its own, which then stands instead of the request's.
  const bool has_own_query = redirect.path.kind == PathRewrite::Kind::replace_all && redirect.path.text.contains('?');
  if (has_own_query) path = redirect.path.text;
  if (redirect.drop_query) path.erase(std::min(path.find('?'), path.size()));
  return location + path;
}

}  // namespace weft::decide
