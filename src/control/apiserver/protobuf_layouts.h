// The fields of Kubernetes' messages that kubectl's "create" commands fill: tables by which their binary form is read.
// Numbers and names are those of k8s.io/api's generated.proto (meta/v1, core/v1, apps/v1, authorization/v1,
// authentication/v1).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weft::control::protobuf {

// How a field's bytes are to be read. Maps are from text to text or bytes; a `port` is a number or a name
// (IntOrString).
enum class Form : uint8_t { text, number, boolean, message, map, byte_map, port, ignored };
enum class Count : uint8_t { one, many };

struct Field;
// The fields of a message that are read; a number that is none of them is refused, so that nothing is lost unseen.
struct Layout {
  std::span<const Field> fields;
};
// One of them, as generated.proto numbers it. `layout` is that of a message.
struct Field {
  uint32_t number;
  const char* name;
  Form form;
  const Layout* layout = nullptr;
  Count count = Count::one;
};

inline constexpr Field kMetaFields[] = {{1, "name", Form::text},
                                        {2, "generateName", Form::text},
                                        {3, "namespace", Form::text},
                                        {4, "selfLink", Form::text},
                                        {5, "uid", Form::text},
                                        {6, "resourceVersion", Form::text},
                                        {7, "generation", Form::number},
                                        {8, "creationTimestamp", Form::ignored},
                                        {11, "labels", Form::map},
                                        {12, "annotations", Form::map},
                                        {17, "managedFields", Form::ignored}};
inline constexpr Layout kMeta{kMetaFields};

inline constexpr Field kNamedFields[] = {{1, "name", Form::text}};
inline constexpr Layout kNamed{kNamedFields};

inline constexpr Field kSecretFields[] = {{1, "metadata", Form::message, &kMeta},
                                          {2, "data", Form::byte_map},
                                          {3, "type", Form::text},
                                          {4, "stringData", Form::map},
                                          {5, "immutable", Form::boolean}};
inline constexpr Layout kSecret{kSecretFields};

inline constexpr Field kConfigMapFields[] = {{1, "metadata", Form::message, &kMeta},
                                             {2, "data", Form::map},
                                             {3, "binaryData", Form::byte_map},
                                             {4, "immutable", Form::boolean}};
inline constexpr Layout kConfigMap{kConfigMapFields};

inline constexpr Field kNamespaceFields[] = {
    {1, "metadata", Form::message, &kMeta}, {2, "spec", Form::ignored}, {3, "status", Form::ignored}};
inline constexpr Layout kNamespace{kNamespaceFields};

inline constexpr Field kServiceAccountFields[] = {{1, "metadata", Form::message, &kMeta},
                                                  {3, "imagePullSecrets", Form::message, &kNamed, Count::many},
                                                  {4, "automountServiceAccountToken", Form::boolean}};
inline constexpr Layout kServiceAccount{kServiceAccountFields};

inline constexpr Field kServicePortFields[] = {{1, "name", Form::text},       {2, "protocol", Form::text},
                                               {3, "port", Form::number},     {4, "targetPort", Form::port},
                                               {5, "nodePort", Form::number}, {6, "appProtocol", Form::text}};
inline constexpr Layout kServicePort{kServicePortFields};
inline constexpr Field kServiceSpecFields[] = {{1, "ports", Form::message, &kServicePort, Count::many},
                                               {2, "selector", Form::map},
                                               {3, "clusterIP", Form::text},
                                               {4, "type", Form::text},
                                               {5, "externalIPs", Form::text, nullptr, Count::many},
                                               {7, "sessionAffinity", Form::text},
                                               {8, "loadBalancerIP", Form::text},
                                               {10, "externalName", Form::text},
                                               {11, "externalTrafficPolicy", Form::text},
                                               {12, "healthCheckNodePort", Form::number},
                                               {13, "publishNotReadyAddresses", Form::boolean}};
