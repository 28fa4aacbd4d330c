// The tables of what a container is: its command, environment, ports and probes.
#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"
#include "api/kubernetes/pod.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {

const FieldTable& KeyReference::fields() {
  static const FieldTable table = Describe<KeyReference>("KeySelector", "A key of a ConfigMap or Secret.")
                                      .field("name", &KeyReference::name, "The object's name.")
                                      .required()
                                      .field("key", &KeyReference::key, "The key.")
                                      .required()
                                      .field("optional", &KeyReference::optional, "Whether it may be missing.");
  return table;
}

const FieldTable& FieldReference::fields() {
  static const FieldTable table =
      Describe<FieldReference>("ObjectFieldSelector", "A field of the pod.")
          .field("apiVersion", &FieldReference::api_version, "The version the path is written for.")
          .field("fieldPath", &FieldReference::field_path, "The field: metadata.name, status.podIP ...")
          .required();
  return table;
}

// resourceFieldRef has nothing to refer to without limits.
const FieldTable& EnvSource::fields() {
  static const FieldTable table = Describe<EnvSource>("EnvVarSource", "Where a variable's value comes from.")
                                      .field("fieldRef", &EnvSource::field_ref, "A field of the pod.")
                                      .field("configMapKeyRef", &EnvSource::config_map_key_ref, "A key of a ConfigMap.")
                                      .field("secretKeyRef", &EnvSource::secret_key_ref, "A key of a Secret.")
                                      .unused({"resourceFieldRef", "fileKeyRef"});
  return table;
}

const FieldTable& EnvVar::fields() {
  static const FieldTable table = Describe<EnvVar>("EnvVar", "A variable of the environment.")
                                      .field("name", &EnvVar::name, "Its name.")
                                      .required()
                                      .check(check_env_name)
                                      .field("value", &EnvVar::value, "Its value.")
                                      .field("valueFrom", &EnvVar::value_from, "Where its value comes from.")
                                      .finish(check_env_var);
  return table;
}

const FieldTable& DataReference::fields() {
  static const FieldTable table = Describe<DataReference>("EnvSourceObject", "A ConfigMap or Secret.")
                                      .field("name", &DataReference::name, "The object's name.")
                                      .required()
                                      .field("optional", &DataReference::optional, "Whether it may be missing.");
  return table;
}

const FieldTable& EnvFrom::fields() {
  static const FieldTable table =
      Describe<EnvFrom>("EnvFromSource", "Every key of one object as a variable of the environment.")
          .field("prefix", &EnvFrom::prefix, "What stands before each key.")
          .check(check_env_name)
          .field("configMapRef", &EnvFrom::config_map_ref, "A ConfigMap.")
          .field("secretRef", &EnvFrom::secret_ref, "A Secret.")
          .finish(check_env_from);
  return table;
}

// Ports are information, as in Kubernetes: a program may listen on others.
const FieldTable& ContainerPort::fields() {
  static const FieldTable table = Describe<ContainerPort>("ContainerPort", "A port that a container listens on.")
                                      .field("name", &ContainerPort::name, "Its name, for services and probes.")
                                      .check(check_port_name)
                                      .field("containerPort", &ContainerPort::container_port, "Its number.")
                                      .required()
                                      .between(1, 65535)
                                      .field("hostPort", &ContainerPort::host_port, "A port of the machine.")
                                      .between(0, 65535)
                                      .later()
                                      .field("hostIP", &ContainerPort::host_ip, "An address of the machine.")
                                      .field("protocol", &ContainerPort::protocol, "The transport protocol.")
                                      .one_of({"TCP", "UDP", "SCTP"})
                                      .by_default("TCP");
  return table;
}

const FieldTable& HttpHeader::fields() {
  static const FieldTable table = Describe<HttpHeader>("HTTPHeader", "A header of a probe.")
                                      .field("name", &HttpHeader::name, "Its name.")
                                      .required()
                                      .check(check_header_name)
                                      .field("value", &HttpHeader::value, "Its value.");
  return table;
}

