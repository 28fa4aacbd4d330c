// Pod (core/v1): what a local pod and a mesh use of it, spec and status. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/kubernetes/service.h"

namespace weft::api::kubernetes {

struct KeyReference {
  std::string name;  // of the ConfigMap or Secret
  std::string key;
  bool optional = false;

  static const FieldTable& fields();
};

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

struct EnvVar {
  std::string name;
  std::string value;
  std::optional<EnvSource> value_from;

  static const FieldTable& fields();
};

struct ContainerPort {
  std::string name;
  int32_t container_port = 0;
  int32_t host_port = 0;
  std::string host_ip;
  std::string protocol = "TCP";

  static const FieldTable& fields();
};

struct HttpHeader {
  std::string name;
  std::string value;

  static const FieldTable& fields();
};

struct HttpGetAction {
  std::string path = "/";
  PortReference port;
  std::string host;
  std::string scheme = "HTTP";
  std::vector<HttpHeader> http_headers;

  static const FieldTable& fields();
};

struct TcpSocketAction {
  PortReference port;
  std::string host;

  static const FieldTable& fields();
};

struct ExecAction {
  std::vector<std::string> command;

  static const FieldTable& fields();
};

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

struct Container {
  std::string name;
  std::string image;
  std::vector<std::string> command;
  std::vector<std::string> args;
  std::string working_dir;
  std::vector<EnvVar> env;
  std::vector<ContainerPort> ports;
  std::optional<Probe> readiness_probe;
  std::optional<Probe> liveness_probe;
  std::optional<Probe> startup_probe;

  static const FieldTable& fields();
};

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

struct PodCondition {
  std::string type;    // PodScheduled, Initialized, ContainersReady, Ready
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
  std::string last_transition_time;

  static const FieldTable& fields();
};

struct ContainerStatus {
  std::string name;
  bool ready = false;
  int32_t restart_count = 0;
  std::optional<bool> started;
  std::string image;

  static const FieldTable& fields();
};

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

struct Pod {
  PodSpec spec;
  PodStatus status;

  bool is_ready() const;

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
