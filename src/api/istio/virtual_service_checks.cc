#include "api/istio/virtual_service_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/codec.h"
#include "api/istio/route_checks.h"
#include "api/text_checks.h"
#include "base/strings.h"
#include "model/host_name.h"

namespace weft::api::istio {

namespace {

HeaderOperations& operations(std::optional<HeaderOperations>& side) {
  return side ? *side : side.emplace();
}
Headers& headers_of(std::optional<Headers>& headers) {
  return headers ? *headers : headers.emplace();
}

void add_old(const Place& place, std::optional<HeaderOperations>& side) {
  Texts texts;
  Codec<Texts>::read(place, Field{}, texts);
  operations(side).add.merge(texts);
}

void remove_old(const Place& place, std::optional<HeaderOperations>& side) {
  std::vector<std::string> names;
  Codec<std::vector<std::string>>::read(place, Field{}, names);
  auto& remove = operations(side).remove;
  remove.insert(remove.end(), names.begin(), names.end());
}

}  // namespace

void map_old_headers(const Place& place, std::optional<Headers>& headers) {
  for (const std::string_view name : {"appendHeaders", "appendRequestHeaders"}) {
    if (place.has(name)) add_old(place.at(name), headers_of(headers).request);
  }
  if (place.has("removeRequestHeaders")) remove_old(place.at("removeRequestHeaders"), headers_of(headers).request);
  if (place.has("appendResponseHeaders")) add_old(place.at("appendResponseHeaders"), headers_of(headers).response);
  if (place.has("removeResponseHeaders")) remove_old(place.at("removeResponseHeaders"), headers_of(headers).response);
}

// The three are one protobuf oneof. "*" is not a regular expression, but Istio's word for "present".
void check_string_match(const Place& place, StringMatch& match) {
  const int set = match.exact.has_value() + match.prefix.has_value() + match.regex.has_value();
  if (set > 1) place.error(Code::conflicting_fields, "exact, prefix and regex exclude each other", "keep one");
  if (!match.regex || *match.regex == "*") return;
  if (const auto wrong = check_regex(*match.regex)) {
    place.at("regex").error(Code::bad_value, fmt::format("\"{}\" {}", *match.regex, *wrong));
  }
}

void check_port_selector(const Place& place, PortSelector& port) {
  if (port.number == 0 && port.name.empty()) place.error(Code::required, "the port's number is missing");
}

namespace {

bool is_empty_prefix(const std::optional<StringMatch>& match) {
  return match && match->prefix && match->prefix->empty();
}

// An empty prefix matches everything, also absent values: nobody means that. Paths are the exception: `prefix: ""` is
// allowed.
void check_prefix(const Place& place, std::string_view name, const std::optional<StringMatch>& match) {
  if (is_empty_prefix(match)) {
    place.at(name).at("prefix").error(Code::bad_value, fmt::format("the prefix of {} is empty", name),
                                      "leave the match out to take every value");
  }
}

void check_prefixes(const Place& place, std::string_view name, const StringMatches& matches) {
  const Place map = place.at(name);
  for (const auto& [key, match] : matches) check_prefix(map, key, match);
}

// Header names are compared without case (RFC 9110 5.1): keep them lower-cased.
void lower_keys(const Place& place, StringMatches& matches) {
  StringMatches lowered;
  for (auto& [name, match] : matches) {
    const auto lower = name.starts_with('@') ? name : to_lower(name);
    if (lowered.emplace(lower, std::move(match)).second) continue;
    place.at(name).error(Code::conflicting_fields, fmt::format("the header {} stands twice", lower),
                         "write both conditions as one regular expression");
  }
  matches = std::move(lowered);
}

// Of overlapping hosts in one object the same rules would claim a name twice; "*" in the mesh would claim all names.
void check_host_list(const Place& place, const VirtualService& service) {
  const Place hosts = place.at("hosts");
  const bool on_mesh = std::ranges::find(service.gateways, "mesh") != service.gateways.end();
  for (size_t i = 0; i < service.hosts.size(); ++i) {
    if (on_mesh && service.hosts[i] == "*") {
      hosts.at(i).error(Code::bad_value, "the host \"*\" is only for gateways, not for the mesh", "name the hosts");
    }
    for (size_t earlier = 0; earlier < i; ++earlier) {
      if (!model::hosts_overlap(service.hosts[earlier], service.hosts[i])) continue;
      hosts.at(i).error(Code::conflicting_fields,
                        fmt::format("the host \"{}\" overlaps \"{}\"", service.hosts[i], service.hosts[earlier]));
    }
  }
}

// One level only: a delegate has rules, and nothing that says where they hold.
void check_delegate_target(const Place& place, const VirtualService& service) {
  constexpr std::string_view kWhy = "an object without hosts is a delegate: it has only http";
  for (const std::string_view name : {"gateways", "tls", "tcp"}) {
    if (place.has(name))
      place.at(name).error(Code::conflicting_fields, std::string(kWhy), "name the hosts, or leave this out");
  }
  const Place rules = place.at("http");
  for (size_t i = 0; i < service.http.size(); ++i) {
    if (!service.http[i].delegate) continue;
    const Place rule = rules.at(i);
    rule.at("delegate").error(Code::conflicting_fields, "a delegate can't delegate further");
  }
}

void check_gateways(const Place& place, const std::vector<std::string>& gateways) {
  const Place list = place.at("gateways");
  for (size_t i = 0; i < gateways.size(); ++i) {
    if (gateways[i] == "mesh") continue;
    const Place gateway = list.at(i);
    if (gateways[i].find('.') != std::string::npos && gateways[i].find('/') == std::string::npos) {
      gateway.warn(Code::legacy_spelling, "the long form of a gateway's name is an old spelling",
                   "write NAMESPACE/NAME");
    }
  }
}

// @request.auth.claims.x: a claim of a validated token.
bool uses_claims(const HttpRoute& route) {
  return std::ranges::any_of(route.match, [](const HttpMatchRequest& match) {
    return std::ranges::any_of(match.headers,
                               [](const auto& header) { return header.first.starts_with("@request.auth."); });
  });
}

// Of https routes: the names must be ones the object is about.
void check_sni_hosts(const Place& place, const VirtualService& service) {
  const Place rules = place.at("tls");
  for (size_t i = 0; i < service.tls.size(); ++i) {
    const Place rule = rules.at(i);
    const Place matches = rule.at("match");
    for (size_t j = 0; j < service.tls[i].match.size(); ++j) {
      const Place match = matches.at(j);
      const Place names = match.at("sniHosts");
      const auto& sni_hosts = service.tls[i].match[j].sni_hosts;
      for (size_t k = 0; k < sni_hosts.size(); ++k) {
        const bool known = std::ranges::any_of(service.hosts, [&](const std::string& host) {
          return host == sni_hosts[k] || model::host_matches(host, sni_hosts[k]);
        });
        if (!known)
          names.at(k).error(Code::bad_value, fmt::format("\"{}\" is none of the object's hosts", sni_hosts[k]));
      }
    }
  }
}

}  // namespace

void check_http_match(const Place& place, HttpMatchRequest& match) {
  check_prefix(place, "scheme", match.scheme);
  check_prefix(place, "method", match.method);
  check_prefix(place, "authority", match.authority);
  check_prefixes(place, "headers", match.headers);
  check_prefixes(place, "queryParams", match.query_params);
  check_prefixes(place, "withoutHeaders", match.without_headers);
  lower_keys(place.at("headers"), match.headers);
  lower_keys(place.at("withoutHeaders"), match.without_headers);
}

void check_export_list(const Place& place, const std::vector<std::string>& export_to) {
  const Place list = place.at("exportTo");
  for (size_t i = 0; i < export_to.size(); ++i) {
    const auto earlier = export_to.begin() + static_cast<ptrdiff_t>(i);
    if (std::find(export_to.begin(), earlier, export_to[i]) != earlier) {
      list.at(i).error(Code::bad_value, fmt::format("\"{}\" stands twice", export_to[i]));
    }
    if (export_to[i] == "*" && export_to.size() > 1) {
      list.at(i).error(Code::conflicting_fields, "\"*\" is all namespaces; it stands alone", "remove the others");
    }
  }
}

void check_virtual_service(const Place& place, VirtualService& service) {
  if (service.hosts.empty()) {
    check_delegate_target(place, service);
  }
  if (service.gateways.empty()) service.gateways = {"mesh"};
  check_host_list(place, service);
  check_gateways(place, service.gateways);
  check_export_list(place, service.export_to);
  if (service.http.empty() && service.tls.empty() && service.tcp.empty()) {
    place.error(Code::required, "there are no rules: http, tls and tcp are empty");
  }
  check_rule_order(place, service.http);
  check_sni_hosts(place, service);
  const bool mesh_only = service.gateways == std::vector<std::string>{"mesh"};
  const Place rules = place.at("http");
  for (size_t i = 0; mesh_only && i < service.http.size(); ++i) {
    if (!uses_claims(service.http[i])) continue;
    rules.at(i).error(Code::bad_value, "matches on token claims work on gateways only", "name the gateways");
  }
}

}  // namespace weft::api::istio
