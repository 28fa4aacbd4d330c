#include "api/kubernetes/service.h"

#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {
namespace {

// spec as Kubernetes nests it; the typed value is flat.
const FieldTable& service_spec_fields() {
  static const FieldTable table =
      Describe<Service>("ServiceSpec", "What the service offers, and which pods are behind it.")
          .field("type", &Service::type, "How the service is reached.")
          .one_of({"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"})
          .by_default("ClusterIP")
          .field("clusterIP", &Service::cluster_ip, "The service's address; \"None\" for a headless service.")
          .check(check_cluster_ip)
          .field("clusterIPs", &Service::cluster_ips, "The service's addresses.")
          .check(check_cluster_ip)
          .field("externalIPs", &Service::external_ips, "Further addresses, outside.")
          .field("externalName", &Service::external_name,
                 "The host that this name stands for (ExternalName): a service, or a name outside of the mesh.")
          .check(check_host)
          .field("selector", &Service::selector, "Labels of the pods behind the service.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("ports", &Service::ports, "The service's ports.")
          .field("publishNotReadyAddresses", &Service::publish_not_ready_addresses,
                 "Whether pods that are not ready count.")
          .field("sessionAffinity", &Service::session_affinity, "The mesh does not honour it; use consistentHash.")
          .one_of({"None", "ClientIP"})
          .field("internalTrafficPolicy", &Service::internal_traffic_policy, "Whether only local endpoints count.")
          .one_of({"Cluster", "Local"})
          .field("trafficDistribution", &Service::traffic_distribution,
                 "Which endpoints clients prefer: of their zone (PreferClose is its old name), or of their node.")
          .one_of({"PreferClose", "PreferSameZone", "PreferSameNode"})
          .kept({"ipFamilies", "ipFamilyPolicy", "allocateLoadBalancerNodePorts", "externalTrafficPolicy",
                 "healthCheckNodePort", "sessionAffinityConfig"})
          .unused({"loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges"})
          .finish(check_service);
  return table;
}

}  // namespace

const FieldTable& ServicePort::fields() {
  static const FieldTable table =
      Describe<ServicePort>("ServicePort", "A port of a service.")
          .field("name", &ServicePort::name, "Its name; the part before '-' names the protocol: http, grpc, tcp ...")
          .check(check_dns_label)
          .field("protocol", &ServicePort::protocol, "The transport protocol.")
          .one_of({"TCP", "UDP", "SCTP"})
          .by_default("TCP")
          .field("appProtocol", &ServicePort::app_protocol, "The protocol, ahead of what the name says.")
          .field("port", &ServicePort::port, "The port's number.")
          .required()
          .between(1, 65535)
          .field("targetPort", &ServicePort::target_port, "The pods' port, by number or name.")
          .by_default("port")
          .field("nodePort", &ServicePort::node_port, "The port on every node.")
          .between(0, 65535);
  return table;
}

const FieldTable& Service::fields() {
  static const FieldTable table = Describe<Service>("Service", "A name and an address for a set of pods.")
                                      .object_head()
                                      .flattened("spec", service_spec_fields, "What the service offers.")
                                      .required()
                                      .kept({"status"});
  return table;
}

}  // namespace weft::api::kubernetes
