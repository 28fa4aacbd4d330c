// The tables of WorkloadEntry and WorkloadGroup, and Istio's admission rules for them.
#include "api/istio/workload_entry.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/describe.h"
#include "api/istio/workload_checks.h"
#include "api/text_checks.h"

namespace weft::api::istio {
namespace {

void check_group(const Place& place, WorkloadGroup& group) {
  if (group.entry && !group.entry->address.empty()) {
    const Place at = place.at("template");
    at.at("address").warn(Code::unused_field, "the address of a template is not used: each workload brings its own");
  }
}

void check_workload_probe(const Place& place, WorkloadProbe& probe) {
  const int actions =
      probe.http_get.has_value() + probe.tcp_socket.has_value() + probe.exec.has_value() + probe.grpc.has_value();
  if (actions == 0) {
    place.error(Code::required, "the probe asks nothing", "set httpGet, tcpSocket, exec or grpc");
  } else if (actions > 1) {
    place.error(Code::conflicting_fields, "a probe asks in one way only");
  }
}

// The fields of a workload; what is required of the address differs by where it stands.
Describe<WorkloadEntry> describe_workload(std::string_view name, std::string_view description) {
  constexpr double kPortMax = 65535;
  Describe<WorkloadEntry> table(name, description);
  table
      .field("address", &WorkloadEntry::address,
             "Where it is: an IP address, a name (with DNS resolution), unix:///PATH or unix://@NAME.")
      .field("ports", &WorkloadEntry::ports, "Its own port for a port of the service, by that port's name.")
      .between(1, kPortMax)
      .check_keys(check_dns_label)
      .by_default("the service's targetPort or port")
      .field("labels", &WorkloadEntry::labels, "Labels that services and subsets select by.")
      .check(check_label_value)
      .check_keys(check_label_key)
      .field("network", &WorkloadEntry::network, "The network it is in.")
      .later()
      .field("locality", &WorkloadEntry::locality, "Where it stands: REGION/ZONE/SUBZONE.")
      .field("weight", &WorkloadEntry::weight, "Its share of the requests beside the others.")
      .by_default("1")
      .field("serviceAccount", &WorkloadEntry::service_account, "Its identity; set, it speaks mutual TLS.");
  return table;
}

// A group's template. No address is asked of it.
const FieldTable& template_fields() {
  static const FieldTable table =
      describe_workload("WorkloadTemplate", "What the workloads of a group have in common.");
  return table;
}

void read_template(const Place& place, WorkloadGroup& group) {
  template_fields().read(place, &group.entry.emplace());
}

}  // namespace

const FieldTable& StatusCondition::fields() {
  static const FieldTable table = Describe<StatusCondition>("IstioCondition", "One aspect of an object's state.")
                                      .field("type", &StatusCondition::type, "What it is about: Healthy.")
                                      .field("status", &StatusCondition::status, "True, False or Unknown.")
                                      .field("reason", &StatusCondition::reason, "Why, in one word.")
                                      .field("message", &StatusCondition::message, "Why, for people.")
                                      .kept({"lastProbeTime", "lastTransitionTime", "observedGeneration"});
  return table;
}

const FieldTable& WorkloadStatus::fields() {
  static const FieldTable table =
      Describe<WorkloadStatus>("WorkloadStatus", "What is known of a workload.")
          .field("conditions", &WorkloadStatus::conditions, "Healthy with status False takes its traffic away.")
          .kept({"validationMessages", "observedGeneration"});
  return table;
}

const FieldTable& WorkloadEntry::fields() {
  static const FieldTable table =
      describe_workload("WorkloadEntry",
                        "A workload that is no Pod: an endpoint of the services that select its labels.")
          .finish(check_workload_address);
  return table;
}

const FieldTable& WorkloadProbe::fields() {
  using Probe = WorkloadProbe;
  static const FieldTable table =
      Describe<Probe>("ReadinessProbe", "A periodic question whether a workload takes requests.")
          .field("initialDelaySeconds", &Probe::initial_delay_seconds, "The time before the first.")
          .at_least(0)
          .by_default("0")
          .field("timeoutSeconds", &Probe::timeout_seconds, "How long an answer may take.")
          .at_least(0)
          .by_default("1")
          .field("periodSeconds", &Probe::period_seconds, "The time between two.")
          .at_least(0)
          .by_default("10")
          .field("successThreshold", &Probe::success_threshold, "Good answers in a row that make it well.")
          .at_least(0)
          .by_default("1")
          .field("failureThreshold", &Probe::failure_threshold, "Bad answers in a row that make it unwell.")
          .at_least(0)
          .by_default("3")
          .field("httpGet", &Probe::http_get, "An HTTP GET; 200 to 399 is good.")
          .field("tcpSocket", &Probe::tcp_socket, "A TCP connection; that it opens is good.")
          .field("exec", &Probe::exec, "A command; exit code 0 is good.")
          .field("grpc", &Probe::grpc, "A gRPC health check; SERVING is good.")
          .finish(check_workload_probe);
  return table;
}

const FieldTable& WorkloadMetadata::fields() {
  static const FieldTable table =
      Describe<WorkloadMetadata>("WorkloadMetadata", "Labels and annotations of a group's workloads.")
          .field("labels", &WorkloadMetadata::labels, "Labels.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("annotations", &WorkloadMetadata::annotations, "Annotations.")
          .check_keys(check_label_key);
  return table;
}

// Workloads join by connecting with the group's name (auto-registration): that comes later.
const FieldTable& WorkloadGroup::fields() {
  static const FieldTable table =
      Describe<WorkloadGroup>("WorkloadGroup",
                              "What the WorkloadEntries of workloads that join by themselves look like.")
          .field("metadata", &WorkloadGroup::metadata, "Labels and annotations they get.")
          .later()
          .custom("template", read_template, "The entry they get, but for its address.", template_fields)
          .required()
          .later()
          .field("probe", &WorkloadGroup::probe, "How they are asked whether they are well.")
          .later()
          .finish(check_group);
  return table;
}

// Only an explicit "no" counts: a workload that nobody has probed is well, as in Istio.
bool WorkloadEntry::is_healthy() const {
  return std::ranges::none_of(status.conditions, [](const StatusCondition& condition) {
    return condition.type == "Healthy" && condition.status == "False";
  });
}

}  // namespace weft::api::istio
