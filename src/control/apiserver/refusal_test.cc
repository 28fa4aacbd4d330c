// The Status objects that clients branch on, as Kubernetes words them.
#include "control/apiserver/refusal.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

const api::Kind& pod() {
  return *api::find_kind("v1", "Pod");
}
const api::Kind& deployment() {
  return *api::find_kind("apps/v1", "Deployment");
}

struct Answer {
  Refusal refusal;
  uint16_t code;
  const char* reason;
  const char* message;
};

TEST(Refusal, SaysWhatKubernetesSays) {
  const Answer answers[] = {
      {object_not_found(pod(), "a"), 404, "NotFound", "pods \"a\" not found"},
      {object_not_found(deployment(), "a"), 404, "NotFound", "deployments.apps \"a\" not found"},
      {object_exists(deployment(), "a"), 409, "AlreadyExists", "deployments.apps \"a\" already exists"},
      {object_conflict(pod(), "a", "b"), 409, "Conflict", "Operation cannot be fulfilled on pods \"a\": b"},
      {object_forbidden(pod(), "a", "b"), 403, "Forbidden", "pods \"a\" is forbidden: b"},
      {path_not_found(), 404, "NotFound", "the server could not find the requested resource"},
      {bad_request("b"), 400, "BadRequest", "b"},
      {unauthorized(), 401, "Unauthorized",
       "a token is required that holds; see STATE/kubeconfig, or weft token create"},
      {method_not_allowed(), 405, "MethodNotAllowed",
       "the server does not allow this method on the requested resource"},
      {unsupported_media_type("b"), 415, "UnsupportedMediaType", "b"},
      {body_too_large(3), 413, "RequestEntityTooLarge", "the request's body is larger than 3 bytes"},
      {history_expired("5 (9)"), 410, "Expired", "too old resource version: 5 (9)"},
      {time_is_over("b"), 504, "Timeout", "b"},
  };
  for (const auto& [refusal, code, reason, message] : answers) {
    const Json status = status_of(refusal);
    EXPECT_EQ(status["code"], code) << message;
    EXPECT_EQ(status["reason"], reason) << message;
    EXPECT_EQ(status["message"], message);
    EXPECT_EQ(status["status"], "Failure");
    EXPECT_EQ(status["kind"], "Status");
    EXPECT_EQ(status["apiVersion"], "v1");
  }
}

TEST(Refusal, NamesItsObjectInTheDetails) {
  EXPECT_EQ(status_of(object_not_found(deployment(), "a"))["details"],
            Json::parse(R"({"name": "a", "kind": "deployments", "group": "apps"})"));
  EXPECT_EQ(status_of(object_exists(pod(), "a"))["details"], Json::parse(R"({"name": "a", "kind": "pods"})"));
  EXPECT_FALSE(status_of(bad_request("b")).contains("details"));
}

TEST(Refusal, OfAnInvalidObjectTellsEveryErrorAndNoWarning) {
  const api::Findings findings = {
      {.code = api::Code::required, .path = "spec.a", .message = "a is missing"},
      {.code = api::Code::legacy_spelling, .severity = api::Severity::warning, .path = "spec.b", .message = "old"},
      {.code = api::Code::bad_value, .message = "all of it is wrong"}};
  const Json status = status_of(object_invalid(&pod(), "x", findings));
  EXPECT_EQ(status["code"], 422);
  EXPECT_EQ(status["message"], "Pod \"x\" is invalid: [spec.a: a is missing, all of it is wrong]");
  EXPECT_EQ(status["details"]["kind"], "Pod");
  ASSERT_EQ(status["details"]["causes"].size(), 2u);
  EXPECT_EQ(status["details"]["causes"][0]["field"], "spec.a");
  EXPECT_EQ(status["details"]["causes"][0]["message"], "a is missing");
}

TEST(Refusal, OfOneErrorHasNoBrackets) {
  const api::Findings one = {{.path = "spec.a", .message = "a is missing"}};
  EXPECT_EQ(object_invalid(&pod(), "x", one).message, "Pod \"x\" is invalid: spec.a: a is missing");
  EXPECT_EQ(object_invalid(nullptr, "", one).message, "spec.a: a is missing") << "of several objects";
}

TEST(Refusal, TellsClientsWhetherToTryAgain) {
  const auto code = [](auto refusal, Reason reason) { return refusal(Error{.reason = reason, .detail = "d"}).code; };
  EXPECT_EQ(code(store_refusal, Reason::conflict), 409);
  EXPECT_EQ(code(store_refusal, Reason::unavailable), 503);
  EXPECT_EQ(code(store_refusal, Reason::internal), 500);
  EXPECT_EQ(code(certificate_refusal, Reason::not_found), 404);
  EXPECT_EQ(code(certificate_refusal, Reason::unsupported), 409);
  EXPECT_EQ(code(certificate_refusal, Reason::unavailable), 503);
  EXPECT_EQ(code(certificate_refusal, Reason::malformed), 500);
}

}  // namespace
}  // namespace weft::control
