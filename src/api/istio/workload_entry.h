// WorkloadEntry and WorkloadGroup (networking.istio.io), every field of Istio's: workloads that are no Pods, and the
// template of those that come by themselves. Plain values; an empty text, zero or empty map is Istio's "unset".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kubernetes/pod.h"
#include "model/labels.h"

namespace weft::api::istio {

// One aspect of a workload's state, as a control plane or a probe wrote it.
struct StatusCondition {
  std::string type;    // "Healthy"
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;

  static const FieldTable& fields();
};

// What is said about a WorkloadEntry besides what its owner asks for.
struct WorkloadStatus {
  std::vector<StatusCondition> conditions;

  static const FieldTable& fields();
};

// A workload at an address. Also the form of a ServiceEntry's endpoints, which have no status.
struct WorkloadEntry {
  using Status = WorkloadStatus;

  std::string address;  // an IP address, a name (DNS), unix:///PATH or unix://@NAME; empty only with a network
  std::map<std::string, uint32_t, std::less<>> ports;  // by name of the service's port
  model::Labels labels;
  std::string network;
  std::string locality;  // region/zone/subzone
  uint32_t weight = 0;   // 0: 1
  std::string service_account;
  Status status;

  bool is_unix() const { return address.starts_with("unix://"); }
  // False when a probe has said so.
  bool is_healthy() const;

  static const FieldTable& fields();
};

// Where a WorkloadGroup's workloads are asked whether they are well; one action is set. Zero: the default.
struct WorkloadProbe {
  int32_t initial_delay_seconds = 0;
  int32_t timeout_seconds = 0;
  int32_t period_seconds = 0;
  int32_t success_threshold = 0;
  int32_t failure_threshold = 0;
  std::optional<kubernetes::HttpGetAction> http_get;
  std::optional<kubernetes::TcpSocketAction> tcp_socket;
  std::optional<kubernetes::ExecAction> exec;
  std::optional<kubernetes::GrpcAction> grpc;

  static const FieldTable& fields();
};

// What the WorkloadEntries of a group get as metadata.
struct WorkloadMetadata {
  model::Labels labels;
  std::map<std::string, std::string, std::less<>> annotations;

  static const FieldTable& fields();
};

// The spec. `entry` needs no address: who joins brings its own.
struct WorkloadGroup {
  WorkloadMetadata metadata;
  std::optional<WorkloadEntry> entry;  // "template"
  std::optional<WorkloadProbe> probe;

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
