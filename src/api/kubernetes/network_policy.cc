#include "api/kubernetes/network_policy.h"

#include <algorithm>

#include "api/describe.h"
#include "api/kubernetes/network_policy_checks.h"

namespace weft::api::kubernetes {
namespace {

// spec as Kubernetes nests it; the typed value is flat.
const FieldTable& network_policy_spec_fields() {
  static const FieldTable table =
      Describe<NetworkPolicy>("NetworkPolicySpec", "Which pods are isolated, and what they may do all the same.")
          .field("podSelector", &NetworkPolicy::pod_selector, "The pods of the namespace that it is for.")
          .by_default("every pod of the namespace")
          .field("policyTypes", &NetworkPolicy::policy_types,
                 "The directions in which the pods are isolated: what no policy lets pass is refused there.")
          .one_of({"Ingress", "Egress"})
          .by_default("Ingress, and Egress where egress has rules")
          .field("ingress", &NetworkPolicy::ingress, "What is let in, if any of these says so.")
          .field("egress", &NetworkPolicy::egress, "What is let out, if any of these says so.")
          .finish(check_network_policy);
  return table;
}

}  // namespace

bool NetworkPolicy::isolates(std::string_view direction) const {
  return std::ranges::find(policy_types, direction) != policy_types.end();
}

const FieldTable& IpBlock::fields() {
  static const FieldTable table = Describe<IpBlock>("IPBlock", "Addresses by subnet.")
                                      .field("cidr", &IpBlock::cidr, "The subnet, 10.0.0.0/8.")
                                      .required()
                                      .check(check_cidr)
                                      .field("except", &IpBlock::except, "Smaller subnets in it that do not count.")
                                      .check(check_cidr)
                                      .finish(check_ip_block);
  return table;
}

const FieldTable& NetworkPolicyPeer::fields() {
  static const FieldTable table =
      Describe<NetworkPolicyPeer>("NetworkPolicyPeer", "The other side of a connection.")
          .field("podSelector", &NetworkPolicyPeer::pod_selector,
                 "Pods, by labels; of the policy's namespace where there is no namespaceSelector.")
          .field("namespaceSelector", &NetworkPolicyPeer::namespace_selector,
                 "Namespaces, by labels: pods in them, all or those of podSelector.")
          .field("ipBlock", &NetworkPolicyPeer::ip_block, "Addresses; excludes the other two.")
          .finish(check_network_policy_peer);
  return table;
}

const FieldTable& NetworkPolicyPort::fields() {
  static const FieldTable table =
      Describe<NetworkPolicyPort>("NetworkPolicyPort", "A port of the side that is called.")
          .field("protocol", &NetworkPolicyPort::protocol, "The transport protocol.")
          .one_of({"TCP", "UDP", "SCTP"})
          .by_default("TCP")
          .field("port", &NetworkPolicyPort::port, "The pod's port, by number or by the name its container gives it.")
          .by_default("every port")
          .check(check_port_name)
          .field("endPort", &NetworkPolicyPort::end_port, "The last of several ports, of which port is the first.")
          .between(1, 65535)
          .finish(check_network_policy_port);
  return table;
}

const FieldTable& NetworkPolicyIngress::fields() {
  static const FieldTable table =
      Describe<NetworkPolicyIngress>("NetworkPolicyIngressRule", "Connections that are let in.")
          .field("from", &NetworkPolicyIngress::from, "Who may connect.")
          .by_default("everybody")
          .field("ports", &NetworkPolicyIngress::ports, "To which ports.")
          .by_default("every port");
  return table;
}

const FieldTable& NetworkPolicyEgress::fields() {
  static const FieldTable table =
      Describe<NetworkPolicyEgress>("NetworkPolicyEgressRule", "Connections that are let out.")
          .field("to", &NetworkPolicyEgress::to, "To whom.")
          .by_default("everybody")
          .field("ports", &NetworkPolicyEgress::ports, "To which ports.")
          .by_default("every port");
  return table;
}

const FieldTable& NetworkPolicy::fields() {
  static const FieldTable table =
      Describe<NetworkPolicy>("NetworkPolicy",
                              "Who may open connections to and from some pods, at the network's layer.")
          .object_head()
          .flattened("spec", network_policy_spec_fields, "What is let pass.")
          .required()
          .kept({"status"});
  return table;
}

}  // namespace weft::api::kubernetes
