#include "api/kubernetes/pod.h"

#include <algorithm>

#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {
namespace {

// The account under its old name; the modern one wins.
void read_service_account(const Place& place, PodSpec& spec) {
  if (spec.service_account_name == "default") Codec<std::string>::read(place, Field{}, spec.service_account_name);
}

}  // namespace

// Scheduling has no meaning on one machine and is kept silently; volumes and init containers have one and are warned
// about.
const FieldTable& PodSpec::fields() {
  static const FieldTable table =
      Describe<PodSpec>("PodSpec", "What runs in a pod.")
          .field("containers", &PodSpec::containers, "The programs.")
          .required()
          .field("restartPolicy", &PodSpec::restart_policy, "Which exits are followed by a restart.")
          .one_of({"Always", "OnFailure", "Never"})
          .by_default("Always")
          .field("terminationGracePeriodSeconds", &PodSpec::termination_grace_period_seconds,
                 "Time between the request to end and the end.")
          .at_least(0)
          .by_default("30")
          .field("serviceAccountName", &PodSpec::service_account_name, "The pod's identity.")
          .by_default("default")
          .custom("serviceAccount", read_service_account, "The pod's identity, under its old name.")
          .field("nodeName", &PodSpec::node_name, "The machine it runs on.")
          .field("hostname", &PodSpec::hostname, "The pod's host name.")
          .check(check_dns_label)
          .by_default("the pod's name")
          .field("subdomain", &PodSpec::subdomain, "The headless service that names the pod.")
          .check(check_dns_label)
          .field("hostNetwork", &PodSpec::host_network, "Whether the pod uses the machine's network.")
          .later()
          .kept({"schedulerName",
                 "nodeSelector",
                 "affinity",
                 "tolerations",
                 "topologySpreadConstraints",
                 "priority",
                 "priorityClassName",
                 "preemptionPolicy",
                 "imagePullSecrets",
                 "automountServiceAccountToken",
                 "enableServiceLinks",
                 "overhead",
                 "runtimeClassName",
                 "schedulingGates",
                 "readinessGates",
                 "securityContext",
                 "dnsPolicy",
                 "setHostnameAsFQDN",
                 "shareProcessNamespace",
                 "os",
                 "resourceClaims",
                 "resources",
                 "hostUsers"})
          .unused({"initContainers", "ephemeralContainers", "volumes", "hostPID", "hostIPC", "hostAliases", "dnsConfig",
                   "activeDeadlineSeconds", "hostnameOverride"})
          .finish(check_pod_spec);
  return table;
}

const FieldTable& PodCondition::fields() {
  static const FieldTable table =
      Describe<PodCondition>("PodCondition", "One aspect of a pod's state.")
          .field("type", &PodCondition::type, "Which: PodScheduled, ContainersReady, Ready ...")
          .field("status", &PodCondition::status, "True, False or Unknown.")
          .field("reason", &PodCondition::reason, "Why, in a word.")
          .field("message", &PodCondition::message, "Why, in a sentence.")
          .field("lastTransitionTime", &PodCondition::last_transition_time, "Since when.")
          .kept({"lastProbeTime", "observedGeneration"});
  return table;
}

const FieldTable& ContainerStatus::fields() {
  static const FieldTable table =
      Describe<ContainerStatus>("ContainerStatus", "The state of a container.")
          .field("name", &ContainerStatus::name, "Which container.")
          .field("ready", &ContainerStatus::ready, "Whether its readiness probe passes.")
          .field("restartCount", &ContainerStatus::restart_count, "How often it was restarted.")
          .field("started", &ContainerStatus::started, "Whether it has started.")
          .field("image", &ContainerStatus::image, "The image it runs.")
          .kept({"state", "lastState", "imageID", "containerID", "allocatedResources", "resources", "volumeMounts",
                 "user"});
  return table;
}

// Written by the node through the status sub-resource; input is taken as it is.
const FieldTable& PodStatus::fields() {
  static const FieldTable table =
      Describe<PodStatus>("PodStatus", "What the pod is doing; written by the node.")
          .field("phase", &PodStatus::phase, "Pending, Running, Succeeded or Failed.")
          .field("podIP", &PodStatus::pod_ip, "The pod's address.")
          .field("hostIP", &PodStatus::host_ip, "The machine's address.")
          .field("startTime", &PodStatus::start_time, "Since when it runs.")
          .field("reason", &PodStatus::reason, "Why, in a word.")
          .field("message", &PodStatus::message, "Why, in a sentence.")
          .field("conditions", &PodStatus::conditions, "Aspects of its state.")
          .field("containerStatuses", &PodStatus::container_statuses, "The state of each container.")
          .kept({"podIPs", "hostIPs", "qosClass", "initContainerStatuses", "ephemeralContainerStatuses",
                 "nominatedNodeName", "resize", "resourceClaimStatuses", "observedGeneration"});
  return table;
}

const FieldTable& Pod::fields() {
  static const FieldTable table = Describe<Pod>("Pod", "A workload instance: programs that share a network.")
                                      .object_head()
                                      .field("spec", &Pod::spec, "What runs in it.")
                                      .required()
                                      .field("status", &Pod::status, "What it is doing.");
  return table;
}

bool Pod::is_ready() const {
  return std::ranges::any_of(status.conditions, [](const PodCondition& condition) {
    return condition.type == "Ready" && condition.status == "True";
  });
}

}  // namespace weft::api::kubernetes
