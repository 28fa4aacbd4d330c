#include "decide/routing/route_index.h"

namespace weft::decide {
namespace {

// Below this many routes walking the list is cheaper than looking into several tables (some 20 ns a route).
constexpr size_t kWalkMax = 8;

const HeaderMatch* exact_header(const Route& route) {
  for (const auto& header : route.match.headers) {
    const auto* text = std::get_if<TextMatch>(&header.rule);
    const bool usable = text != nullptr && !header.inverted && !header.missing_is_empty && header.name[0] != ':';
    if (usable && text->kind() == TextMatch::Kind::exact && text->letters() == Case::sensitive) return &header;
  }
  return nullptr;
}

}  // namespace

RouteIndex::RouteIndex(const std::vector<Route>& routes) {
  is_indexed_ = routes.size() > kWalkMax;
  if (!is_indexed_) return;
  for (uint32_t at = 0; at < routes.size(); ++at) file(routes[at], at);
}

void RouteIndex::file(const Route& route, uint32_t position) {
  const PathMatch& path = route.match.path;
  const bool plain_path = path.kind != PathMatch::Kind::regex && path.text.letters() == Case::sensitive;
  if (plain_path && path.kind == PathMatch::Kind::exact) {
    by_path_[path.text.text()].push_back(position);
  } else if (const HeaderMatch* header = exact_header(route)) {
    by_header_[header->name][std::get<TextMatch>(header->rule).text()].push_back(position);
  } else if (plain_path && path.text.text().size() > 1) {
    by_prefix_[path.text.text().size()][path.text.text()].push_back(position);
  } else {
    others_.push_back(position);
  }
}

void RouteIndex::Search::look_at(const Positions& list) {
  for (const uint32_t position : list) {
    if (position >= best) return;
    if (!routes[position].match.matches(request)) continue;
    best = position;
    return;
  }
}

void RouteIndex::Search::look_up(const ByText& table, std::string_view key) {
  if (const auto found = table.find(key); found != table.end()) look_at(found->second);
}

void RouteIndex::search_all(Search& search) const {
  const std::string_view path = search.request.path_without_query();
  search.look_up(by_path_, path);
  std::string scratch;
  for (const auto& [name, values] : by_header_) {
    if (search.request.headers == nullptr) break;
    if (const auto value = search.request.headers->value_of(name, scratch)) search.look_up(values, *value);
  }
  for (const auto& [length, prefixes] : by_prefix_) {
    if (length <= path.size()) search.look_up(prefixes, path.substr(0, length));
  }
  search.look_at(others_);
}

const Route* RouteIndex::first_match(const std::vector<Route>& routes, const RequestHead& request) const {
  const auto none = static_cast<uint32_t>(routes.size());
  Search search{routes, request, none};
  if (is_indexed_) {
    search_all(search);
    return search.best < none ? &routes[search.best] : nullptr;
  }
  for (const auto& route : routes) {
    if (route.match.matches(request)) return &route;
  }
  return nullptr;
}

}  // namespace weft::decide
