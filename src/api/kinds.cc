#include "api/kinds.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "api/columns.h"
#include "api/describe.h"
#include "api/istio/virtual_service.h"
#include "api/kubernetes/secret.h"
#include "api/object_codec.h"
#include "api/resource.h"
#include "api/text_checks.h"
#include "base/strings.h"

namespace weft::api {
namespace {

constexpr std::string_view kNetworkingGroup = "networking.istio.io";
constexpr std::string_view kSecurityGroup = "security.istio.io";

// Istio's objects: everything is in spec.
template <class Spec>
struct IstioObject {
  Spec spec;
};

// Kinds whose status is acted on have it as a member of the spec's type.
template <class Spec>
concept HasStatus = requires(Spec spec) { spec.status; };

template <class Spec>
FieldTable describe_istio_object() {
  using Object = IstioObject<Spec>;
  Describe<Object> table(Spec::fields().name(), Spec::fields().description());
  table.object_head().field("spec", &Object::spec, "What is asked for.").required();
  if constexpr (HasStatus<Spec>) {
    const auto read = [](const Place& place, Object& object) {
      Spec::Status::fields().read(place, &object.spec.status);
    };
    table.custom("status", read, "What is known about it.", &Spec::Status::fields);
  } else {
    table.kept({"status"});
  }
  return table;
}

template <class Spec>
const FieldTable& istio_object_fields() {
  static const FieldTable table = describe_istio_object<Spec>();
  return table;
}

template <class Spec>
Value read_istio_object(const Place& place) {
  IstioObject<Spec> object;
  istio_object_fields<Spec>().read(place, &object);
  return std::move(object.spec);
}

template <class Spec>
Json write_istio_object(const Value& value) {
  return Json{{"spec", Spec::fields().write(&std::get<Spec>(value))}};
}

template <class Spec, TextCheck kCheckName = check_dns_name>
constexpr ObjectCodec kIstioCodec = {Dialect::protobuf, kCheckName, read_istio_object<Spec>, write_istio_object<Spec>};

template <class T>
Value read_object(const Place& place) {
  return read_value<T>(place);
}

template <class T>
Json write_object(const Value& value) {
  return T::fields().write(&std::get<T>(value));
}

template <class T, TextCheck kCheckName>
constexpr ObjectCodec kCodec = {Dialect::kubernetes, kCheckName, read_object<T>, write_object<T>};

// A Secret is checked, but no second copy of what is in it is kept: its body has it.
Value read_secret(const Place& place) {
  (void)read_value<kubernetes::Secret>(place);
  return {};
}

Json write_no_secret(const Value&) {
  return Json::object();
}

constexpr ObjectCodec kSecretCodec = {Dialect::kubernetes, check_dns_name, read_secret, write_no_secret};

// Kubernetes' kinds as its discovery names them: kubectl looks up short names, plurals and sub-resources there.
template <class T>
Kind core_kind(std::string_view kind, std::string_view plural, std::vector<std::string_view> short_names) {
  Kind described;
  described.versions = {"v1"};
  described.storage_version = "v1";
  described.kind = kind;
  described.plural = plural;
  described.short_names = std::move(short_names);
  described.fields = T::fields;
  described.description = T::fields().description();
  return described;
}

// The versions of a group have one schema; v1 is what Istio stores and prints since 1.22.
template <class Spec>
Kind istio_kind(std::string_view plural, std::vector<std::string_view> short_names,
                std::string_view group = kNetworkingGroup) {
  Kind described;
  described.group = group;
  described.versions = {"v1", "v1beta1"};
  if (group == kNetworkingGroup) described.versions.push_back("v1alpha3");
  described.storage_version = "v1";
  described.kind = Spec::fields().name();
  described.plural = plural;
  described.short_names = std::move(short_names);
  described.subresources = {"status"};
  described.categories = {"istio-io", group == kNetworkingGroup ? "networking-istio-io" : "security-istio-io"};
  described.fields = istio_object_fields<Spec>;
  described.codec = &kIstioCodec<Spec>;
  described.description = Spec::fields().description();
  return described;
}

Kind namespaces() {
  Kind kind = core_kind<kubernetes::Namespace>("Namespace", "namespaces", {"ns"});
  kind.singular = "namespace";
  kind.scope = Scope::cluster;
  kind.subresources = {"status"};
  kind.codec = &kCodec<kubernetes::Namespace, check_dns_label>;
  kind.columns = namespace_columns();
  return kind;
}

Kind service_accounts() {
  Kind kind = core_kind<kubernetes::ServiceAccount>("ServiceAccount", "serviceaccounts", {"sa"});
  kind.singular = "serviceaccount";
  kind.subresources = {"token"};
  kind.codec = &kCodec<kubernetes::ServiceAccount, check_dns_name>;
  return kind;
}

Kind config_maps() {
  Kind kind = core_kind<kubernetes::ConfigMap>("ConfigMap", "configmaps", {"cm"});
  kind.singular = "configmap";
  kind.codec = &kCodec<kubernetes::ConfigMap, check_dns_name>;
  kind.columns = config_map_columns();
  return kind;
}

Kind secrets() {
  Kind kind = core_kind<kubernetes::Secret>("Secret", "secrets", {});
  kind.singular = "secret";
  kind.codec = &kSecretCodec;
  kind.columns = secret_columns();
  return kind;
}

Kind services() {
  Kind kind = core_kind<kubernetes::Service>("Service", "services", {"svc"});
  kind.singular = "service";
  kind.subresources = {"status"};
  kind.categories = {"all"};
  kind.codec = &kCodec<kubernetes::Service, check_service_name>;
  kind.columns = service_columns();
  return kind;
}

Kind destination_rules() {
  Kind kind = istio_kind<istio::DestinationRule>("destinationrules", {"dr"});
  kind.singular = "destinationrule";
  kind.columns = destination_rule_columns();
  return kind;
}

Kind virtual_services() {
  Kind kind = istio_kind<istio::VirtualService>("virtualservices", {"vs"});
  kind.singular = "virtualservice";
  kind.columns = virtual_service_columns();
  return kind;
}

Kind gateways() {
  Kind kind = istio_kind<istio::Gateway>("gateways", {"gw"});
  kind.singular = "gateway";
  kind.codec = &kIstioCodec<istio::Gateway, check_dns_label>;  // VirtualServices name it by label, not by name
  kind.columns = gateway_columns();
  return kind;
}

Kind service_entries() {
  Kind kind = istio_kind<istio::ServiceEntry>("serviceentries", {"se"});
  kind.singular = "serviceentry";
  kind.columns = service_entry_columns();
  return kind;
}

Kind workload_entries() {
  Kind kind = istio_kind<istio::WorkloadEntry>("workloadentries", {"we"});
  kind.singular = "workloadentry";
  kind.columns = workload_entry_columns();
  return kind;
}

Kind workload_groups() {
  Kind kind = istio_kind<istio::WorkloadGroup>("workloadgroups", {"wg"});
  kind.singular = "workloadgroup";
  return kind;
}

Kind sidecars() {
  Kind kind = istio_kind<istio::Sidecar>("sidecars", {});
  kind.singular = "sidecar";
  return kind;
}

Kind peer_authentications() {
  Kind kind = istio_kind<istio::PeerAuthentication>("peerauthentications", {"pa"}, kSecurityGroup);
  kind.singular = "peerauthentication";
  kind.columns = peer_authentication_columns();
  return kind;
}

Kind request_authentications() {
  Kind kind = istio_kind<istio::RequestAuthentication>("requestauthentications", {"ra"}, kSecurityGroup);
  kind.singular = "requestauthentication";
  kind.columns = request_authentication_columns();
  return kind;
}

Kind authorization_policies() {
  Kind kind = istio_kind<istio::AuthorizationPolicy>("authorizationpolicies", {"ap"}, kSecurityGroup);
  kind.singular = "authorizationpolicy";
  kind.columns = authorization_policy_columns();
  return kind;
}

Kind network_policies() {
  Kind kind = core_kind<kubernetes::NetworkPolicy>("NetworkPolicy", "networkpolicies", {"netpol"});
  kind.group = "networking.k8s.io";
  kind.singular = "networkpolicy";
  kind.codec = &kCodec<kubernetes::NetworkPolicy, check_dns_name>;
  kind.columns = network_policy_columns();
  return kind;
}

Kind deployments() {
  Kind kind = core_kind<kubernetes::Deployment>("Deployment", "deployments", {"deploy"});
  kind.group = "apps";
  kind.singular = "deployment";
  kind.subresources = {"status", "scale"};
  kind.categories = {"all"};
  kind.codec = &kCodec<kubernetes::Deployment, check_dns_name>;
  kind.columns = deployment_columns();
  return kind;
}

Kind pods() {
  Kind kind = core_kind<kubernetes::Pod>("Pod", "pods", {"po"});
  kind.singular = "pod";
  kind.subresources = {"status", "log", "exec", "portforward", "attach"};
  kind.categories = {"all"};
  kind.codec = &kCodec<kubernetes::Pod, check_dns_name>;
  kind.columns = pod_columns();
  return kind;
}

Kind endpoint_slices() {
  Kind kind = core_kind<kubernetes::EndpointSlice>("EndpointSlice", "endpointslices", {});
  kind.group = "discovery.k8s.io";
  kind.singular = "endpointslice";
  kind.codec = &kCodec<kubernetes::EndpointSlice, check_dns_name>;
  kind.columns = endpoint_slice_columns();
  return kind;
}

// Namespaces come first, what others refer to before those who refer: the order in which files are applied.
// DestinationRules and Gateways precede VirtualServices, so that no route names a subset or gateway that is not there
// yet.
std::span<const Kind> kinds() {
  static const std::array table = {
      namespaces(),
      service_accounts(),
      config_maps(),
      secrets(),
      services(),
      service_entries(),
      workload_groups(),
      workload_entries(),
      destination_rules(),
      gateways(),
      virtual_services(),
      sidecars(),
      peer_authentications(),
      request_authentications(),
      authorization_policies(),
      network_policies(),
      deployments(),
      pods(),
      endpoint_slices(),
  };
  return table;
}

template <class Predicate>
const Kind* find_where(Predicate predicate) {
  const auto found = std::ranges::find_if(kinds(), predicate);
  return found == kinds().end() ? nullptr : &*found;
}

}  // namespace

bool Kind::serves(std::string_view version) const {
  return std::ranges::find(versions, version) != versions.end();
}

std::string Kind::api_version(std::string_view version) const {
  return group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
}

std::span<const Kind> all_kinds() {
  return kinds();
}

const Kind* find_kind(std::string_view api_version, std::string_view kind) {
  const size_t slash = api_version.find('/');
  const std::string_view group = slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
  const std::string_view version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
  return find_where(
      [&](const Kind& known) { return known.kind == kind && known.group == group && known.serves(version); });
}

const Kind* find_kind_by_path(std::string_view group, std::string_view version, std::string_view plural) {
  return find_where(
      [&](const Kind& known) { return known.plural == plural && known.group == group && known.serves(version); });
}

const Kind* find_kind_by_word(std::string_view word) {
  return find_where([&](const Kind& known) {
    const auto same = [&](std::string_view name) { return equal_ignoring_case(name, word); };
    if (same(known.kind) || same(known.plural) || std::ranges::any_of(known.short_names, same)) return true;
    return !known.group.empty() && (same(fmt::format("{}.{}", known.plural, known.group)) ||
                                    same(fmt::format("{}.{}", known.singular, known.group)));
  });
}

std::vector<std::string_view> kind_words() {
  std::vector<std::string_view> words;
  for (const Kind& kind : kinds()) {
    words.insert(words.end(), {kind.plural, kind.singular});
    words.insert(words.end(), kind.short_names.begin(), kind.short_names.end());
  }
  return words;
}

}  // namespace weft::api
