#include "control/mesh/delegates.h"

#include <algorithm>
#include <utility>

namespace weft::control::mesh {
namespace {

using api::istio::HttpMatchRequest;
using api::istio::HttpRoute;
using api::istio::StringMatch;
using api::istio::StringMatches;

// Whether a text could meet both, as Istio decides it: the delegate's must be the narrower one, and of regular
// expressions nothing is known.
bool exclude_each_other(const StringMatch& root, const StringMatch& leaf) {
  if (root.regex || leaf.regex) return true;
  if (root.exact) return leaf.exact != root.exact;
  if (!root.prefix) return false;
  if (leaf.exact) return !leaf.exact->starts_with(*root.prefix);
  return leaf.prefix && !leaf.prefix->starts_with(*root.prefix);
}

bool exclude_each_other(const std::optional<StringMatch>& root, const std::optional<StringMatch>& leaf) {
  return root && leaf && exclude_each_other(*root, *leaf);
}

bool exclude_each_other(const StringMatches& root, const StringMatches& leaf) {
  return std::any_of(root.begin(), root.end(), [&](const auto& entry) {
    auto found = leaf.find(entry.first);
    return found != leaf.end() && exclude_each_other(entry.second, found->second);
  });
}

bool have_other_labels(const model::Labels& root, const model::Labels& leaf) {
  return std::any_of(root.begin(), root.end(), [&](const auto& label) {
    auto found = leaf.find(label.first);
    return found != leaf.end() && found->second != label.second;
  });
}

bool leaves_gateways(const std::vector<std::string>& root, const std::vector<std::string>& leaf) {
  if (root.empty()) return false;
  return std::any_of(leaf.begin(), leaf.end(),
                     [&](const auto& gateway) { return std::find(root.begin(), root.end(), gateway) == root.end(); });
}

bool exclude_each_other(const HttpMatchRequest& root, const HttpMatchRequest& leaf) {
  if (exclude_each_other(root.uri, leaf.uri) || exclude_each_other(root.scheme, leaf.scheme) ||
      exclude_each_other(root.method, leaf.method) || exclude_each_other(root.authority, leaf.authority)) {
    return true;
  }
  if (exclude_each_other(root.headers, leaf.headers) || exclude_each_other(root.query_params, leaf.query_params) ||
      exclude_each_other(root.without_headers, leaf.without_headers)) {
    return true;
  }
  const bool other_port = root.port != 0 && leaf.port != 0 && root.port != leaf.port;
  const bool other_space = !root.source_namespace.empty() && !leaf.source_namespace.empty() &&
                           root.source_namespace != leaf.source_namespace;
  return other_port || other_space || root.ignore_uri_case != leaf.ignore_uri_case ||
         have_other_labels(root.source_labels, leaf.source_labels) || leaves_gateways(root.gateways, leaf.gateways);
}

std::string joined(const std::string& root, const std::string& leaf) {
  if (root.empty() || leaf.empty()) return root + leaf;
  return root + "-" + leaf;
}

template <class T>
void inherit(std::optional<T>& leaf, const std::optional<T>& root) {
  if (!leaf) leaf = root;
}

// What the delegate says wins; it is the narrower.
HttpMatchRequest both(const HttpMatchRequest& root, HttpMatchRequest leaf) {
  leaf.name = joined(root.name, leaf.name);
  inherit(leaf.uri, root.uri);
  inherit(leaf.scheme, root.scheme);
  inherit(leaf.method, root.method);
  inherit(leaf.authority, root.authority);
  leaf.headers.insert(root.headers.begin(), root.headers.end());
  leaf.query_params.insert(root.query_params.begin(), root.query_params.end());
  leaf.without_headers.insert(root.without_headers.begin(), root.without_headers.end());
  leaf.source_labels.insert(root.source_labels.begin(), root.source_labels.end());
  if (leaf.port == 0) leaf.port = root.port;
  if (leaf.gateways.empty()) leaf.gateways = root.gateways;
  if (leaf.source_namespace.empty()) leaf.source_namespace = root.source_namespace;
  if (leaf.stat_prefix.empty()) leaf.stat_prefix = root.stat_prefix;
  return leaf;
}

std::vector<HttpMatchRequest> both(const std::vector<HttpMatchRequest>& root,
                                   const std::vector<HttpMatchRequest>& leaf) {
  if (root.empty()) return leaf;
  if (leaf.empty()) return root;
  std::vector<HttpMatchRequest> matches;
  for (const auto& outer : root) {
    for (const auto& inner : leaf) {
      if (!exclude_each_other(outer, inner)) matches.push_back(both(outer, inner));
    }
  }
  return matches;
}

void inherit_settings(HttpRoute& leaf, const HttpRoute& root) {
  leaf.name = joined(root.name, leaf.name);
  inherit(leaf.direct_response, root.direct_response);
  inherit(leaf.rewrite, root.rewrite);
  inherit(leaf.timeout, root.timeout);
  inherit(leaf.retries, root.retries);
  inherit(leaf.fault, root.fault);
  inherit(leaf.mirror, root.mirror);
  inherit(leaf.mirror_percent, root.mirror_percent);
  inherit(leaf.mirror_percentage, root.mirror_percentage);
  if (leaf.mirrors.empty()) leaf.mirrors = root.mirrors;
  inherit(leaf.cors_policy, root.cors_policy);
  inherit(leaf.headers, root.headers);
}

}  // namespace

VirtualService merge_delegate(const VirtualService& root, const HttpRoute& rule, const VirtualService& delegate) {
  VirtualService merged = delegate;
  merged.spec.gateways = root.spec.gateways;
  merged.spec.http.clear();
  for (auto leaf : delegate.spec.http) {
    const bool has_matches = !rule.match.empty() || !leaf.match.empty();
    leaf.match = both(rule.match, leaf.match);
    if (has_matches && leaf.match.empty()) continue;  // no request can reach it
    inherit_settings(leaf, rule);
    merged.spec.http.push_back(std::move(leaf));
  }
  return merged;
}

std::string delegate_name(const api::istio::Delegate& delegate, std::string_view root_space) {
  const std::string_view space = delegate.namespace_name.empty() ? root_space : delegate.namespace_name;
  return std::string(space).append("/").append(delegate.name);
}

}  // namespace weft::control::mesh
