#include "control/workloads/world.h"

#include "control/workloads/namespaces.h"
#include "control/workloads/orphans.h"
#include "control/workloads/removal.h"
#include "control/workloads/world_fixture_test.h"

namespace weft::control {
namespace {

using api::Json;

// Agenda, namespaces, orphans and removal: the small controllers.
class SmallControllersTest : public WorldFixture {
 protected:
  Key add_space(const std::string& name) {
    return add("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}");
  }
  Key add_account(const std::string& space, const std::string& name, const std::string& more = "") {
    return add("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: " + name + ", namespace: " + space + more + "}");
  }
  std::set<Item> noted(const Key& key) {
    Agenda agenda;
    agenda.note(world_, key);
    std::set<Item> items;
    while (auto item = agenda.take()) items.insert(*item);
    return items;
  }
};

TEST_F(SmallControllersTest, ALivingNamespaceGetsItsServiceAccount) {
  const Key space = add_space("shop");
  apply(tend_namespace(world_, space, moment()));
  EXPECT_EQ(keys(kServiceAccounts, "shop"), (std::vector<Key>{{"/serviceaccounts", "shop", "default"}}));
  EXPECT_TRUE(tend_namespace(world_, space, moment()).writes.empty());
}

TEST_F(SmallControllersTest, ADyingNamespaceTakesItsContentAlong) {
  const Key space = add_space("shop");
  add_space("other");
  add_account("shop", "default");
  const Key kept = add_account("other", "default");
  apply({{*removal(*world_.find(space), moment())}, {}});
  EXPECT_EQ(text_at(body(space), "status", "phase"), "Terminating");
  apply(tend_namespace(world_, space, moment()));
  EXPECT_NE(world_.find(space), nullptr);  // until it is seen to be empty
  apply(tend_namespace(world_, space, moment()));
  EXPECT_EQ(world_.find(space), nullptr);
  EXPECT_NE(world_.find(kept), nullptr);
}

TEST_F(SmallControllersTest, AnObjectGoesWhenItsLastOwnerIsGone) {
  const Key owner = add_account("shop", "owner");
  const Key owned = add_account(
      "shop", "owned", ", ownerReferences: [{apiVersion: v1, kind: ServiceAccount, name: owner, uid: uid-owner}]");
  EXPECT_TRUE(collect_orphan(world_, owned, moment()).writes.empty());
  EXPECT_TRUE(noted(owner).contains({Item::Controller::orphan, owned}));
  world_.remove(owner);
  apply(collect_orphan(world_, owned, moment()));
  EXPECT_EQ(world_.find(owned), nullptr);
}

TEST_F(SmallControllersTest, AnOwnerOfTheSameNameMadeAnewIsAnother) {
  add_account("shop", "owner");
  const Key owned = add_account(
      "shop", "owned", ", ownerReferences: [{apiVersion: v1, kind: ServiceAccount, name: owner, uid: earlier}]");
  EXPECT_EQ(collect_orphan(world_, owned, moment()).writes.size(), 1u);
}

TEST_F(SmallControllersTest, OwnersOfUnknownKindsCountAsAlive) {
  const Key owned =
      add_account("shop", "owned", ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u}]");
  EXPECT_TRUE(collect_orphan(world_, owned, moment()).writes.empty());
}

TEST_F(SmallControllersTest, FinalizersKeepAnObjectMarked) {
  const Key key = add_account("shop", "a", ", finalizers: [example.com/hold]");
  const auto write = removal(*world_.find(key), moment());
  ASSERT_TRUE(write);
  EXPECT_FALSE(write->json.empty());
  apply({{*write}, {}});
  EXPECT_FALSE(removal(*world_.find(key), moment()));
}

TEST_F(SmallControllersTest, APodConcernsItsDeploymentAndTheServicesThatSelectIt) {
  const Key service =
      add("apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
          "spec: {selector: {app: web}, ports: [{port: 80}]}");
  add("apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\n"
      "spec: {selector: {app: db}, ports: [{port: 80}]}");
  const Key pod =
      add("apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, labels: {app: web}, ownerReferences: "
          "[{apiVersion: apps/v1, kind: Deployment, name: web, uid: u}]}\nspec: {containers: [{name: c, image: i}]}");
  EXPECT_EQ(noted(pod), (std::set<Item>{{Item::Controller::endpoint_slices, service},
                                        {Item::Controller::deployment, {"apps/deployments", "shop", "web"}},
                                        {Item::Controller::orphan, pod}}));
}

TEST_F(SmallControllersTest, AnObjectThatIsNotValidIsPassedOver) {
  const Key good = add_account("shop", "good");
  world_.put({{"/services", "shop", "bad"},
              Revision(99),
              R"({"metadata":{"name":"bad"},"kind":"Service","apiVersion":"v1","spec":7})"});
  EXPECT_EQ(world_.find({"/services", "shop", "bad"}), nullptr);
  EXPECT_NE(world_.find(good), nullptr);
}

TEST_F(SmallControllersTest, FillingDefaultsTwiceChangesNothing) {
  const Key key =
      add("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
          "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: "
          "c, image: i}]}}}");
  Json again = body(key);
  fill_defaults(*api::find_kind("apps/v1", "Deployment"), again);
  EXPECT_EQ(again, body(key));
  EXPECT_EQ(again["spec"]["strategy"]["rollingUpdate"]["maxSurge"], "25%");
}

TEST_F(SmallControllersTest, ANetworkPolicyIsolatesForEgressWhenItHasRulesForIt) {
  const auto filled = [&](const std::string& name, const std::string& spec) {
    return body(add("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + name +
                    ", namespace: shop}\nspec: " + spec))["spec"];
  };
  EXPECT_EQ(filled("a", "{podSelector: {}}")["policyTypes"], Json::array({"Ingress"}));
  EXPECT_EQ(filled("b", "{egress: []}")["policyTypes"], Json::array({"Ingress"}));
  EXPECT_EQ(filled("c", "{egress: [{}], policyTypes: []}")["policyTypes"], Json::array({"Ingress", "Egress"}));
  EXPECT_EQ(filled("d", "{egress: [{}], policyTypes: [Egress]}")["policyTypes"], Json::array({"Egress"}));
  EXPECT_EQ(filled("e", "{ingress: [{ports: [{port: 80}]}]}")["ingress"][0]["ports"][0]["protocol"], "TCP");
}

}  // namespace
}  // namespace weft::control
