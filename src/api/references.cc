// Checks across objects: does what a route names exist, and does everybody mean a host of their own?
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "api/discovery_references.h"
#include "api/gateway_references.h"
#include "api/guard_references.h"
#include "api/peer_references.h"
#include "api/reference_finding.h"
#include "api/registry_references.h"
#include "api/resource.h"
#include "base/strings.h"
#include "model/host_name.h"

namespace weft::api {
namespace {

using istio::DestinationRule;
using istio::VirtualService;

// One destination that an object sends requests to, and where it stands.
struct Reference {
  const istio::Destination* destination;
  std::string path;
};

template <class Rules>
void add_routes(std::vector<Reference>& references, const Rules& rules, std::string_view list) {
  for (size_t i = 0; i < rules.size(); ++i) {
    for (size_t j = 0; j < rules[i].route.size(); ++j) {
      references.push_back(
          {&rules[i].route[j].destination, fmt::format("spec.{}[{}].route[{}].destination", list, i, j)});
    }
  }
}

std::vector<Reference> references_of(const VirtualService& service) {
  std::vector<Reference> references;
  add_routes(references, service.http, "http");
  add_routes(references, service.tls, "tls");
  add_routes(references, service.tcp, "tcp");
  for (size_t i = 0; i < service.http.size(); ++i) {
    const auto& rule = service.http[i];
    if (rule.mirror) references.push_back({&*rule.mirror, fmt::format("spec.http[{}].mirror", i)});
    for (size_t j = 0; j < rule.mirrors.size(); ++j) {
      references.push_back({&rule.mirrors[j].destination, fmt::format("spec.http[{}].mirrors[{}].destination", i, j)});
    }
  }
  return references;
}

// What there will be once the changed objects are in: hosts of services, subsets by host, virtual services by host.
class Registry {
 public:
  Registry(const std::vector<const Resource*>& changed, const std::vector<const Resource*>& known) {
    std::set<std::string> replaced;
    for (const Resource* resource : changed) {
      replaced.insert(resource->title());
      add(*resource);
    }
    for (const Resource* resource : known) {
      if (replaced.contains(resource->title())) continue;
      add(*resource);
      const auto* service = resource->as<VirtualService>();
      if (service == nullptr) continue;
      for (Reference& reference : references_of(*service)) {
        const auto host = model::full_host_name(reference.destination->host, resource->metadata.namespace_name);
        standing_[host].emplace_back(resource, std::move(reference));
      }
    }
  }

  // Everything there will be.
  const std::vector<const Resource*>& all() const { return all_; }

  bool has_host(std::string_view host) const {
    return hosts_.contains(host) || std::ranges::any_of(wildcard_hosts_, [&](const std::string& pattern) {
             return model::host_matches(pattern, host);
           });
  }
  std::optional<std::string> nearest_host(std::string_view host) const {
    constexpr size_t kHostsMax = 1000;  // each costs an edit distance; a hint is not worth more
    if (hosts_.size() > kHostsMax) return std::nullopt;
    const auto close = nearest(host, {hosts_.begin(), hosts_.end()});
    return close ? std::optional<std::string>(*close) : std::nullopt;
  }

  // The rules whose host is, or covers, `host`.
  std::vector<const Resource*> rules_for(const std::string& host) const {
    std::vector<const Resource*> rules;
    const auto exact = exact_rules_.find(host);
    if (exact != exact_rules_.end()) rules = exact->second;
    for (const Resource* rule : wildcard_rules_) {
      if (model::host_matches(rule->as<DestinationRule>()->host, host)) rules.push_back(rule);
    }
    return rules;
  }

  // Destinations on `host` in the virtual services that do not change.
  const std::vector<std::pair<const Resource*, Reference>>& standing_references(const std::string& host) const {
    static const std::vector<std::pair<const Resource*, Reference>> kNone;
    const auto found = standing_.find(host);
    return found == standing_.end() ? kNone : found->second;
  }
  // Those that claim a host on the mesh, in the order of age as far as it is known.
  const std::vector<const Resource*>& claims(const std::string& host) const {
    static const std::vector<const Resource*> kNone;
    const auto found = claims_.find(host);
    return found == claims_.end() ? kNone : found->second;
  }

