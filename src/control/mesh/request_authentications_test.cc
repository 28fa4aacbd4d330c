// Which RequestAuthentications hold for a workload, and whose listeners a change concerns.
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using Spaces = std::set<std::string, std::less<>>;

ObjectChange policy(const std::string& space, const std::string& name, const std::string& spec,
                    const std::string& annotations = "{}") {
  return object("security.istio.io/requestauthentications", space, name,
                "metadata: {annotations: " + annotations + "}\nspec: " + spec);
}
std::vector<std::string> selecting(const MeshBuilder& builder, const std::string& space, const model::Labels& labels) {
  std::vector<std::string> names;
  const MeshView& view = *builder.view();
  for (const auto& found : view.request_authentications().selecting(space, labels, view.root_space()))
    names.push_back(found->name);
  return names;
}

constexpr const char* kRule = "jwtRules: [{issuer: \"https://a/\"}]";

TEST(RequestAuthentications, HoldForTheirNamespaceOrForAll) {
  MeshBuilder builder;
  const std::string rules = std::string("{") + kRule + "}";
  const auto touched =
      builder.apply({policy("shop", "all", rules), policy("istio-system", "mesh", rules),
                     policy("shop", "api", std::string("{selector: {matchLabels: {app: api}}, ") + kRule + "}")});
  EXPECT_EQ(touched.policy_spaces, (Spaces{"*", "shop"}));
  EXPECT_EQ(selecting(builder, "shop", {{"app", "api"}}),
            (std::vector<std::string>{"shop/all", "shop/api", "istio-system/mesh"}));
  EXPECT_EQ(selecting(builder, "shop", {{"app", "web"}}), (std::vector<std::string>{"shop/all", "istio-system/mesh"}));
  EXPECT_EQ(selecting(builder, "other", {}), (std::vector<std::string>{"istio-system/mesh"}));
}

TEST(RequestAuthentications, AreForgotten) {
  MeshBuilder builder;
  const auto change = policy("shop", "all", std::string("{") + kRule + "}");
  builder.apply({change});
  ObjectChange removed = change;
  removed.json.clear();
  EXPECT_EQ(builder.apply({removed}).policy_spaces, Spaces{"shop"});
  EXPECT_TRUE(selecting(builder, "shop", {}).empty());
}

TEST(RequestAuthentications, WithTargetsAreForOthersToEnforce) {
  MeshBuilder builder;
  builder.apply({policy("shop", "all", std::string("{targetRefs: [{kind: Service, name: a}], ") + kRule + "}")});
  EXPECT_TRUE(selecting(builder, "shop", {}).empty());
}

TEST(RequestAuthentications, NeedExpiryUnlessTheAnnotationSaysOtherwise) {
  MeshBuilder builder;
  builder.apply({policy("a", "strict", std::string("{") + kRule + "}"),
                 policy("b", "lax", std::string("{") + kRule + "}", "{weft.dev/token-expiry: optional}")});
  EXPECT_TRUE(builder.view()->request_authentications().selecting("a", {}, "x").at(0)->needs_expiry);
  EXPECT_FALSE(builder.view()->request_authentications().selecting("b", {}, "x").at(0)->needs_expiry);
}

TEST(KeySets, ReachThoseWhoWaitForThem) {
  MeshBuilder builder;
  builder.apply({policy("shop", "by-issuer", std::string("{") + kRule + "}"),
                 policy("other", "by-uri", "{jwtRules: [{issuer: b, jwksUri: \"https://b/keys\"}]}")});
  const KeySource discovered{KeySource::Kind::discovery, "https://a/.well-known/openid-configuration"};
  EXPECT_EQ(builder.put_key_set(discovered, "{}").policy_spaces, Spaces{"shop"});
  EXPECT_EQ(*builder.view()->key_sets().find(discovered), "{}");
  const KeySource named{KeySource::Kind::keys, "https://b/keys"};
  EXPECT_EQ(builder.put_key_set(named, "{}").policy_spaces, Spaces{"other"});
  EXPECT_EQ(builder.put_key_set(named, "").policy_spaces, Spaces{"other"});
  EXPECT_EQ(builder.view()->key_sets().find(named), nullptr);
}

}  // namespace
}  // namespace weft::control::mesh