inline constexpr Layout kServiceSpec{kServiceSpecFields};
inline constexpr Field kServiceFields[] = {
    {1, "metadata", Form::message, &kMeta}, {2, "spec", Form::message, &kServiceSpec}, {3, "status", Form::ignored}};
inline constexpr Layout kService{kServiceFields};

inline constexpr Field kContainerPortFields[] = {{1, "name", Form::text},
                                                 {2, "hostPort", Form::number},
                                                 {3, "containerPort", Form::number},
                                                 {4, "protocol", Form::text},
                                                 {5, "hostIP", Form::text}};
inline constexpr Layout kContainerPort{kContainerPortFields};
inline constexpr Field kEnvironmentFields[] = {{1, "name", Form::text}, {2, "value", Form::text}};
inline constexpr Layout kEnvironment{kEnvironmentFields};
inline constexpr Field kContainerFields[] = {{1, "name", Form::text},
                                             {2, "image", Form::text},
                                             {3, "command", Form::text, nullptr, Count::many},
                                             {4, "args", Form::text, nullptr, Count::many},
                                             {5, "workingDir", Form::text},
                                             {6, "ports", Form::message, &kContainerPort, Count::many},
                                             {7, "env", Form::message, &kEnvironment, Count::many},
                                             {8, "resources", Form::message, nullptr},
                                             {13, "terminationMessagePath", Form::text},
                                             {14, "imagePullPolicy", Form::text},
                                             {16, "stdin", Form::boolean},
                                             {17, "stdinOnce", Form::boolean},
                                             {18, "tty", Form::boolean},
                                             {20, "terminationMessagePolicy", Form::text}};
inline constexpr Layout kContainer{kContainerFields};
inline constexpr Field kPodSpecFields[] = {{2, "containers", Form::message, &kContainer, Count::many},
                                           {3, "restartPolicy", Form::text},
                                           {6, "dnsPolicy", Form::text},
                                           {8, "serviceAccountName", Form::text},
                                           {9, "serviceAccount", Form::text},
                                           {10, "nodeName", Form::text},
                                           {11, "hostNetwork", Form::boolean},
                                           {12, "hostPID", Form::boolean},
                                           {13, "hostIPC", Form::boolean},
                                           {14, "securityContext", Form::message, nullptr},
                                           {16, "hostname", Form::text},
                                           {17, "subdomain", Form::text},
                                           {19, "schedulerName", Form::text},
                                           {24, "priorityClassName", Form::text}};
inline constexpr Layout kPodSpec{kPodSpecFields};
inline constexpr Field kTemplateFields[] = {{1, "metadata", Form::message, &kMeta},
                                            {2, "spec", Form::message, &kPodSpec}};
inline constexpr Layout kTemplate{kTemplateFields};
inline constexpr Field kSelectorFields[] = {{1, "matchLabels", Form::map}};
inline constexpr Layout kSelector{kSelectorFields};
inline constexpr Field kStrategyFields[] = {{1, "type", Form::text}};
inline constexpr Layout kStrategy{kStrategyFields};
inline constexpr Field kDeploymentSpecFields[] = {{1, "replicas", Form::number},
                                                  {2, "selector", Form::message, &kSelector},
                                                  {3, "template", Form::message, &kTemplate},
                                                  {4, "strategy", Form::message, &kStrategy},
                                                  {5, "minReadySeconds", Form::number},
                                                  {7, "paused", Form::boolean}};
inline constexpr Layout kDeploymentSpec{kDeploymentSpecFields};
inline constexpr Field kDeploymentFields[] = {
    {1, "metadata", Form::message, &kMeta}, {2, "spec", Form::message, &kDeploymentSpec}, {3, "status", Form::ignored}};
inline constexpr Layout kDeployment{kDeploymentFields};
inline constexpr Field kPodFields[] = {
    {1, "metadata", Form::message, &kMeta}, {2, "spec", Form::message, &kPodSpec}, {3, "status", Form::ignored}};
