#include "control/apiserver/roles.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

// The least role for a call, as a word.
std::string_view needed(const std::string& method, const std::string& path) {
  http::RequestHead head;
  head.method = method;
  head.path = path;
  const auto call = read_target(head);
  return to_string(needed_role(*call, read_resource_path(call->path)));
}

struct Row {
  const char* method;
  const char* path;
  const char* role;
};

constexpr Row kRows[] = {
    // What clients ask first.
    {"GET", "/version", "viewer"},
    {"GET", "/api", "viewer"},
    {"GET", "/apis/networking.istio.io/v1", "viewer"},
    {"GET", "/openapi/v2", "viewer"},
    {"GET", "/metrics", "viewer"},
    {"POST", "/nothing", "editor"},
    {"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "viewer"},
    // Objects.
    {"GET", "/api/v1/pods", "viewer"},
    {"HEAD", "/api/v1/pods", "viewer"},
    {"GET", "/api/v1/namespaces/shop/pods?watch=1", "viewer"},
    {"POST", "/api/v1/namespaces/shop/pods", "editor"},
    {"PUT", "/api/v1/namespaces/shop/configmaps/a", "editor"},
    {"PATCH", "/apis/apps/v1/namespaces/shop/deployments/a", "editor"},
    {"PUT", "/apis/apps/v1/namespaces/shop/deployments/a/scale", "editor"},
    {"PUT", "/api/v1/namespaces/shop/pods/a/status", "editor"},
    {"DELETE", "/api/v1/namespaces/shop/pods/a", "editor"},
    {"DELETE", "/api/v1/namespaces/shop/pods", "editor"},
    {"DELETE", "/api/v1/pods", "admin"},
    // Whoever runs commands in a pod is the pod, whatever the method.
    {"GET", "/api/v1/namespaces/shop/pods/a/log", "viewer"},
    {"GET", "/api/v1/namespaces/shop/pods/a/exec?command=sh", "editor"},
    {"POST", "/api/v1/namespaces/shop/pods/a/exec?command=sh", "editor"},
    {"GET", "/api/v1/namespaces/shop/pods/a/portforward", "editor"},
    {"POST", "/api/v1/namespaces/istio-system/pods/a/exec?command=sh", "admin"},
    {"POST", "/api/v1/namespaces", "editor"},
    {"DELETE", "/api/v1/namespaces/shop", "editor"},
    {"DELETE", "/api/v1/namespaces", "admin"},
    // The mesh's own.
    {"GET", "/api/v1/namespaces/istio-system/configmaps/istio", "viewer"},
    {"PUT", "/api/v1/namespaces/istio-system/configmaps/istio", "admin"},
    {"DELETE", "/api/v1/namespaces/istio-system", "admin"},
    {"POST", "/apis/security.istio.io/v1/namespaces/istio-system/peerauthentications", "admin"},
    {"POST", "/apis/security.istio.io/v1/namespaces/shop/peerauthentications", "editor"},
    // Secrets, and what makes somebody a pod.
    {"GET", "/api/v1/namespaces/shop/secrets/tls", "editor"},
    {"GET", "/api/v1/namespaces/shop/secrets?watch=1", "editor"},
    {"GET", "/api/v1/secrets", "admin"},
    {"GET", "/api/v1/namespaces/istio-system/secrets/cacerts", "admin"},
    {"PUT", "/api/v1/namespaces/istio-system/secrets/cacerts", "admin"},
    {"POST", "/api/v1/namespaces/shop/serviceaccounts/api/token", "admin"},
    // Weft's own routes.
    {"GET", "/apis/weft.dev/v1/proxies", "viewer"},
    {"GET", "/apis/weft.dev/v1/sync", "viewer"},
    {"POST", "/apis/weft.dev/v1/apply", "editor"},
    {"GET", "/apis/weft.dev/v1/certificates", "viewer"},
    {"GET", "/apis/weft.dev/v1/certificates/00", "viewer"},
    {"POST", "/apis/weft.dev/v1/certificates", "admin"},
    {"GET", "/apis/weft.dev/v1/trust", "viewer"},
    {"POST", "/apis/weft.dev/v1/trust", "admin"},
    {"GET", "/apis/weft.dev/v1/tokens", "admin"},
    {"POST", "/apis/weft.dev/v1/tokens", "admin"},
    {"DELETE", "/apis/weft.dev/v1/tokens/ci", "admin"},
    {"POST", "/apis/weft.dev/v1/to-come", "admin"},
};

TEST(Roles, EachCallNeedsItsOwn) {
  for (const Row& row : kRows) EXPECT_EQ(needed(row.method, row.path), row.role) << row.method << " " << row.path;
}

TEST(Roles, EachMayDoWhatTheOneBeforeMay) {
  constexpr Role kAll[] = {Role::viewer, Role::editor, Role::admin};
  for (const Role caller : kAll)
    for (const Role asked : kAll) EXPECT_EQ(check_role(caller, asked).has_value(), caller >= asked);
  const auto refused = check_role(Role::viewer, Role::admin);
  EXPECT_EQ(refused.error().code, 403);
  EXPECT_EQ(refused.error().message, "this takes the role admin; the caller's is viewer");
}

TEST(Roles, WhatIsAppliedIsLookedAtObjectByObject) {
  const api::Kind& space = *api::find_kind("v1", "Namespace");
  const api::Kind& config = *api::find_kind("v1", "ConfigMap");
  EXPECT_EQ(needed_to_write(space, "", "istio-system"), Role::admin);
  EXPECT_EQ(needed_to_write(space, "", "shop"), Role::editor);
  EXPECT_EQ(needed_to_write(config, "istio-system", "istio"), Role::admin);
  EXPECT_EQ(needed_to_write(config, "shop", "istio-system"), Role::editor);
}

}  // namespace
}  // namespace weft::control
