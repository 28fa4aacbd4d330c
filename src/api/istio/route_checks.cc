#include "api/istio/route_checks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "api/istio/http_action_checks.h"
#include "api/istio/virtual_service_checks.h"
#include "base/strings.h"

namespace weft::api::istio {
namespace {

template <class Destinations>
void check_weights(const Place& place, const Destinations& route) {
  if (route.size() < 2) return;
  const int64_t sum = std::accumulate(route.begin(), route.end(), int64_t{0},
                                      [](int64_t total, const auto& entry) { return total + entry.weight; });
  const Place list = place.at("route");
  if (place.report().has_error_below(list.path())) return;
  if (sum == 0) {
    list.error(Code::bad_value, "all weights are 0: no destination gets anything", "give at least one a weight");
    return;
  }
  if (sum > std::numeric_limits<uint32_t>::max()) {  // of such proxies refuse the whole configuration
    list.error(Code::out_of_range, fmt::format("the weights add up to {}, more than 4294967295", sum));
    return;
  }
  if (sum == 100) return;
  std::string shares;
  for (const auto& entry : route) {
    const std::string& name = entry.destination.subset.empty() ? entry.destination.host : entry.destination.subset;
    shares += fmt::format("{}{} {:.1f}%", shares.empty() ? "" : ", ", name,
                          100.0 * static_cast<double>(entry.weight) / static_cast<double>(sum));
  }
  list.warn(Code::odd_weights, fmt::format("the weights add up to {}; they are read as shares: {}", sum, shares));
}

void exclude(const Place& place, std::string_view name, std::string_view other, bool both) {
  if (both) place.at(name).error(Code::conflicting_fields, fmt::format("{} and {} exclude each other", name, other));
}

// Istio's rules about which actions go together.
void check_actions(const Place& place, const HttpRoute& route) {
  if (route.delegate) {
    exclude(place, "route", "delegate", !route.route.empty());
    exclude(place, "redirect", "delegate", route.redirect.has_value());
    exclude(place, "directResponse", "delegate", route.direct_response.has_value());
    return;
  }
  exclude(place, "redirect", "route", route.redirect && !route.route.empty());
  exclude(place, "redirect", "fault", route.redirect && route.fault);
  exclude(place, "redirect", "rewrite", route.redirect && route.rewrite);
  exclude(place, "redirect", "directResponse", route.redirect && route.direct_response);
  exclude(place, "directResponse", "route", route.direct_response && !route.route.empty());
  exclude(place, "directResponse", "fault", route.direct_response && route.fault);
  exclude(place, "directResponse", "rewrite", route.direct_response && route.rewrite);
  if (route.route.empty() && !route.redirect && !route.direct_response) {
    place.error(Code::required, "the rule does nothing: it needs route, redirect or directResponse");
  }
}

// The host is rewritten in one place at most.
void check_authority(const Place& place, const HttpRoute& route) {
  int settings = route.rewrite && !route.rewrite->authority.empty();
  if (route.headers && route.headers->request) {
    for (const auto& [name, value] : route.headers->request->set) settings += is_authority(name);
    for (const auto& [name, value] : route.headers->request->add) settings += is_authority(name);
  }
  if (settings > 1) place.at("headers").error(Code::conflicting_fields, "the authority is set more than once");
}

void check_prefix_rewrite(const Place& place, const HttpRoute& route) {
  if (!route.redirect || route.redirect->prefix_rewrite.empty()) return;
  const bool prefixes = !route.match.empty() && std::ranges::all_of(route.match, [](const HttpMatchRequest& match) {
    return match.uri && match.uri->prefix;
  });
  if (prefixes) return;
  const Place redirect = place.at("redirect");
  redirect.at("prefixRewrite")
      .error(Code::conflicting_fields, "prefixRewrite needs a rule whose matches all have a uri prefix");
}

// An entry without a condition takes every request. Names and the case switch are no conditions.
bool takes_everything(const HttpMatchRequest& match) {
  HttpMatchRequest conditions = match;
  conditions.name.clear();
  conditions.stat_prefix.clear();
  conditions.ignore_uri_case = false;
  return conditions == HttpMatchRequest{};
}

bool takes_everything(const HttpRoute& route) {
  return route.match.empty() ||
         std::ranges::any_of(route.match, [](const HttpMatchRequest& match) { return takes_everything(match); });
}

// As analysis messages of Istio name rules: by name, else by index.
std::string rule_name(const HttpRoute& route, size_t index) {
  return route.name.empty() ? fmt::format("#{}", index) : fmt::format("\"{}\"", route.name);
}

// Sees matches in order and finds the earlier equal of one, whatever its name.
class SeenMatches {
 public:
  const std::string* find_or_add(const HttpMatchRequest& match, std::string path) {
    HttpMatchRequest conditions = match;
    conditions.name.clear();
    const auto same = std::ranges::find(seen_, conditions, &Seen::conditions);
    if (same != seen_.end()) return &same->path;
    seen_.push_back({std::move(conditions), std::move(path)});
    return nullptr;
  }

 private:
  struct Seen {
    HttpMatchRequest conditions;
    std::string path;
  };
  std::vector<Seen> seen_;
};

}  // namespace

void check_rule_order(const Place& place, const std::vector<HttpRoute>& rules) {
  const Place list = place.at("http");
  SeenMatches seen;
  size_t everything = rules.size();
  for (size_t i = 0; i < rules.size(); ++i) {
    const Place rule = list.at(i);
    if (everything < i) {
      rule.warn(Code::unreachable_rule,
                fmt::format("nothing reaches this rule: rule {} before it takes every request",
                            rule_name(rules[everything], everything)),
                "put the rule without conditions last");
    }
    const Place matches = rule.at("match");
    for (size_t j = 0; j < rules[i].match.size(); ++j) {
      const Place match = matches.at(j);
      const std::string* earlier = seen.find_or_add(rules[i].match[j], match.path());
      if (earlier != nullptr) match.warn(Code::duplicate_match, fmt::format("this match equals {}", *earlier));
    }
    if (everything == rules.size() && takes_everything(rules[i])) everything = i;
  }
}

// The old spellings of header changes stand beside `headers`.
void check_http_destination(const Place& place, HttpRouteDestination& destination) {
  map_old_headers(place, destination.headers);
}

void check_http_route(const Place& place, HttpRoute& route) {
  map_old_headers(place, route.headers);
  check_actions(place, route);
  check_weights(place, route.route);
  check_authority(place, route);
  check_prefix_rewrite(place, route);
  exclude(place, "mirrors", "mirror", route.mirror && !route.mirrors.empty());
}

void check_tls_match(const Place& place, TlsMatch& match) {
  if (place.has("sniHosts") && match.sni_hosts.empty())
    place.at("sniHosts").error(Code::required, "sniHosts is empty", "write \"*\" for every server name");
}

void check_tls_route(const Place& place, TlsRoute& route) {
  if (place.has("match") && route.match.empty()) place.at("match").error(Code::required, "match is empty");
  if (place.has("route") && route.route.empty()) place.at("route").error(Code::required, "route is empty");
  check_weights(place, route.route);
}

void check_tcp_route(const Place& place, TcpRoute& route) {
  if (place.has("route") && route.route.empty()) place.at("route").error(Code::required, "route is empty");
  check_weights(place, route.route);
}

}  // namespace weft::api::istio