 private:
  void add(const Resource& resource) {
    const std::string& name_space = resource.metadata.namespace_name;
    all_.push_back(&resource);
    if (resource.as<kubernetes::Service>() != nullptr) {
      hosts_.insert(model::full_host_name(resource.metadata.name, name_space));
    } else if (const auto* entry = resource.as<istio::ServiceEntry>()) {
      for (const auto& host : entry->hosts) (host.starts_with('*') ? wildcard_hosts_ : hosts_).insert(to_lower(host));
    } else if (const auto* rule = resource.as<DestinationRule>()) {
      if (rule->host.starts_with('*')) {
        wildcard_rules_.push_back(&resource);
      } else {
        exact_rules_[model::full_host_name(rule->host, name_space)].push_back(&resource);
      }
    } else if (const auto* service = resource.as<VirtualService>()) {
      const bool on_mesh = std::ranges::find(service->gateways, "mesh") != service->gateways.end();
      if (!on_mesh) return;
      for (const auto& host : service->hosts) claims_[model::full_host_name(host, name_space)].push_back(&resource);
    }
  }

  std::vector<const Resource*> all_;
  std::set<std::string, std::less<>> hosts_;
  std::set<std::string, std::less<>> wildcard_hosts_;  // of ServiceEntries
  std::map<std::string, std::vector<const Resource*>, std::less<>> exact_rules_;
  std::vector<const Resource*> wildcard_rules_;
  std::map<std::string, std::vector<std::pair<const Resource*, Reference>>, std::less<>> standing_;
  std::map<std::string, std::vector<const Resource*>, std::less<>> claims_;
};

std::vector<std::string_view> subsets_of(const std::vector<const Resource*>& rules) {
  std::vector<std::string_view> names;
  for (const Resource* rule : rules) {
    for (const auto& subset : rule->as<DestinationRule>()->subsets) names.push_back(subset.name);
  }
  return names;
}

std::string in_words(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

// A route to a subset nobody defines answers 503 in Istio: an error where the host's rule is known; else only a
// warning, for the rule may come later.
std::optional<Finding> check_subset(const Resource& resource, const Reference& reference, const std::string& host,
                                    const Registry& registry) {
  const std::string& subset = reference.destination->subset;
  const auto rules = registry.rules_for(host);
  const auto subsets = subsets_of(rules);
  if (subset.empty() || std::ranges::find(subsets, subset) != subsets.end()) return std::nullopt;
  const Severity severity = rules.empty() ? Severity::warning : Severity::error;
  Finding finding =
      finding_at(resource, reference.path + ".subset", severity, Code::unknown_subset,
                 fmt::format("subset \"{}\" is not defined for host {}", subset, reference.destination->host));
  if (rules.empty()) {
    finding.hint =
        fmt::format("no DestinationRule for {} is known; requests get 503 until one defines the subset", host);
    return finding;
  }
  const std::string where = name_with_place(*rules.front());
  const auto close = nearest(subset, subsets);
  const std::string rather = close ? fmt::format("use {}, or ", *close) : std::string();
  finding.hint = subsets.empty()
                     ? fmt::format("{} has no subsets; add {} to it", where, subset)
                     : fmt::format("{}add {} to the known subsets: {} ({})", rather, subset, in_words(subsets), where);
  return finding;
}

// Names with a dot are not completed: "reviews.prod" is a frequent slip.
std::string hint_for_host(const Registry& registry, std::string_view written, std::string_view host) {
  const std::string completed = fmt::format("{}.svc.cluster.local", written);
  if (registry.has_host(completed)) return fmt::format("a name with a dot is taken as it is; write {}", completed);
  const auto close = registry.nearest_host(host);
  return close ? fmt::format("did you mean {}?", *close) : std::string();
}

std::optional<Finding> check_host(const Resource& resource, std::string path, std::string_view written,
                                  const std::string& host, const Registry& registry) {
  if (host.starts_with('*') || registry.has_host(host)) return std::nullopt;
  Finding finding = finding_at(resource, std::move(path), Severity::warning, Code::unknown_host,
                               fmt::format("no service {} is known", host));
  finding.hint = hint_for_host(registry, written, host);
  return finding;
}

void check_virtual_service(const Resource& resource, const Registry& registry, Findings& findings) {
  const auto& service = *resource.as<VirtualService>();
  const std::string& name_space = resource.metadata.namespace_name;
  for (const Reference& reference : references_of(service)) {
    const std::string host = model::full_host_name(reference.destination->host, name_space);
    if (auto finding = check_host(resource, reference.path + ".host", reference.destination->host, host, registry)) {
      findings.push_back(std::move(*finding));
    }
    if (auto finding = check_subset(resource, reference, host, registry)) findings.push_back(std::move(*finding));
  }
  for (size_t i = 0; i < service.hosts.size(); ++i) {
    for (const Resource* other : registry.claims(model::full_host_name(service.hosts[i], name_space))) {
      if (other == &resource) continue;
      Finding finding =
          finding_at(resource, fmt::format("spec.hosts[{}]", i), Severity::warning, Code::conflicting_hosts,
                     fmt::format("the host {} is routed by {}, too", service.hosts[i], name_with_place(*other)));
      finding.hint = "the older of the two decides; put the rules into one VirtualService";
      findings.push_back(std::move(finding));
    }
  }
}

// A rule that drops a subset must not leave routes behind that go nowhere.
void check_destination_rule(const Resource& resource, const Registry& registry, Findings& findings) {
  const auto& rule = *resource.as<DestinationRule>();
  const std::string host = model::full_host_name(rule.host, resource.metadata.namespace_name);
  if (auto finding = check_host(resource, "spec.host", rule.host, host, registry))
    findings.push_back(std::move(*finding));
  for (const auto& [other, reference] : registry.standing_references(host)) {
    if (!check_subset(*other, reference, host, registry)) continue;
    findings.push_back(finding_at(resource, "spec.subsets", Severity::error, Code::unknown_subset,
                                  fmt::format("{} routes to subset \"{}\" of {}, which is not among the subsets",
                                              other->title(), reference.destination->subset, rule.host)));
    findings.back().hint = fmt::format("keep the subset, or change {} first", other->title());
  }
}

}  // namespace

Findings check_references(const std::vector<const Resource*>& changed, const std::vector<const Resource*>& known) {
  const Registry registry(changed, known);
  const ReferenceScene scene{registry.all(), [&](const std::string& host) { return registry.has_host(host); }};
  Findings findings;
  for (const Resource* resource : changed) {
    check_discovery(*resource, scene, findings);
    if (resource->as<VirtualService>() != nullptr) {
      check_virtual_service(*resource, registry, findings);
      check_gateways(*resource, scene, findings);
    }
    if (resource->as<DestinationRule>() != nullptr) check_destination_rule(*resource, registry, findings);
    if (resource->as<istio::ServiceEntry>() != nullptr) check_service_entry(*resource, scene, findings);
    if (resource->as<istio::Gateway>() != nullptr) check_gateway_workloads(*resource, scene, findings);
    if (resource->as<istio::Sidecar>() != nullptr) check_sidecar(*resource, scene, findings);
    if (resource->as<istio::PeerAuthentication>() != nullptr) check_peer_authentication(*resource, scene, findings);
    if (resource->as<istio::AuthorizationPolicy>() != nullptr) check_authorization_policy(*resource, scene, findings);
    if (resource->as<istio::RequestAuthentication>() != nullptr)
      check_request_authentication(*resource, scene, findings);
  }
  return findings;
}

}  // namespace weft::api
