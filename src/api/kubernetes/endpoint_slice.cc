#include "api/kubernetes/endpoint_slice.h"

#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {

const FieldTable& ObjectReference::fields() {
  static const FieldTable table = Describe<ObjectReference>("ObjectReference", "Another object.")
                                      .field("kind", &ObjectReference::kind, "Its kind.")
                                      .field("namespace", &ObjectReference::namespace_name, "Its namespace.")
                                      .field("name", &ObjectReference::name, "Its name.")
                                      .field("uid", &ObjectReference::uid, "Its unique id.")
                                      .kept({"apiVersion", "fieldPath", "resourceVersion"});
  return table;
}

// Absent `ready` counts as ready (discovery/v1).
const FieldTable& EndpointConditions::fields() {
  static const FieldTable table =
      Describe<EndpointConditions>("EndpointConditions", "The state of an endpoint.")
          .field("ready", &EndpointConditions::ready, "Whether it takes traffic.")
          .by_default("true")
          .field("serving", &EndpointConditions::serving, "Whether it can take traffic, also while it terminates.")
          .field("terminating", &EndpointConditions::terminating, "Whether it is being ended.");
  return table;
}

const FieldTable& SliceEndpoint::fields() {
  static const FieldTable table =
      Describe<SliceEndpoint>("Endpoint", "One endpoint of a service.")
          .field("addresses", &SliceEndpoint::addresses, "Its addresses; all lead to the same.")
          .required()
          .check(check_not_empty)
          .field("conditions", &SliceEndpoint::conditions, "Its state.")
          .field("hostname", &SliceEndpoint::hostname, "Its host name.")
          .field("nodeName", &SliceEndpoint::node_name, "The machine it runs on.")
          .field("zone", &SliceEndpoint::zone, "The zone it runs in.")
          .field("targetRef", &SliceEndpoint::target, "The pod behind it.")
          .kept({"deprecatedTopology", "hints"});
  return table;
}

// Here the port is the target's; the name ties it to the Service's port.
const FieldTable& SlicePort::fields() {
  static const FieldTable table = Describe<SlicePort>("EndpointPort", "A port of the endpoints of a slice.")
                                      .field("name", &SlicePort::name, "The name of the service's port.")
                                      .field("protocol", &SlicePort::protocol, "The transport protocol.")
                                      .one_of({"TCP", "UDP", "SCTP"})
                                      .by_default("TCP")
                                      .field("appProtocol", &SlicePort::app_protocol, "The protocol.")
                                      .field("port", &SlicePort::port, "The number on the endpoints.")
                                      .between(1, 65535);
  return table;
}

const FieldTable& EndpointSlice::fields() {
  static const FieldTable table =
      Describe<EndpointSlice>("EndpointSlice", "Addresses behind the service that a label names.")
          .object_head()
          .field("addressType", &EndpointSlice::address_type, "What the addresses are.")
          .required()
          .one_of({"IPv4", "IPv6", "FQDN"})
          .field("endpoints", &EndpointSlice::endpoints, "The endpoints.")
          .field("ports", &EndpointSlice::ports, "The ports that each endpoint has.");
  return table;
}

}  // namespace weft::api::kubernetes
