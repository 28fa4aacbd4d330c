// Pod (core/v1): what a local pod and a mesh use of it, spec and status. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/kubernetes/service.h"

namespace weft::api::kubernetes {

// A key of a ConfigMap or Secret in the pod's namespace.
struct KeyReference {
  std::string name;  // of the ConfigMap or Secret
  std::string key;
  bool optional = false;

  static const FieldTable& fields();
};

// A field of the pod itself (the downward API).
struct FieldReference {
  std::string api_version;
  std::string field_path;  // "metadata.name", "status.podIP", "metadata.labels['app']" ...

  static const FieldTable& fields();
};

// Where an environment variable's value comes from; one is set.
struct EnvSource {
  std::optional<FieldReference> field_ref;
  std::optional<KeyReference> config_map_key_ref;
  std::optional<KeyReference> secret_key_ref;

  static const FieldTable& fields();
};

// An environment variable. `value` and `value_from` exclude each other; neither: the empty text.
struct EnvVar {
  std::string name;
  std::string value;
  std::optional<EnvSource> value_from;

  static const FieldTable& fields();
};

// A ConfigMap or Secret in the pod's namespace.
struct DataReference {
  std::string name;
  bool optional = false;

  static const FieldTable& fields();
};

// Every key of one object as a variable, `prefix` before its name. One of the two is set.
struct EnvFrom {
  std::string prefix;
  std::optional<DataReference> config_map_ref;
  std::optional<DataReference> secret_ref;

  static const FieldTable& fields();
};

// A port that the program says it listens on. Names are unique within a pod.
struct ContainerPort {
  std::string name;
  int32_t container_port = 0;
  int32_t host_port = 0;
  std::string host_ip;
  std::string protocol = "TCP";

  static const FieldTable& fields();
};

// A header that a probe sends.
struct HttpHeader {
  std::string name;
  std::string value;

  static const FieldTable& fields();
};

// GET; 200 to 399 is success. An empty host is the pod's address.
struct HttpGetAction {
  std::string path = "/";
  PortReference port;
  std::string host;
  std::string scheme = "HTTP";
  std::vector<HttpHeader> http_headers;

  static const FieldTable& fields();
};

// A TCP connection; that it opens is success. An empty host is the pod's address.
struct TcpSocketAction {
  PortReference port;
  std::string host;

  static const FieldTable& fields();
};

// A command in the container, without a shell; exit code 0 is success.
struct ExecAction {
  std::vector<std::string> command;

  static const FieldTable& fields();
};

// grpc.health.v1.Health/Check; SERVING is success.
struct GrpcAction {
  int32_t port = 0;
  std::string service;

  static const FieldTable& fields();
};

// A periodic question to a container; one action is set. Kubernetes' defaults.
struct Probe {
  std::optional<HttpGetAction> http_get;
  std::optional<TcpSocketAction> tcp_socket;
  std::optional<ExecAction> exec;
  std::optional<GrpcAction> grpc;
  int32_t initial_delay_seconds = 0;
  int32_t period_seconds = 10;
  int32_t timeout_seconds = 1;
  int32_t success_threshold = 1;
  int32_t failure_threshold = 3;

  static const FieldTable& fields();
};

// One program of a pod. No command: the image's, which for local pods the image map knows.
struct Container {
  std::string name;
  std::string image;
  std::vector<std::string> command;
  std::vector<std::string> args;
  std::string working_dir;
  std::vector<EnvFrom> env_from;
  std::vector<EnvVar> env;  // goes over env_from
  std::vector<ContainerPort> ports;
  std::optional<Probe> readiness_probe;
  std::optional<Probe> liveness_probe;
  std::optional<Probe> startup_probe;

  static const FieldTable& fields();
};

// What runs, with Kubernetes' defaults. There is one container at least; seconds are whole.
struct PodSpec {
  std::vector<Container> containers;
  std::string restart_policy = "Always";  // or OnFailure, Never
  int64_t termination_grace_period_seconds = 30;
  std::string service_account_name = "default";
  std::string node_name;
  std::string hostname;
  std::string subdomain;
  bool host_network = false;

  static const FieldTable& fields();
};

// One aspect of a pod's state; times are RFC 3339.
struct PodCondition {
  std::string type;    // PodScheduled, Initialized, ContainersReady, Ready
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
  std::string last_transition_time;

  static const FieldTable& fields();
};

// The state of one container as the node last saw it.
struct ContainerStatus {
  std::string name;
  bool ready = false;
  int32_t restart_count = 0;
  std::optional<bool> started;
  std::string image;

  static const FieldTable& fields();
};

// What the node says about a pod. Empty until the node has taken it.
struct PodStatus {
  std::string phase;  // Pending, Running, Succeeded, Failed
  std::string pod_ip;
  std::string host_ip;
  std::string start_time;
  std::string reason;
  std::string message;
  std::vector<PodCondition> conditions;
  std::vector<ContainerStatus> container_statuses;

  static const FieldTable& fields();
};

// A workload instance, spec and status.
struct Pod {
  PodSpec spec;
  PodStatus status;

  bool is_ready() const;

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