const FieldTable& HttpGetAction::fields() {
  static const FieldTable table = Describe<HttpGetAction>("HTTPGetAction", "A GET that must answer 200 to 399.")
                                      .field("path", &HttpGetAction::path, "The path.")
                                      .by_default("/")
                                      .field("port", &HttpGetAction::port, "The port, by number or name.")
                                      .required()
                                      .field("host", &HttpGetAction::host, "The host to connect to.")
                                      .by_default("the pod")
                                      .field("scheme", &HttpGetAction::scheme, "The scheme.")
                                      .one_of({"HTTP", "HTTPS"})
                                      .by_default("HTTP")
                                      .field("httpHeaders", &HttpGetAction::http_headers, "Headers to send.");
  return table;
}

const FieldTable& TcpSocketAction::fields() {
  static const FieldTable table = Describe<TcpSocketAction>("TCPSocketAction", "A connection that must open.")
                                      .field("port", &TcpSocketAction::port, "The port, by number or name.")
                                      .required()
                                      .field("host", &TcpSocketAction::host, "The host to connect to.")
                                      .by_default("the pod");
  return table;
}

const FieldTable& ExecAction::fields() {
  static const FieldTable table = Describe<ExecAction>("ExecAction", "A command that must exit with 0.")
                                      .field("command", &ExecAction::command, "The command and its arguments.");
  return table;
}

const FieldTable& GrpcAction::fields() {
  static const FieldTable table = Describe<GrpcAction>("GRPCAction", "A gRPC health check that must answer SERVING.")
                                      .field("port", &GrpcAction::port, "The port.")
                                      .required()
                                      .between(1, 65535)
                                      .field("service", &GrpcAction::service, "The service to ask for.");
  return table;
}

// Defaults are Kubernetes': every 10 s, 1 s for an answer, 3 bad ones in a row.
const FieldTable& Probe::fields() {
  static const FieldTable table =
      Describe<Probe>("Probe", "A question asked of a container again and again.")
          .field("httpGet", &Probe::http_get, "Ask by HTTP.")
          .field("tcpSocket", &Probe::tcp_socket, "Ask by connecting.")
          .field("exec", &Probe::exec, "Ask by a command.")
          .field("grpc", &Probe::grpc, "Ask by gRPC.")
          .field("initialDelaySeconds", &Probe::initial_delay_seconds, "Wait before the first time.")
          .at_least(0)
          .by_default("0")
          .field("periodSeconds", &Probe::period_seconds, "Time between two times.")
          .at_least(1)
          .by_default("10")
          .field("timeoutSeconds", &Probe::timeout_seconds, "How long an answer may take.")
          .at_least(1)
          .by_default("1")
          .field("successThreshold", &Probe::success_threshold, "Good answers in a row that count as good.")
          .at_least(1)
          .by_default("1")
          .field("failureThreshold", &Probe::failure_threshold, "Bad answers in a row that count as bad.")
          .at_least(1)
          .by_default("3")
          .kept({"terminationGracePeriodSeconds"})
          .finish(check_probe);
  return table;
}

// What would change how the program runs (volumes, lifecycle hooks) is warned about; limits and pull policies are not.
const FieldTable& Container::fields() {
  static const FieldTable table =
      Describe<Container>("Container", "A program of a pod.")
          .field("name", &Container::name, "Its name.")
          .required()
          .check(check_dns_label)
          .field("image", &Container::image, "Its image; local pods run the command that the image map has for it.")
          .field("command", &Container::command, "The command, in place of the image's.")
          .field("args", &Container::args, "Arguments of the command.")
          .field("workingDir", &Container::working_dir, "The folder the command starts in.")
          .field("envFrom", &Container::env_from, "Objects whose keys are environment variables; env goes over them.")
          .field("env", &Container::env, "Environment variables.")
          .field("ports", &Container::ports, "Ports the program listens on.")
          .field("readinessProbe", &Container::readiness_probe, "Whether the container takes traffic.")
          .field("livenessProbe", &Container::liveness_probe, "Whether the container must be restarted.")
          .field("startupProbe", &Container::startup_probe, "Whether the container has started.")
          .kept({"imagePullPolicy", "resources", "terminationMessagePath", "terminationMessagePolicy", "stdin",
                 "stdinOnce", "tty", "securityContext", "resizePolicy"})
          .unused({"volumeMounts", "volumeDevices", "lifecycle", "restartPolicy", "restartPolicyRules"})
          .finish(check_container);
  return table;
}

}  // namespace weft::api::kubernetes
