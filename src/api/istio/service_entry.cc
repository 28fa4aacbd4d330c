// The tables of ServiceEntry. What must hold between its fields is in service_entry_checks.cc.
#include "api/istio/service_entry.h"

#include <algorithm>

#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/istio/destination_rule_checks.h"
#include "api/istio/service_entry_checks.h"
#include "api/text_checks.h"
#include "base/strings.h"

namespace weft::api::istio {

const FieldTable& WorkloadLabels::fields() {
  static const FieldTable table = Describe<WorkloadLabels>("WorkloadLabels", "Workloads of the namespace, by labels.")
                                      .field("labels", &WorkloadLabels::labels, "Labels a workload must have.")
                                      .check(check_selector_value)
                                      .check_keys(check_label_key)
                                      .finish(check_workload_labels);
  return table;
}

const FieldTable& ServiceEntryPort::fields() {
  using Port = ServiceEntryPort;
  constexpr double kPortMax = 65535;
  static const FieldTable table =
      Describe<Port>("ServiceEntryPort", "A port of a ServiceEntry.")
          .field("number", &Port::number, "The port that clients dial.")
          .required()
          .between(1, kPortMax)
          .field("name", &Port::name, "A name, unique among the ports.")
          .required()
          .check(check_dns_label)
          .field("protocol", &Port::protocol, "What is spoken: HTTP, HTTP2, GRPC, HTTPS, TLS, TCP ...")
          .check(check_protocol)
          .by_default("found out by the first bytes")
          .field("targetPort", &Port::target_port, "The endpoints' port.")
          .between(1, kPortMax)
          .by_default("number");
  return table;
}

const FieldTable& AllocatedAddress::fields() {
  static const FieldTable table = Describe<AllocatedAddress>("ServiceEntryAddress", "An address given to a host.")
                                      .field("value", &AllocatedAddress::value, "The address.")
                                      .field("host", &AllocatedAddress::host, "The host it stands for.");
  return table;
}

const FieldTable& ServiceEntryStatus::fields() {
  static const FieldTable table =
      Describe<ServiceEntryStatus>("ServiceEntryStatus", "What the control plane says about a ServiceEntry.")
          .field("addresses", &ServiceEntryStatus::addresses, "Addresses from 240.240.0.0/16, one for each host.")
          .kept({"conditions", "validationMessages", "observedGeneration"});
  return table;
}

// HTTP is matched by Host, TLS by server name where there is no address, everything else by address.
const FieldTable& ServiceEntry::fields() {
  using Entry = ServiceEntry;
  static const FieldTable table =
      Describe<Entry>("ServiceEntry", "Services that the mesh knows besides Kubernetes' own: outside of it, or on VMs.")
          .field("hosts", &Entry::hosts, "Names of the service; *.x stands for any name below x.")
          .required()
          .check(check_service_entry_host)
          .field("addresses", &Entry::addresses, "Addresses that clients dial; subnets with NONE and STATIC.")
          .check(check_subnet)
          .by_default("one of 240.240.0.0/16 for each host")
          .field("ports", &Entry::ports, "The ports.")
          .field("location", &Entry::location, "Whether the service is a part of the mesh.")
          .by_default("MESH_EXTERNAL")
          .field("resolution", &Entry::resolution, "How the address to connect to is found.")
          .by_default("NONE")
          .field("endpoints", &Entry::endpoints, "Where the service runs.")
          .field("workloadSelector", &Entry::workload_selector,
                 "Pods and WorkloadEntries of the namespace where the service runs.")
          .field("exportTo", &Entry::export_to, "Namespaces that see this object: \".\", \"*\", names, or \"~\": none.")
          .check(check_export_to_or_nobody)
          .by_default("[*]")
          .field("subjectAltNames", &Entry::subject_alt_names, "Names, one of which the server's certificate has.")
          .finish(check_service_entry);
  return table;
}

// Istio's rule: NONE goes where the client dials, so an invented address would lead nowhere.
std::vector<std::string> hosts_to_allocate(const ServiceEntry& entry, const model::Labels& labels) {
  const auto wish = labels.find(kAllocateLabel);
  const bool opts_out = wish != labels.end() && equal_ignoring_case(wish->second, "false");
  if (opts_out || !entry.addresses.empty() || entry.resolution == ServiceResolution::none) return {};
  std::vector<std::string> hosts;
  for (const auto& host : entry.hosts) {
    const bool is_wildcard = host.starts_with('*') && entry.resolution != ServiceResolution::dynamic_dns;
    if (!is_wildcard && std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  }
  return hosts;
}

}  // namespace weft::api::istio
