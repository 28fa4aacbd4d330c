// Istio's admission rules for PeerAuthentication, each with an object that breaks it.
#include "api/istio/peer_authentication.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

using istio::MutualTlsMode;
using istio::PeerAuthentication;

std::string peers(const std::string& spec) {
  return "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: x}\nspec:\n" + spec;
}

TEST(PeerAuthenticationCheck, TakesEveryFieldInBothVersions) {
  const std::string all =
      "  selector: {matchLabels: {app: a}}\n  mtls: {mode: STRICT}\n  portLevelMtls: {8080: {mode: DISABLE}, 81: {}}\n";
  auto older = peers(all);
  older.replace(older.find("/v1"), 3, "/v1beta1");
  expect_findings({{"all", peers(all), ""}, {"v1beta1", older, ""}, {"nothing", peers("  {}\n"), ""}});
  const auto checked = check_text(peers(all));
  const auto* policy = checked.resources.at(0).as<PeerAuthentication>();
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policy->mtls->mode, MutualTlsMode::strict);
  EXPECT_EQ(policy->port_level_mtls.at("8080").mode, MutualTlsMode::disable);
  EXPECT_EQ(policy->port_level_mtls.at("81").mode, MutualTlsMode::unset);
}

TEST(PeerAuthenticationCheck, Modes) {
  expect_findings({
      {"unset", peers("  mtls: {mode: UNSET}\n"), ""},
      {"by number", peers("  mtls: {mode: 3}\n"), ""},
      {"unknown", peers("  mtls: {mode: MUTUAL}\n"),
       "5:16 error \"MUTUAL\" is none of: UNSET, DISABLE, PERMISSIVE, STRICT\n"},
      {"misspelled", peers("  mtls: {mod: STRICT}\n"), "5:10 error unknown field \"mod\" [did you mean \"mode\"?]\n"},
  });
}

TEST(PeerAuthenticationCheck, Ports) {
  const std::string selector = "  selector: {matchLabels: {app: a}}\n";
  expect_findings({
      {"no selector", peers("  portLevelMtls: {80: {mode: STRICT}}\n"),
       "5:3 error portLevelMtls needs a selector [name the workloads whose ports these are: selector: {matchLabels: "
       "{...}}]\n"},
      {"selector without labels", peers("  selector: {}\n  portLevelMtls: {80: {mode: STRICT}}\n"),
       "5:3 warning the selector has no labels: it takes every workload [leave it out]\n"
       "6:3 error portLevelMtls needs a selector [name the workloads whose ports these are: selector: {matchLabels: "
       "{...}}]\n"},
      {"empty", peers(selector + "  portLevelMtls: {}\n"), "6:3 error portLevelMtls is empty\n"},
      {"zero", peers(selector + "  portLevelMtls: {0: {mode: STRICT}}\n"),
       "6:19 error the key \"0\" is no port: 1 to 65535\n"},
      {"beyond", peers(selector + "  portLevelMtls: {65536: {mode: STRICT}}\n"),
       "6:19 error the key \"65536\" is no port: 1 to 65535\n"},
      {"a name", peers(selector + "  portLevelMtls: {http: {mode: STRICT}}\n"),
       "6:19 error the key \"http\" is no port: 1 to 65535\n"},
  });
}

TEST(PeerAuthenticationCheck, Selectors) {
  expect_findings({
      {"wildcard value", peers("  selector: {matchLabels: {app: \"*\"}}\n"),
       "5:33 error matchLabels \"*\" may not contain '*'\n"},
      {"wildcard key", peers("  selector: {matchLabels: {\"a*\": b}}\n"),
       "5:28 error the key \"a*\" is no label key: a name of up to 63 letters, digits, '-', '_' or '.', with a DNS "
       "prefix and '/' if any\n"},
      {"nothing", peers("  selector: {}\n"),
       "5:3 warning the selector has no labels: it takes every workload [leave it out]\n"},
      {"expressions", peers("  selector: {matchLabels: {app: a}, matchExpressions: []}\n"),
       "5:37 error unknown field \"matchExpressions\" [WorkloadSelector has: matchLabels]\n"},
  });
}

}  // namespace
}  // namespace weft::api
