#include "api/discovery_references.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string mesh_selecting(const std::string& selectors) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n"
         "  mesh: '{discoverySelectors: " +
         selectors + "}'\n---\n";
}

std::string space(const std::string& name, const std::string& labels) {
  return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + ", labels: " + labels + "}\n---\n";
}

const std::string kPolicy =
    "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: shop}\n"
    "spec: {mtls: {mode: STRICT}}\n";

std::string discovered(const std::string& changed, const std::string& known) {
  const auto changed_all = check_text(changed), known_all = check_text(known);
  std::vector<const Resource*> of_changed, of_known;
  for (const Resource& resource : changed_all.resources) of_changed.push_back(&resource);
  for (const Resource& resource : known_all.resources) of_known.push_back(&resource);
  return complaints(check_references(of_changed, of_known));
}

const std::string kOn = "[{matchLabels: {mesh: \"on\"}}]";

TEST(CheckDiscovery, WarnsOfARuleInANamespaceThatIsPassedOver) {
  EXPECT_EQ(discovered(kPolicy, mesh_selecting(kOn) + space("shop", "{}")),
            "3:32 warning the mesh passes this over: its discoverySelectors do not take the namespace shop [label the "
            "namespace as they want it, or widen discoverySelectors in MeshConfig]\n");
}

TEST(CheckDiscovery, MentionsAServiceOfSuchANamespace) {
  const std::string service =
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
  EXPECT_EQ(discovered(service, mesh_selecting(kOn) + space("shop", "{}")),
            "3:32 info the mesh passes this over: its discoverySelectors do not take the namespace shop [label the "
            "namespace as they want it, or widen discoverySelectors in MeshConfig]\n");
}

TEST(CheckDiscovery, IsContentWhereOneOfTheSelectorsTakesTheNamespace) {
  EXPECT_EQ(discovered(kPolicy, mesh_selecting(kOn) + space("shop", "{mesh: \"on\"}")), "");
  EXPECT_EQ(
      discovered(kPolicy, mesh_selecting("[{matchLabels: {kubernetes.io/metadata.name: shop}}]") + space("shop", "{}")),
      "");
  EXPECT_EQ(discovered(kPolicy, space("shop", "{}")), "") << "no selectors take every namespace";
}

TEST(CheckDiscovery, DoesNotJudgeANamespaceThatItDoesNotKnow) {
  EXPECT_EQ(discovered(kPolicy, mesh_selecting(kOn)), "");
}

TEST(CheckDiscovery, GoesByTheLabelsThatTheSameFilesBring) {
  EXPECT_EQ(discovered(space("shop", "{mesh: \"on\"}") + kPolicy, mesh_selecting(kOn) + space("shop", "{}")), "");
}

TEST(CheckDiscovery, WarnsOfSelectorsThatLeaveOutTheRootNamespace) {
  EXPECT_EQ(discovered(mesh_selecting(kOn), space("istio-system", "{}")),
            "5:9 warning discoverySelectors do not take the root namespace istio-system: its rules hold for nobody "
            "[label the namespace istio-system as they want it]\n");
  EXPECT_EQ(discovered(mesh_selecting(kOn), space("istio-system", "{mesh: \"on\"}")), "");
}

}  // namespace
}  // namespace weft::api
