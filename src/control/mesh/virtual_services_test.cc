#include "control/mesh/virtual_services.h"

#include <gtest/gtest.h>

namespace weft::control::mesh {
namespace {

// A VirtualService named `name` in `space`; equal creation times, so age follows the names.
VirtualServicePtr make(const std::string& space, const std::string& name, const std::string& host,
                       std::vector<std::string> export_to = {}) {
  auto made = std::make_shared<VirtualService>();
  made->space = space;
  made->hosts = {host};
  made->spec.hosts = {host};
  made->spec.gateways = {"mesh"};
  made->spec.export_to = std::move(export_to);
  made->age = {"", name, space};
  return made;
}

std::string name_of(const VirtualServicePtr& found) {
  return found ? found->age.name : "(none)";
}

TEST(VirtualServices, TheMostSpecificHostWins) {
  VirtualServices index;
  index.put(make("a", "all", "*"));
  index.put(make("a", "wild", "*.shop.svc"));
  index.put(make("a", "exact", "x.shop.svc"));
  EXPECT_EQ(name_of(index.find("x.shop.svc", "c")), "exact");
  EXPECT_EQ(name_of(index.find("y.shop.svc", "c")), "wild");
  EXPECT_EQ(name_of(index.find("shop.svc", "c")), "all");
}

TEST(VirtualServices, OfSeveralForOneHostTheOldestWins) {
  VirtualServices index;
  index.put(make("a", "second", "x"));
  index.put(make("a", "first", "x"));
  EXPECT_EQ(name_of(index.find("x", "c")), "first");
}

TEST(VirtualServices, PrivateOnesComeBeforeExportedAndThoseBeforePublic) {
  VirtualServices index;
  index.put(make("s", "1-public", "x"));
  index.put(make("s", "2-exported", "x", {"c"}));
  index.put(make("c", "3-private", "x", {"."}));
  EXPECT_EQ(name_of(index.find("x", "c")), "3-private");
  EXPECT_EQ(name_of(index.find("x", "d")), "1-public");
  index.erase(*make("c", "3-private", "x"));
  EXPECT_EQ(name_of(index.find("x", "c")), "2-exported");
}

TEST(VirtualServices, AnInvisibleExactHostLeavesTheWildcard) {
  VirtualServices index;
  index.put(make("s", "hidden", "x.y", {"."}));
  index.put(make("s", "wild", "*.y"));
  EXPECT_EQ(name_of(index.find("x.y", "c")), "wild");
}

TEST(VirtualServices, ThoseForGatewaysAloneAreNotForTheMesh) {
  VirtualServices index;
  auto gateway = std::make_shared<VirtualService>(*make("s", "g", "x"));
  gateway->spec.gateways = {"ingress"};
  index.put(gateway);
  EXPECT_EQ(name_of(index.find("x", "c")), "(none)");
}

std::vector<std::string> bound(const VirtualServices& index, std::string_view client_space) {
  std::vector<std::string> names;
  for (const auto& one : index.bound_to("infra/edge", client_space)) names.push_back(one->age.name);
  return names;
}

TEST(VirtualServices, ThoseBoundToAGatewayAreAllThereByVisibilityAndAge) {
  VirtualServices index;
  const auto bind = [&](const VirtualServicePtr& made) {
    auto copy = std::make_shared<VirtualService>(*made);
    copy->spec.gateways = {"mesh", "infra/edge"};
    index.put(copy);
    return copy;
  };
  bind(make("s", "2-public", "x"));
  auto first = bind(make("s", "1-public", "x"));
  bind(make("s", "3-hidden", "x", {"."}));
  bind(make("s", "4-exported", "y", {"infra"}));
  bind(make("infra", "5-private", "x", {"."}));
  EXPECT_EQ(bound(index, "infra"), (std::vector<std::string>{"5-private", "4-exported", "1-public", "2-public"}));
  index.erase(*first);
  EXPECT_EQ(bound(index, "other"), (std::vector<std::string>{"2-public"}));
  EXPECT_EQ(name_of(index.find("x", "other")), "2-public") << "and they hold in the mesh, too";
}

TEST(VirtualServices, ANewVersionReplacesTheOld) {
  VirtualServices index;
  index.put(make("s", "a", "x"));
  index.put(make("s", "a", "x", {"."}));
  EXPECT_EQ(name_of(index.find("x", "c")), "(none)");
}

TEST(VirtualServices, ThatDontSayItAreExportedAsTheMeshHasIt) {
  VirtualServices index;
  index.put(make("a", "silent", "x"));
  index.put(make("a", "loud", "y", {"*"}));
  index.export_by_default({"."});
  EXPECT_EQ(name_of(index.find("x", "c")), "(none)");
  EXPECT_EQ(name_of(index.find("x", "a")), "silent");
  EXPECT_EQ(name_of(index.find("y", "c")), "loud");
}

// Those whose routes lead to `host`, in order.
std::string leading_to(const VirtualServices& index, const std::string& host) {
  std::string names;
  index.each_leading_to(host, [&](const VirtualServicePtr& found) { names += found->age.name + " "; });
  return names;
}

VirtualServicePtr routed(const std::string& name, const std::string& host, const std::string& destination) {
  auto made = std::make_shared<VirtualService>(*make("a", name, host));
  if (host.empty()) made->hosts.clear();
  api::istio::HttpRoute rule;
  rule.route.resize(1);
  rule.route[0].destination.host = destination;
  made->spec.http.push_back(rule);
  return made;
}

TEST(VirtualServices, AreKnownByWhatTheyLeadTo) {
  VirtualServices index;
  const auto one = routed("one", "x", "api");
  index.put(one);
  index.put(routed("two", "y", "api.b.svc.cluster.local"));
  EXPECT_EQ(leading_to(index, "api.a.svc.cluster.local"), "one ");
  EXPECT_EQ(leading_to(index, "api.b.svc.cluster.local"), "two ");
  index.erase(*one);
  EXPECT_EQ(leading_to(index, "api.a.svc.cluster.local"), "");
}

TEST(VirtualServices, LeadToWhatTheirDelegatesLeadTo) {
  VirtualServices index;
  index.put(routed("delegate", "", "api"));
  auto root = std::make_shared<VirtualService>(*make("a", "root", "x"));
  api::istio::HttpRoute rule;
  rule.delegate = api::istio::Delegate{.name = "delegate"};
  root->spec.http.push_back(rule);
  index.put(root);
  EXPECT_EQ(leading_to(index, "api.a.svc.cluster.local"), "root ");
  EXPECT_EQ(name_of(index.roots_of("a/delegate").front()), "root");
  EXPECT_TRUE(index.roots_of("b/delegate").empty());
}

}  // namespace
}  // namespace weft::control::mesh