inline constexpr Layout kPod{kPodFields};

inline constexpr Field kResourceAttributesFields[] = {
    {1, "namespace", Form::text}, {2, "verb", Form::text},        {3, "group", Form::text}, {4, "version", Form::text},
    {5, "resource", Form::text},  {6, "subresource", Form::text}, {7, "name", Form::text}};
inline constexpr Layout kResourceAttributes{kResourceAttributesFields};
inline constexpr Field kPathAttributesFields[] = {{1, "path", Form::text}, {2, "verb", Form::text}};
inline constexpr Layout kPathAttributes{kPathAttributesFields};
inline constexpr Field kAccessReviewSpecFields[] = {{1, "resourceAttributes", Form::message, &kResourceAttributes},
                                                    {2, "nonResourceAttributes", Form::message, &kPathAttributes}};
inline constexpr Layout kAccessReviewSpec{kAccessReviewSpecFields};
inline constexpr Field kAccessReviewFields[] = {{1, "metadata", Form::message, &kMeta},
                                                {2, "spec", Form::message, &kAccessReviewSpec},
                                                {3, "status", Form::ignored}};
inline constexpr Layout kAccessReview{kAccessReviewFields};
inline constexpr Field kRulesReviewSpecFields[] = {{1, "namespace", Form::text}};
inline constexpr Layout kRulesReviewSpec{kRulesReviewSpecFields};
inline constexpr Field kRulesReviewFields[] = {{1, "metadata", Form::message, &kMeta},
                                               {2, "spec", Form::message, &kRulesReviewSpec},
                                               {3, "status", Form::ignored}};
inline constexpr Layout kRulesReview{kRulesReviewFields};
inline constexpr Field kSelfReviewFields[] = {{1, "metadata", Form::message, &kMeta}, {2, "status", Form::ignored}};
inline constexpr Layout kSelfReview{kSelfReviewFields};
inline constexpr Field kBoundObjectFields[] = {
    {1, "kind", Form::text}, {2, "apiVersion", Form::text}, {3, "name", Form::text}, {4, "uid", Form::text}};
inline constexpr Layout kBoundObject{kBoundObjectFields};
inline constexpr Field kTokenRequestSpecFields[] = {{1, "audiences", Form::text, nullptr, Count::many},
                                                    {3, "boundObjectRef", Form::message, &kBoundObject},
                                                    {4, "expirationSeconds", Form::number}};
inline constexpr Layout kTokenRequestSpec{kTokenRequestSpecFields};
inline constexpr Field kTokenRequestFields[] = {{1, "metadata", Form::message, &kMeta},
                                                {2, "spec", Form::message, &kTokenRequestSpec},
                                                {3, "status", Form::ignored}};
inline constexpr Layout kTokenRequest{kTokenRequestFields};

// One kind of object that is taken as protobuf, and how its messages are laid out, which lives as long as the process.
struct KnownObject {
  std::string_view api_version;
  std::string_view kind;
  const Layout* layout;
};
inline constexpr KnownObject kKnownObjects[] = {{"v1", "Secret", &kSecret},
                                                {"v1", "ConfigMap", &kConfigMap},
                                                {"v1", "ServiceAccount", &kServiceAccount},
                                                {"v1", "Service", &kService},
                                                {"v1", "Namespace", &kNamespace},
                                                {"v1", "Pod", &kPod},
                                                {"apps/v1", "Deployment", &kDeployment},
                                                {"authorization.k8s.io/v1", "SelfSubjectAccessReview", &kAccessReview},
                                                {"authorization.k8s.io/v1", "SelfSubjectRulesReview", &kRulesReview},
                                                {"authentication.k8s.io/v1", "SelfSubjectReview", &kSelfReview},
                                                {"authentication.k8s.io/v1", "TokenRequest", &kTokenRequest}};

}  // namespace weft::control::protobuf
