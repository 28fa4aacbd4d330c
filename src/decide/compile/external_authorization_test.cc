#include "decide/compile/external_authorization.h"

#include <envoy/extensions/filters/http/ext_authz/v3/ext_authz.pb.h>
#include <envoy/extensions/filters/http/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/network/ext_authz/v3/ext_authz.pb.h>
#include <gtest/gtest.h>

#include "decide/compile/authorization.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

template <class Message>
google::protobuf::Any packed(const std::string& json) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes_of<Message>(json)));
  google::protobuf::Any any;
  any.PackFrom(message);
  return any;
}

constexpr const char* kHttp = R"("http_service":{"server_uri":{"uri":"u","cluster":"c","timeout":"1s"},)"
                              R"("path_prefix":"/p"})";

Result<ExternalAuthorization> compile(const std::string& json, Authorization& before) {
  Ids ids;
  using envoy::extensions::filters::http::ext_authz::v3::ExtAuthz;
  return compile_http_authorizer(packed<ExtAuthz>("{" + json + "}"), before, ids);
}

std::string why_not(const std::string& more) {
  Authorization before;
  const auto compiled = compile(std::string(kHttp) + "," + more, before);
  return compiled ? "taken" : compiled.error().detail;
}

TEST(CompileExternalAuthorization, ReadsAServiceOverHttp) {
  Authorization before;
  const auto compiled = compile(std::string(kHttp) + R"(,"status_on_error":{"code":503},"failure_mode_allow":true,)"
                                                     R"("allowed_headers":{"patterns":[{"prefix":"X-"}]})",
                                before);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  const auto& question = std::get<HttpQuestion>(compiled->question);
  EXPECT_EQ(question.path_prefix, "/p");
  EXPECT_TRUE(question.shown.contain("x-a"));
  EXPECT_FALSE(question.shown.contain("cookie"));
  EXPECT_FALSE(question.told_to_refused);
  EXPECT_EQ(compiled->timeout, std::chrono::seconds(1));
  EXPECT_EQ(compiled->status_on_failure, 503);
  EXPECT_TRUE(compiled->passes_on_failure);
  EXPECT_FALSE(compiled->asked_about);
}

TEST(CompileExternalAuthorization, ReadsAServiceOverGrpc) {
  Authorization before;
  const auto compiled =
      compile(R"("grpc_service":{"envoy_grpc":{"cluster_name":"c","authority":"a"},"timeout":"2s"})", before);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  EXPECT_EQ(std::get<GrpcQuestion>(compiled->question).authority, "a");
  EXPECT_EQ(compiled->timeout, std::chrono::seconds(2));
  EXPECT_EQ(compiled->status_on_failure, 403);
}

TEST(CompileExternalAuthorization, IsTriggeredByTheShadowRulesBeforeIt) {
  using envoy::extensions::filters::http::rbac::v3::RBAC;
  const std::string every = R"({"permissions":[{"any":true}],"principals":[{"any":true}]})";
  Authorization before;
  ASSERT_TRUE(append_http_authorization(
      packed<RBAC>(R"({"shadow_rules":{"action":"DENY","policies":{"istio-ext-authz-p-a":)" + every + R"(,"other":)" +
                   every + R"(}},"shadow_rules_stat_prefix":"istio_ext_authz_"})"),
      before));
  const std::string trigger =
      R"("filter_enabled_metadata":{"filter":"envoy.filters.http.rbac","path":[{"key":)"
      R"("istio_ext_authz_shadow_effective_policy_id"}],"value":{"string_match":{"prefix":"istio-ext-authz-p"}}})";
  const auto compiled = compile(std::string(kHttp) + "," + trigger, before);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  ASSERT_TRUE(compiled->asked_about);
  ASSERT_EQ(compiled->asked_about->policies.size(), 1u);
  EXPECT_EQ(compiled->asked_about->policies[0].denial, "ext_authz_denied{istio-ext-authz-p-a}");
  EXPECT_TRUE(compiled->concerns({}));
  EXPECT_TRUE(before.filters.empty());  // they were nothing but the trigger
  Authorization none;
  EXPECT_EQ(compile(std::string(kHttp) + "," + trigger, none).error().detail,
            "filter_enabled_metadata of ext_authz that names no rules before it");
}

TEST(CompileExternalAuthorization, ReadsWhatIsShownOfBodies) {
  Authorization before;
  const auto compiled = compile(std::string(kHttp) + R"(,"with_request_body":{"max_request_bytes":9,)"
                                                     R"("allow_partial_message":true,"pack_as_bytes":true},)"
                                                     R"("clear_route_cache":true)",
                                before);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  EXPECT_EQ(compiled->body->bytes_max, 9u);
  EXPECT_TRUE(compiled->body->may_be_cut);
  EXPECT_TRUE(compiled->body->as_bytes);
  EXPECT_TRUE(compiled->routes_again);
}

TEST(CompileExternalAuthorization, ReadsWhoIsAskedAboutConnections) {
  using envoy::extensions::filters::network::ext_authz::v3::ExtAuthz;
  Authorization before;
  Ids ids;
  const auto compile_tcp = [&](const char* json) {
    return compile_tcp_authorizer(packed<ExtAuthz>(json), before, ids);
  };
  const auto compiled =
      compile_tcp(R"({"grpc_service":{"envoy_grpc":{"cluster_name":"c"}},"failure_mode_allow":true})");
  ASSERT_TRUE(compiled) << compiled.error().detail;
  EXPECT_EQ(std::get<GrpcQuestion>(compiled->question).authority, "c");
  EXPECT_EQ(compiled->timeout, std::chrono::milliseconds(200));
  EXPECT_TRUE(compiled->passes_on_failure);
  EXPECT_FALSE(compile_tcp(R"({"include_peer_certificate":true})"));
  EXPECT_FALSE(compile_tcp(R"({"grpc_service":{"google_grpc":{"target_uri":"x"}}})"));
}

TEST(CompileExternalAuthorization, RefusesWhatItWouldHaveToPassOver) {
  EXPECT_EQ(why_not(R"("with_request_body":{"max_request_bytes":0})"),
            "max_request_bytes of ext_authz must be 1 to 1048576");
  EXPECT_EQ(why_not(R"("with_request_body":{"max_request_bytes":4294967295})"),
            "max_request_bytes of ext_authz must be 1 to 1048576");
  EXPECT_EQ(why_not(R"("status_on_error":{"code":100})"), "status_on_error of ext_authz");
  EXPECT_EQ(why_not(R"("filter_enabled":{"default_value":{"numerator":1}})"),
            "filter_enabled of ext_authz is not supported");
  EXPECT_EQ(why_not(R"("metadata_context_namespaces":["a"])"), "metadata of ext_authz is not supported");
  EXPECT_EQ(why_not(R"("disallowed_headers":{})"), "disallowed_headers of ext_authz is not supported");
  Authorization before;
  EXPECT_EQ(compile("", before).error().detail, "a grpc_service of ext_authz other than a cluster alone");
  EXPECT_EQ(compile(R"("http_service":{})", before).error().detail, "ext_authz without a cluster");
}

}  // namespace
}  // namespace weft::decide
