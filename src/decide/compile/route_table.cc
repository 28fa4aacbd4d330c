// RouteConfiguration of the wire into RouteTable.
#include "decide/compile/route_table.h"

#include "decide/compile/compile.h"
#include "decide/compile/route_actions.h"
#include "decide/compile/route_conditions.h"
#include "decide/compile/route_filters.h"
#include "decide/compile/wire_values.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // older spellings that control planes still send

namespace weft::decide {
namespace {

namespace route = envoy::config::route::v3;

// The parts of the wire around one route that it takes over.
struct Surroundings {
  const route::RouteConfiguration& table;
  const route::VirtualHost& host;
};

// Most specific first, so that the least specific one has the last word on `set`; most_specific_header_mutations_wins
// turns that around.
template <class Get>
Result<HeaderEdits> edits_in_order(const Surroundings& around, const route::Route& wire, Get append) {
  HeaderEdits edits;
  if (around.table.most_specific_header_mutations_wins()) {
    WEFT_CHECK(append(around.table, edits));
    WEFT_CHECK(append(around.host, edits));
    WEFT_CHECK(append(wire, edits));
  } else {
    WEFT_CHECK(append(wire, edits));
    WEFT_CHECK(append(around.host, edits));
    WEFT_CHECK(append(around.table, edits));
  }
  return edits;
}

Result<> fill_edits(const Surroundings& around, const route::Route& wire, Route& compiled) {
  const auto request = [](const auto& from, HeaderEdits& edits) {
    return append_edits(from.request_headers_to_add(), from.request_headers_to_remove(), edits);
  };
  const auto response = [](const auto& from, HeaderEdits& edits) {
    return append_edits(from.response_headers_to_add(), from.response_headers_to_remove(), edits);
  };
  WEFT_TRY(compiled.request_edits, edits_in_order(around, wire, request));
  WEFT_TRY(compiled.response_edits, edits_in_order(around, wire, response));
  return {};
}

Result<> fill_action(const Surroundings& around, const route::Route& wire, Ids& ids, Route& compiled) {
  switch (wire.action_case()) {
    case route::Route::kRoute: {
      const auto* inherited = around.host.has_retry_policy() ? &around.host.retry_policy() : nullptr;
      WEFT_TRY(compiled.action, compile_forward(wire.route(), inherited, ids));
      return {};
    }
    case route::Route::kRedirect: {
      WEFT_TRY(compiled.action, compile_redirect(wire.redirect()));
      return {};
    }
    case route::Route::kDirectResponse: {
      WEFT_TRY(compiled.action, compile_direct_response(wire.direct_response()));
      return {};
    }
    default:
      return fail(Reason::unsupported, "an action other than route, redirect or direct_response");
  }
}

Result<Route> compile_route(const Surroundings& around, const route::Route& wire, Ids& ids) {
  Route compiled{.name = wire.name(),
                 .counts_attempts = around.host.include_request_attempt_count(),
                 .tells_attempts_to_client = around.host.include_attempt_count_in_response(),
                 .origin = to_origin(wire.metadata())};
  WEFT_TRY(compiled.match, compile_route_match(wire.match()));
  WEFT_CHECK(fill_action(around, wire, ids, compiled));
  WEFT_CHECK(fill_edits(around, wire, compiled));
  WEFT_CHECK(compile_route_filters(wire, compiled));
  return compiled;
}

// Plaintext requests are sent to the same place by https.
Result<std::optional<Route>> compile_tls_requirement(const route::VirtualHost& wire) {
  if (wire.require_tls() == route::VirtualHost::NONE) return std::optional<Route>();
  // Whether a client is internal is not known here.
  if (wire.require_tls() != route::VirtualHost::ALL) return fail(Reason::unsupported, "require_tls EXTERNAL_ONLY");
  return std::optional(Route{.name = "require_tls", .action = Redirect{.status = 301, .scheme = "https"}});
}

Result<VirtualHost> compile_host(const Surroundings& around, Ids& ids) {
  const auto& wire = around.host;
  if (wire.has_matcher()) return fail(Reason::unsupported, "a matcher tree");
  if (wire.typed_per_filter_config_size() > 0 || wire.has_cors() || wire.rate_limits_size() > 0) {
    return fail(Reason::unsupported, "filter settings, cors or rate limits of a virtual host");
  }
  VirtualHost host{.name = wire.name(), .domains = {wire.domains().begin(), wire.domains().end()}};
  WEFT_TRY(host.to_https, compile_tls_requirement(wire));
  int position = 0;
  for (const auto& one : wire.routes()) {
    auto compiled = compile_route(around, one, ids);
    if (!compiled) {
      const std::string name = one.name().empty() ? '#' + std::to_string(position) : "'" + one.name() + "'";
      return fail(std::move(compiled.error()).during("route " + name));
    }
    host.routes.push_back(*std::move(compiled));
    ++position;
  }
  host.index = RouteIndex(host.routes);
  return host;
}

void note_clusters(const VirtualHost& host, std::vector<ClusterId>& clusters) {
  for (const auto& one : host.routes) {
    const auto* forward = std::get_if<Forward>(&one.action);
    if (forward == nullptr) continue;
    for (const auto& weighted : forward->clusters) clusters.push_back(weighted.cluster);
    for (const auto& mirror : forward->mirrors) clusters.push_back(mirror.cluster);
  }
}

bool asks_claims(const VirtualHost& host) {
  return std::ranges::any_of(host.routes, [](const Route& one) { return !one.match.claims.empty(); });
}

}  // namespace

Result<RouteTablePtr> compile_route_table(const route::RouteConfiguration& wire, Ids& ids) {
  if (wire.has_vhds()) return fail(Reason::unsupported, "vhds is not supported");
  if (wire.typed_per_filter_config_size() > 0) return fail(Reason::unsupported, "filter settings of a route table");
  auto table = std::make_shared<RouteTable>();
  table->name = wire.name();
  table->ignores_port = wire.ignore_port_in_host_matching();
  for (const auto& host : wire.virtual_hosts()) {
    const std::string where = "virtual host '" + host.name() + "'";
    auto compiled = compile_host({wire, host}, ids);
    if (!compiled) return fail(std::move(compiled.error()).during(where));
    for (const auto& domain : compiled->domains) {
      auto added = table->index.add(domain, static_cast<uint32_t>(table->hosts.size()));
      if (!added) return fail(std::move(added.error()).during(where));
    }
    note_clusters(*compiled, table->clusters);
    table->asks_claims = table->asks_claims || asks_claims(*compiled);
    table->hosts.push_back(*std::move(compiled));
  }
  std::ranges::sort(table->clusters);
  table->clusters.erase(std::ranges::unique(table->clusters).begin(), table->clusters.end());
  return table;
}

Result<RouteTablePtr> compile_route_table(std::string_view resource, Ids& ids) {
  route::RouteConfiguration wire;
  if (!wire.ParseFromArray(resource.data(), static_cast<int>(resource.size()))) {
    return fail(Reason::malformed, "bytes that are not a RouteConfiguration");
  }
  auto table = compile_route_table(wire, ids);
  if (!table) return fail(std::move(table.error()).during("route configuration '" + wire.name() + "'"));
  return table;
}

}  // namespace weft::decide
