// Authorization from YAML to the verdict: testdata/authorization/cases.yaml through the mesh, translation, compilation
// and evaluation.
#include <fstream>

#include <gtest/gtest.h>

#include "api/tree.h"
#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "control/translate/security/guards.h"
#include "decide/compile/authorization.h"
#include "jose/base64url.h"

namespace weft::control::translate {
namespace {

using api::Json;

constexpr const char* kCasesFile = WEFT_SOURCE_DIR "/src/control/translate/testdata/authorization/cases.yaml";

std::string text_of(const Json& json, const char* key, const char* otherwise = "") {
  if (!json.contains(key)) return otherwise;
  return json[key].is_string() ? json[key].get<std::string>() : json[key].dump();
}

mesh::ObjectChange policy_of(Json written) {
  Json object = {{"spec", std::move(written)}};
  Json& spec = object["spec"];
  const std::string space = text_of(spec, "space", "shop");
  const std::string name = text_of(spec, "name");
  if (spec.contains("trial")) object["metadata"]["annotations"]["istio.io/dry-run"] = "true";
  for (const char* own : {"space", "name", "trial"}) spec.erase(own);
  return mesh::object("security.istio.io/authorizationpolicies", space, name, object.dump());
}

decide::IpAddress ip_of(const Json& json, const char* key, const std::string& otherwise) {
  return decide::IpAddress::parse(text_of(json, key, otherwise.c_str())).value();
}

// The fields of a case's request.
class CaseFields final : public decide::HeaderView {
 public:
  explicit CaseFields(const Json& request) {
    if (!request.contains("headers")) return;
    for (const auto& [name, value] : request["headers"].items()) fields_[to_lower(name)] = value.get<std::string>();
  }
  std::optional<std::string_view> value_of(std::string_view lower_name, std::string&) const override {
    const auto found = fields_.find(lower_name);
    return found == fields_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }

 private:
  static std::string to_lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(c));
    return text;
  }
  std::map<std::string, std::string, std::less<>> fields_;
};

decide::Claims claims_of(const Json& payload) {
  const std::string text = jose::base64url(R"({"alg":"RS256"})") + "." + jose::base64url(payload.dump()) + ".c2ln";
  return decide::Claims(*jose::Token::parse(text), {});
}

// What guards the workload of a scene.
class Guarded {
 public:
  explicit Guarded(const Json& scene) {
    mesh::MeshBuilder builder;
    std::vector<mesh::ObjectChange> changes;
    if (scene.contains("mesh")) {
      Json config;
      config["data"]["mesh"] = scene["mesh"].dump();
      changes.push_back(mesh::object("/configmaps", "istio-system", "istio", config.dump()));
    }
    for (const auto& policy : scene["policies"]) changes.push_back(policy_of(policy));
    builder.apply(changes);
    const auto guards = guards_of(*builder.view(), "shop", {{"app", "api"}});
    for (const auto& filter : guards.http)
      expect_sound(decide::append_http_authorization(filter.typed_config(), http_));
    for (const auto& filter : guards.tcp) expect_sound(decide::append_tcp_authorization(filter.typed_config(), tcp_));
  }

  decide::AccessVerdict decide(const Json& request) const {
    const std::string asked = text_of(request, "ask");
    const std::string_view ask = asked;
    const size_t blank = ask.find(' ');
    const CaseFields fields(request);
    const std::string host = text_of(request, "host", "api.shop");
    const decide::Peer peer{.uri = "spiffe://" + text_of(request, "peer")};
    const std::string ip = text_of(request, "ip", "10.0.0.1");
    const std::string server_name = text_of(request, "sni");
    const auto claims = request.contains("token") ? std::optional(claims_of(request["token"])) : std::nullopt;
    const auto port = static_cast<uint16_t>(request.value("port", 8080));
    decide::Access access{.direct = ip_of(request, "ip", ip),
                          .remote = ip_of(request, "remote", ip),
                          .destination = {ip_of(request, "to", "10.0.1.1"), port},
                          .server_name = server_name};
    if (request.contains("peer")) access.peer = &peer;
    if (ask == "TCP") return tcp_.decide(access);
    const decide::RequestHead head{ask.substr(0, blank), "http", host, ask.substr(blank + 1), &fields};
    access.request = &head;
    if (claims) access.claims = &*claims;
    return http_.decide(access);
  }

 private:
  static void expect_sound(const Result<>& added) { EXPECT_TRUE(added) << added.error().detail; }

  decide::Authorization http_;
  decide::Authorization tcp_;
};

// "shop/a/0" is how the cases write "ns[shop]-policy[a]-rule[0]".
std::string expected_denial(const std::string& is) {
  if (is == "ok") return "";
  const size_t first = is.find('/');
  const size_t last = is.rfind('/');
  const std::string name = first == std::string::npos
                               ? is
                               : "ns[" + is.substr(0, first) + "]-policy[" + is.substr(first + 1, last - first - 1) +
                                     "]-rule[" + is.substr(last + 1) + "]";
  return "rbac_access_denied_matched_policy[" + name + "]";
}

TEST(AuthorizationConformance, EveryCaseIsDecidedAsIstioDecidesIt) {
  std::ifstream in(kCasesFile);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto file = api::parse_yaml(text, kCasesFile);
  ASSERT_TRUE(file.findings.empty()) << api::render(file.findings);
  size_t cases = 0;
  for (const auto& document : file.documents) {
    const Json scene = api::to_json(document);
    const Guarded guarded(scene);
    for (const auto& request : scene["cases"]) {
      const auto verdict = guarded.decide(request);
      EXPECT_EQ(verdict.denial, expected_denial(text_of(request, "is"))) << scene["scene"] << " " << request;
      EXPECT_EQ(verdict.is_allowed, verdict.denial.empty());
      ++cases;
    }
  }
  EXPECT_GE(cases, 200U);
}

TEST(AuthorizationConformance, TrialsTellWhatTheyWouldHaveDecided) {
  const auto scene = api::to_json(api::parse_yaml("policies:\n"
                                                  "- {name: d, trial: true, action: DENY, rules: [{}]}\n"
                                                  "- {name: a, trial: true, rules: []}\n",
                                                  "t")
                                      .documents.front());
  const Guarded guarded(scene);
  const auto verdict = guarded.decide(Json{{"ask", "GET /"}});
  EXPECT_TRUE(verdict.is_allowed);
  ASSERT_EQ(verdict.told().size(), 2U);
  EXPECT_EQ(verdict.told()[0].prefix, "istio_dry_run_deny_");
  EXPECT_FALSE(verdict.told()[0].is_allowed);
  EXPECT_EQ(verdict.told()[0].matched->name, "ns[shop]-policy[d]-rule[0]");
  EXPECT_EQ(verdict.told()[1].prefix, "istio_dry_run_allow_");
  EXPECT_FALSE(verdict.told()[1].is_allowed);
  EXPECT_EQ(verdict.told()[1].matched, nullptr);
}

}  // namespace
}  // namespace weft::control::translate
